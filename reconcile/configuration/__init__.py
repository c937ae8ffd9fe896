"""Teams, people, systems and checks as one YAML file, both ways (§9)."""
