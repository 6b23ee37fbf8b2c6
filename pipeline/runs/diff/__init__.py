"""Two runs compared: pairing, then what differs within each pair. Pure; models in `pipeline.domain.comparison`."""
