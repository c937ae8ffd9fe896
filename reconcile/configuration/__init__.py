"""Teams, people, systems, fields and checks as one YAML file, both ways (§9); the table of fields as a sheet, both ways."""
