"""Whether a plan of a city fits the notice that funds it, and what its money brings."""
