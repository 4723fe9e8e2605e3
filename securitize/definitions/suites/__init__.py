"""Suites of scenarios as written."""
