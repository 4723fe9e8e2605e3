"""A deal under a suite: scenarios told and drawn, break-evens, savings, checks, as one stored result."""
