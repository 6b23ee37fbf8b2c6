"""Tests of `pipeline.render`."""
