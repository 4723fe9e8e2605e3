"""Sections of the report, in the order in which a reader meets them."""
