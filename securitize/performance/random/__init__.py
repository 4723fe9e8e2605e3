"""Random performance, path by path, on top of what is given: one process a file, drawn in the order of the model."""
