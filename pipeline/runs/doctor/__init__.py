"""Whether the configured endpoint and model can be used, and how well: asked, judged, and told."""
