"""A calibrated score that a statement follows from the passages it cites, without a model."""
