"""A run whose requests go out in batches: cheaper, and answered within a day."""
