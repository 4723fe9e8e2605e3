"""High-value classes, the score of a patent, the score of a company."""
