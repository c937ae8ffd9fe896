"""Two snapshots compared and remembered."""
