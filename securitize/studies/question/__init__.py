"""Questions of one deal in Python: a case, cases with other values, and their answers."""
