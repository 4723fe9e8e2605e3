"""A scenario and a market as written."""
