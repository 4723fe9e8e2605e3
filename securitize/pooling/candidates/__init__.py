"""Candidates as handed in: read, cleaned with a report of every change, joined."""
