"""Pages where the table of fields, and maps, come in and go out as a file."""
