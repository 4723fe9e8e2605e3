"""Break-evens, reverse stress, grids, sizes, and inputs found from what was published."""
