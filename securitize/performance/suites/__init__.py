"""The scenarios of a suite put to a deal: one room for each kind of stress, and one that composes them."""
