"""Pages about boundaries, one module a part."""
