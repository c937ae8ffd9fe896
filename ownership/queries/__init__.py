"""What can be read about who owns what, one module a concern."""
