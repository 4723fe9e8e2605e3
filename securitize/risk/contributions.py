"""Contributions of obligors to a note's loss: on each path the loss is divided among those that caused it."""

from __future__ import annotations

import math

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.risk.exact_sums import as_floats, exact_sums


def shared_out(loss: Float64, caused: Int64) -> Float64:
    """The loss of each path, shared out over obligors in proportion to what each has cost the pool on it.

    loss   : (paths,), of a note, a share of its balance
    caused : int64 (obligors, paths); below 0 counts as 0
    Returns (obligors + 1, paths); the last row is what no obligor caused: the loss of a path on which none cost
    anything. Each column sums to the loss.
    """
    weight = np.maximum(caused, 0).astype(np.float64)
    whole = weight.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.where(whole > 0, loss * (weight / whole), 0.0)
    return np.concatenate((found, np.where(whole > 0, 0.0, loss)[None]))


def contribution_sums(parts: Float64, weights: Float64 | None) -> Int64:
    """What :func:`shared_out` says of some paths, to be added up: int64 (obligors + 1, 2, 2).

    weights : what each path counts, (paths,);  of each row the sum and the sum of squares, in halves
    """
    counted = parts if weights is None else parts * weights
    return np.stack((exact_sums(counted), exact_sums(counted * counted)), axis=1)


def contributions(sums: Int64, paths: int, expected_loss: float) -> tuple[Float64, Float64 | None]:
    """The contribution of each obligor to an expected loss, and its standard error, (obligors + 1,) each.

    sums  : of all paths;  expected_loss : which they are scaled to sum to, as it is known better with controls
    The error is that of independent paths, None of one path: of paths in groups it is too large, not too small,
    wherever groups lower the error of the mean.
    """
    total, squared = as_floats(sums[:, 0]), as_floats(sums[:, 1])
    mean = total / paths
    plain = math.fsum(mean.tolist())
    scaled = mean * (expected_loss / plain) if plain else mean
    if paths < 2:
        return scaled, None
    variance = np.maximum(squared / paths - mean * mean, 0) * paths / (paths - 1)
    return scaled, np.sqrt(variance / paths)
