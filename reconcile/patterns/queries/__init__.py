"""Reading patterns."""
