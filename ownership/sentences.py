"""The rule of a field in one sentence of plain words."""
