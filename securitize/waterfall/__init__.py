"""The priority of payments on every path at once: a deal compiled to a plan of arrays, and the plan run.

deal x schedule -> :mod:`resolve` -> :mod:`rules` (what the deal means, as expressions) -> :mod:`plan`
(plain arrays)
-> :mod:`machine` (NumPy, one block of paths) or :mod:`kernel` (numba, the same plan).
"""
