"""What people type about boundaries, one module a part."""
