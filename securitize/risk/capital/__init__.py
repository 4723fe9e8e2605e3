"""Securitization capital: the supervisory formula and the approaches that use it."""
