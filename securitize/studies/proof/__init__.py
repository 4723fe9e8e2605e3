"""A run verified: recalculated, compared with the reference interpreter, exported as a program of its own."""
