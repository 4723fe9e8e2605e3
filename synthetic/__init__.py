"""Invented candidates whose marginals are those of real tables, from a checkout: ``python -m synthetic.candidates``."""
