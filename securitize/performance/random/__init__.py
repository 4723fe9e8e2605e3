"""What happens at random, path by path, on top of what is told: one process a file, drawn in the order of the model."""
