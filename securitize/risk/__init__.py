"""What the notes lose, and how surely: exact distributions beside simulation."""
