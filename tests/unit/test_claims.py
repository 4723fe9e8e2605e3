"""Scheduled cash against closed forms."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securitize.assets.claims import Terms, product, schedule_claim
from securitize.definitions.pools.instalments import Bullet, EqualPrincipal, LevelPayment

LEVEL, EQUAL, BULLET = (
    LevelPayment(kind="level-payment"),
    EqualPrincipal(kind="equal-principal"),
    Bullet(kind="bullet"),
)
UNIT = 10**8

terms = st.builds(
    lambda opening, rate, days, repayment: Terms(
        opening, (rate,) * len(days), tuple(days), (365,) * len(days), repayment
    ),
    st.integers(0, 10**10),
    st.integers(0, 3 * 10**7),
    st.lists(st.integers(1, 400), min_size=1, max_size=24),
    st.sampled_from([LEVEL, EQUAL, BULLET]),
)


def _level(opening: int, rate: int, count: int) -> Terms:
    """``count`` equal months of 30/360."""
    return Terms(opening, (rate,) * count, (30,) * count, (360,) * count, LEVEL)


@pytest.mark.parametrize("count", [1, 2, 12, 36, 120])
@pytest.mark.parametrize("rate", [0, 1_000, 4_000_000, 12_345_678, 30_000_000])
@pytest.mark.parametrize("opening", [1, 99_999, 1_000_000, 30_000_000_00])
def test_level_payment_against_the_annuity_formula(opening: int, rate: int, count: int) -> None:
    claim = schedule_claim(_level(opening, rate, count))
    i = Fraction(rate * 30, 360 * UNIT)
    annuity = Fraction(opening, count) if i == 0 else opening * i / (1 - (1 + i) ** -count)
    paid = [interest + principal for interest, principal in zip(claim.interest, claim.principal, strict=True)]
    assert all(abs(amount - annuity) <= 1 + Fraction(1, 2) for amount in paid[:-1])
    # What rounding leaves is in the last instalment: at most one unit for each of the others, with interest.
    assert abs(paid[-1] - annuity) <= (count + 1) * (1 + i) ** count
    assert claim.balance[-1] == 0


@given(terms)
def test_balances_roll_forward_to_nothing(drawn: Terms) -> None:
    claim = schedule_claim(drawn)
    assert sum(claim.principal) == drawn.opening
    assert claim.balance[-1] == 0
    assert min(claim.principal) >= 0
    assert min(claim.interest) >= 0
    assert all(after <= before for before, after in zip(claim.balance, claim.balance[1:], strict=False))


@given(terms)
def test_present_value_of_the_fees_is_the_lump_sum(drawn: Terms) -> None:
    claim = schedule_claim(drawn)
    value, discount = Fraction(0), Fraction(1)
    for k, days in enumerate(drawn.numerators):
        discount /= 1 + Fraction(drawn.rates[k] * days, 365 * UNIT)
        value += (claim.interest[k] + claim.principal[k]) * discount
    # Each interest is rounded once, by at most a half.
    assert abs(value - drawn.opening) <= Fraction(len(drawn.numerators), 2)


@given(terms)
def test_the_level_instalment_is_the_smallest(drawn: Terms) -> None:
    if drawn.repayment is not LEVEL:
        return
    claim = schedule_claim(drawn)
    if len(claim.interest) < 2 or claim.principal[0] >= drawn.opening or claim.principal[0] == 0:
        return
    one_less, left = claim.interest[0] + claim.principal[0] - 1, drawn.opening
    for k, days in enumerate(drawn.numerators):
        left -= min(left, max(0, one_less - product(left, drawn.rates[k] * days, 365 * UNIT)))
    assert left > 0


def test_equal_principal_by_hand() -> None:
    claim = schedule_claim(Terms(100, (0,) * 3, (30,) * 3, (360,) * 3, EQUAL))
    assert claim.principal == (33, 33, 34)


def test_a_new_rate_finds_a_new_instalment_for_what_is_left() -> None:
    count, opening = 12, 1_000_000_00
    before, after = 4_000_000, 6_000_000
    claim = schedule_claim(Terms(opening, (before,) * 6 + (after,) * 6, (30,) * count, (360,) * count, LEVEL))
    first, second = (
        schedule_claim(_level(opening, before, count)),
        schedule_claim(_level(claim.balance[6], after, 6)),
    )
    assert claim.principal[:6] == first.principal[:6]
    assert claim.principal[6:] == second.principal


@pytest.mark.parametrize(
    ("case", "expected"), [((1, 1, 2), 0), ((3, 1, 2), 2), ((5, 1, 2), 2), ((7, 3, 4), 5)]
)
def test_product_rounds_a_half_to_even(case: Any, expected: int) -> None:
    assert product(*case) == expected
