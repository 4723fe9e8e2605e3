"""A deal rolled forward with actual collections."""
