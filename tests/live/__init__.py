"""Tests against real models; run on demand."""
