"""Tests of `pipeline review`."""
