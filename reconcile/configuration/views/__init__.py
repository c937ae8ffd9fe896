"""Pages where the table of fields comes in and goes out as a file."""
