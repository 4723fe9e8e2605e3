"""A pool as written: obligors, collateral, and the contracts of every family."""
