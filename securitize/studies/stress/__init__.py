"""A deal under a suite: scenarios deterministic and random, break-evens, savings, checks, as one stored result."""
