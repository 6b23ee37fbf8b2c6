"""Whole jobs: a run over one story, a check of a summary."""
