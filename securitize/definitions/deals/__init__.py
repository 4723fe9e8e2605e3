"""A deal as written: notes, fees, accounts, support, triggers, calls, steps; and its state in mid-life."""
