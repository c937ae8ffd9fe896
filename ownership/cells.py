"""The columns of the table of fields, and how the text in a cell and the data behind it become each other."""
