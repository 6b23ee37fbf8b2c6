"""Many stories."""
