"""Tests of `pipeline.llm`."""
