"""Losses shared out over obligors: sums that are exact, and closed forms of independent obligors."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from securitize.risk.contributions import contribution_sums, contributions, shared_out
from securitize.risk.exact_sums import DIGITS, as_floats, exact_sums


def test_sums_are_exact_in_any_order() -> None:
    random = np.random.default_rng(1)
    shares = random.uniform(-1, 2, (3, 5000)) ** 5
    whole = exact_sums(shares)
    order = random.permutation(5000)
    parts = np.sum([exact_sums(shares[:, some]) for some in np.array_split(order, 13)], axis=0)
    assert (parts == whole).all()
    rounded = [
        sum(Fraction(round(Fraction(one) * 2**DIGITS), 2**DIGITS) for one in row) for row in shares.tolist()
    ]
    assert as_floats(whole).tolist() == pytest.approx([float(one) for one in rounded], rel=1e-15)


def test_every_path_is_shared_out_whole() -> None:
    random = np.random.default_rng(2)
    caused = random.integers(-5, 50, (4, 1000)) * (random.random((4, 1000)) < 0.3)
    loss = random.random(1000)
    found = shared_out(loss, caused)
    assert found.sum(axis=0) == pytest.approx(loss, rel=1e-15)
    assert (found >= 0).all()
    nobody = (np.maximum(caused, 0) == 0).all(axis=0)
    assert (found[-1, nobody] == loss[nobody]).all()
    assert (found[-1, ~nobody] == 0).all()
    assert shared_out(loss, np.zeros((0, 1000), np.int64)).tolist() == [loss.tolist()]


def test_contributions_of_independent_obligors_are_those_of_enumeration() -> None:
    # A note that loses what the pool loses beyond 30 of 100; obligors of unequal size and chance.
    sizes, chances, paths = np.array([40, 30, 20, 10]), np.array([0.1, 0.2, 0.3, 0.05]), 400_000
    exact = np.zeros(5)
    for struck in product((0, 1), repeat=4):
        weight = math.prod(p if hit else 1 - p for hit, p in zip(struck, chances, strict=True))
        cost = np.array(struck) * sizes
        loss = max(cost.sum() - 30, 0) / 70
        if loss:
            exact[:4] += weight * loss * cost / cost.sum()
    hit = np.random.default_rng(3).random((4, paths)) < chances[:, None]
    cost = hit * sizes[:, None]
    loss = np.maximum(cost.sum(axis=0) - 30, 0) / 70
    found, errors = contributions(contribution_sums(shared_out(loss, cost), None), paths, float(loss.mean()))
    assert errors is not None
    assert found.sum() == pytest.approx(loss.mean(), rel=1e-12)
    assert (np.abs(found - exact)[:4] < 4 * errors[:4]).all()
    assert found[4] == exact[4] == 0
    assert errors[:4] == pytest.approx(
        shared_out(loss, cost).std(axis=1, ddof=1)[:4] / math.sqrt(paths), rel=1e-9
    )


def test_weights_count_and_the_sum_is_what_is_told() -> None:
    random = np.random.default_rng(4)
    loss, caused = random.random(500), random.integers(0, 9, (3, 500))
    weights = random.integers(0, 3, 500).astype(np.float64)
    found, _ = contributions(contribution_sums(shared_out(loss, caused), weights), 500, 0.25)
    assert found.sum() == pytest.approx(0.25, rel=1e-12)
    repeated = np.repeat(np.arange(500), weights.astype(np.int64))
    plain = shared_out(loss[repeated], caused[:, repeated]).sum(axis=1)
    assert found / found.sum() == pytest.approx(plain / plain.sum(), rel=1e-12)


def test_without_a_loss_nobody_contributes() -> None:
    nothing = contribution_sums(shared_out(np.zeros(0), np.zeros((2, 0), np.int64)), None)
    found, errors = contributions(nothing, 1, 0.0)
    assert found.tolist() == [0, 0, 0]
    assert errors is None
