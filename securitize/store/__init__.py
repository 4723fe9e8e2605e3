"""Runs stored as folders that are whole or absent: identity, manifest, locks, and the run that was stored."""
