"""The loss of a pool, from the probabilities themselves."""
