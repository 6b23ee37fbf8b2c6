"""Typed checks of a text against the passages it cites, each small, pure, and able to explain itself."""
