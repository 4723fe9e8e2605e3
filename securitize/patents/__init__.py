"""Portfolios of patents as arrays: life, renewal, lapse, value."""
