"""Many stories: read as a stream, worked on side by side, written exactly once (docs/decisions/021-a-corpus.md)."""
