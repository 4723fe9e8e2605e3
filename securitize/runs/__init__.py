"""Runs: planned, executed, stored as folders that are whole or absent, verified."""
