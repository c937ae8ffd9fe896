"""Teams, people, systems, fields and checks as one YAML file (§9), and the table of fields as a sheet: both ways."""
