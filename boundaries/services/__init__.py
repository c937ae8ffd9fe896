"""What can be changed about boundaries and their maps, one module a concern."""
