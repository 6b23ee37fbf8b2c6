"""Everything between a rendered prompt and a validated reply."""
