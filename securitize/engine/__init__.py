"""One deal on its dates, on one path or a million: prepared, calculated, simulated, measured."""
