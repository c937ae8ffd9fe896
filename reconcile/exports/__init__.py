"""How an export gets in and is kept."""
