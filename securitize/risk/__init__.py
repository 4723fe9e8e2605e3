"""Losses of the notes and their standard errors: exact distributions beside simulation."""
