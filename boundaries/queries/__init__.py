"""What can be read about boundaries and their maps, one module a concern."""
