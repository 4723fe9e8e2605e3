"""The order of the notes: coupons and ratings (SEC354)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import assert_never

from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.base.money import from_rate
from securitize.definitions.checks.view import Check, DealView
from securitize.definitions.deals.rates import FixedRate, FloatingRate, RateRule, StepUpRate, ZeroRate
from securitize.definitions.ratings import normal_rating, rank


def first_rate(rule: RateRule) -> int | None:
    """The rate at which interest begins, units of 1e-8; None where it follows an index or none is borne."""
    match rule:
        case FixedRate() | StepUpRate():
            return rule.rate or None
        case ZeroRate() | FloatingRate():
            return None
        case _:
            assert_never(rule)


def senior_notes_pay_and_rate_no_worse(view: DealView) -> Iterator[Problem]:
    """A senior note pays no more, and is rated no worse, than a junior one (SEC354, a warning)."""
    ranked = sorted(view.deal.notes, key=lambda name: view.deal.notes[name].rank)
    for senior, junior in combinations(ranked, 2):
        above, below = view.deal.notes[senior], view.deal.notes[junior]
        if above.rank == below.rank:
            continue
        high, low = first_rate(above.coupon), first_rate(below.coupon)
        if high is not None and low is not None and high > low:
            what = Message(
                "the note pays more than {junior}, which stands below it, {rate}",
                junior=junior,
                rate=f"{from_rate(low).normalize():f}",
            )
            at, shown = ("notes", senior, "coupon", "rate"), f"{from_rate(high).normalize():f}"
            yield view.problem(at, what, shown, "check coupons and ranks", "SEC354")
        if _worse(above.rating, below.rating):
            what = Message(
                "the note is rated worse than {junior}, which stands below it, {rating}",
                junior=junior,
                rating=below.rating,
            )
            yield view.problem(
                ("notes", senior, "rating"), what, above.rating, "check ratings and ranks", "SEC354"
            )


def _worse(rating: str, other: str) -> bool:
    """Whether a rating is worse than another; labels that are no ratings are not compared."""
    both = normal_rating(rating), normal_rating(other)
    return both[0] is not None and both[1] is not None and rank(both[0]) > rank(both[1])


OF_DEALS: tuple[Check, ...] = (senior_notes_pay_and_rate_no_worse,)
