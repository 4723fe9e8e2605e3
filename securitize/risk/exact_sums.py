"""Sums of many shares that do not depend on the order in which they are added: whole numbers in the place of floats."""

from __future__ import annotations

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64

#: What a share is rounded to: finer than what a float near 1 tells.
DIGITS = 50
_HALF = 25


def exact_sums(shares: Float64) -> Int64:
    """The sums along the last axis, in two halves that may be added up over any number of blocks.

    shares : (..., paths), each from -1000 to 1000, rounded to 2^-50
    Returns int64 (..., 2): sums of the upper and of the lower halves, exact for up to 2^27 shares of at most 1 in size.
    """
    whole = np.rint(shares * 2.0**DIGITS).astype(np.int64)
    upper = whole >> _HALF
    lower = whole - (upper << _HALF)
    return np.stack((upper.sum(axis=-1), lower.sum(axis=-1)), axis=-1)


def as_floats(sums: Int64) -> Float64:
    """What sums of :func:`exact_sums` come to, (...)."""
    found: Float64 = sums[..., 0] * 2.0 ** (_HALF - DIGITS) + sums[..., 1] * 2.0**-DIGITS
    return found
