"""The table of fields as files people know: a sheet they bring; CSV, XLSX, Markdown, a data contract they take."""
