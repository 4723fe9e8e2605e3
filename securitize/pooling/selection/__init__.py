"""Which candidates make the best pool under its limits, and the proof of it."""
