"""A run proved: recalculated, put to the reference interpreter, exported to compute itself."""
