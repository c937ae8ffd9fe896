"""What can be changed about who owns what, one module a concern."""
