"""What people type, one module a part."""
