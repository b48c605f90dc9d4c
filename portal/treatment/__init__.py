"""Treatment."""
