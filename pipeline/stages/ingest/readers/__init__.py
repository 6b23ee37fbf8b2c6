"""One reader a format: from bytes to what `Raw` holds. None opens a file or asks the network."""
