"""Tests of pipeline/api."""
