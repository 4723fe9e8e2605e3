"""Notes priced on a market."""
