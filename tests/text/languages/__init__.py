"""Tests of pipeline/text."""
