"""Pure functions over text. Nothing here reads, writes or calls anybody."""
