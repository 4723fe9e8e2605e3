"""Figures derived from reference data, computed again from a checkout."""
