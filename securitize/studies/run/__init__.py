"""A deal run and stored, a path of it replayed, its time estimated."""
