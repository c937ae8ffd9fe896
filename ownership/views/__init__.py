"""Pages about who owns what, one module a part."""
