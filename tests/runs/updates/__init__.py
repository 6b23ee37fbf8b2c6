"""Tests of `pipeline.runs.updates`."""
