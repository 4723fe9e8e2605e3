"""How amounts are divided over a chain, and what is taken all or none, against the page in plain Python."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from securitize.base.money import RATE_UNITS
from securitize.pooling.portfolio import below, divided, in_lots
from tests.pooling.limits.portfolios import drawn


@pytest.mark.parametrize("seed", range(40))
def test_parts_are_proportional_within_a_unit_and_sum_to_the_amount(seed: int) -> None:
    portfolio = drawn(seed)
    parts = divided(portfolio, portfolio.amount)
    contract = portfolio.contract[portfolio.place_patent]
    for c in range(portfolio.contracts):
        patents = [p for p in range(portfolio.patents) if portfolio.contract[p] == c]
        worth = sum(int(portfolio.appraised[p]) for p in patents)
        running = Fraction(0)
        for k in np.flatnonzero(contract == c):
            patent = int(portfolio.place_patent[k])
            value = Fraction(int(portfolio.appraised[patent]), worth) if worth else Fraction(1, len(patents))
            exact = int(portfolio.amount[c]) * value * Fraction(int(portfolio.place_weight[k]), RATE_UNITS)
            running += exact
            assert abs(int(parts[k]) - exact) < 1
        # Cumulative rounding: the sum is the exact sum cut down, whatever the number of parts.
        assert int(parts[contract == c].sum()) == int(running)


def test_lots_are_whole_and_lie_between_the_least_and_the_amount() -> None:
    for seed in range(40):
        portfolio = drawn(seed)
        unit = np.arange(portfolio.contracts)
        unit[1] = 0  # The first two are tied: each is taken whole, lots or not.
        unit = np.unique(unit, return_inverse=True)[1]
        tied = in_lots(portfolio, unit)
        for c in range(portfolio.contracts):
            u, amount, lot = int(tied.unit[c]), int(portfolio.amount[c]), int(portfolio.lot[c])
            if lot and c > 1 and -(-int(portfolio.least[c]) // lot) <= amount // lot:
                assert tied.lot_amount[c] == lot
                assert int(tied.most[u]) * lot <= max(amount, lot) < (int(tied.most[u]) + 1) * lot
                assert int(tied.least[u]) * lot >= int(portfolio.least[c]) > (int(tied.least[u]) - 1) * lot
            else:
                assert tied.lot_amount[c] == amount
                assert (tied.least[u], tied.most[u]) == (1, 1)


def test_what_lies_below_a_node() -> None:
    parent = np.array([-1, 0, 1, 0, -1, 4])
    assert below(parent, 0).tolist() == [True, True, True, True, False, False]
    assert below(parent, 1).tolist() == [False, True, True, False, False, False]
    assert below(parent, 5).tolist() == [False] * 5 + [True]
