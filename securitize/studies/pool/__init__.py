"""A pool assembled from candidates."""
