"""Correlated factors from independent ones."""

from __future__ import annotations

import numpy as np

from securitize.base.arrays import Float64

#: A matrix whose smallest eigenvalue is not below minus this counts as positive semi-definite.
TOLERANCE = 1e-10


def is_correlation(matrix: Float64) -> bool:
    """Whether factors can have this correlation: symmetric, 1 on the diagonal, no negative eigenvalue."""
    if not len(matrix):
        return True
    symmetric = bool((matrix == matrix.T).all() and (np.diagonal(matrix) == 1).all())
    return symmetric and float(np.linalg.eigvalsh(matrix)[0]) >= -TOLERANCE


def lower_root(matrix: Float64) -> Float64:
    """L, lower triangular, with L L' = ``matrix``, (factors, factors): Cholesky's, which may be singular.

    The first k correlated factors depend on the first k independent ones alone.
    Raises ValueError where no factors can have this correlation.
    """
    if not is_correlation(matrix):
        raise ValueError("no factors can have this correlation")
    count = len(matrix)
    root = np.zeros((count, count), np.float64)
    for k in range(count):
        left = matrix[k:, k] - root[k:, :k] @ root[k, :k]
        # What depends on the factors before has no part of its own.
        if left[0] > TOLERANCE:
            root[k:, k] = left / np.sqrt(left[0])
    return root
