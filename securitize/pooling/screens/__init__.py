"""Named screens: who may enter the pool, and for which reason not."""
