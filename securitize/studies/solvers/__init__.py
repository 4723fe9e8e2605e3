"""Break-evens, reverse stress, grids, sizing, and inputs back-solved from published balances."""
