"""Tests of pipeline/guards."""
