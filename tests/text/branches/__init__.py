"""Branches of `pipeline.text` that no other test takes: what is rare in articles, and what is hostile."""
