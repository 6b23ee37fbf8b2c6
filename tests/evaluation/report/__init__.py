"""Tests of `pipeline.evaluation.report`."""
