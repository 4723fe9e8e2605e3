"""An amount divided to the unit: both roundings, every order, and what comes where nobody has a weight."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securitize.base.arithmetic import Leftover, allocate
from securitize.reference import numbers

WEIGHTS = st.lists(st.integers(0, 10**10), max_size=12)
AMOUNTS = st.integers(-(10**13), 10**13)


@pytest.mark.parametrize(("rounding", "shares"), [("up", [4, 3, 3]), ("down", [3, 3, 4])], ids=["up", "down"])
def test_the_odd_unit_by_hand(rounding: Literal["up", "down"], shares: list[int]) -> None:
    """10 / 3: together 3.3, 6.7, 10; that is 4, 7, 10 rounded up and 3, 6, 10 rounded down."""
    assert allocate(10, [1, 1, 1], rounding=rounding, unweighted="equal") == shares
    assert allocate(-10, [1, 1, 1], rounding=rounding, unweighted="equal") == [-share for share in shares]


@given(AMOUNTS, WEIGHTS, st.sampled_from(["up", "down"]))
def test_members_together_have_their_exact_share_rounded(
    amount: int, weights: list[int], rounding: Literal["up", "down"]
) -> None:
    shares = allocate(amount, weights, rounding=rounding, unweighted="equal")
    counted = weights if any(weights) else [1] * len(weights)
    rounded = ceil if rounding == "up" else floor
    for k in range(1, len(weights) + 1):
        exact = Fraction(abs(amount) * sum(counted[:k]), sum(counted))
        assert sum(shares[:k]) == rounded(exact) * (-1 if amount < 0 else 1)


@given(AMOUNTS.map(abs), WEIGHTS, st.sampled_from(["first", "last", "largest"]))
def test_rounded_up_it_is_the_allocation_of_the_priority_of_payments(
    amount: int, weights: list[int], leftover: Leftover
) -> None:
    found = allocate(amount, weights, leftover, rounding="up", unweighted="nothing")
    assert found == numbers.allocate(amount, weights, leftover)


@given(AMOUNTS, st.integers(0, 5))
def test_without_weights_there_is_nothing_or_a_part_for_each(amount: int, members: int) -> None:
    nobody = [0] * members
    assert allocate(amount, nobody, rounding="down", unweighted="nothing") == nobody
    parts = allocate(amount, nobody, rounding="down", unweighted="equal")
    assert sum(parts) == (amount if members else 0)
    assert max(parts, default=0) - min(parts, default=0) <= 1
