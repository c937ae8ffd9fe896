"""Pages about exports, and the addresses files come in through."""
