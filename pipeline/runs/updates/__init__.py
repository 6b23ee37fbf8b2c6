"""Updates: an earlier run taken up with new articles."""
