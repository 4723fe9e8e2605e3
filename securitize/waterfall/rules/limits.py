"""Caps of fees and named limits are renewed (sections 6 and 10)."""

from __future__ import annotations

from typing import assert_never

from securitize.base.closed import complete
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.steps import Renewal
from securitize.waterfall.expressions import StateVariable, Value
from securitize.waterfall.formulas import product, total
from securitize.waterfall.rules.books import Books


def renew_limits(books: Books) -> None:
    """Caps and named limits are whole again at the start of their payment date or calendar year."""
    r = books.recorder
    new_year, first = r.flag(books.resolved.year_starts), r.flag(books.resolved.first)
    renewal = complete(Renewal, {"payment": r.constant(-1), "year": new_year, "life": first})
    for name, fee in books.fees.items():
        cap = books.resolved.deal.fees[name].cap
        if fee.cap_left is not None and cap is not None:
            _renew(fee.cap_left, r.constant(cap.amount), renewal[cap.per])
    for name, left in books.limits.items():
        _renew(left, _limit_base(books, name), renewal[books.resolved.deal.limits[name].per])


def _limit_base(books: Books, name: str) -> Value:
    limit, r = books.resolved.deal.limits[name], books.recorder
    if limit.percent is None:
        return r.constant(0 if limit.amount is None else limit.amount)
    match limit.of:
        case "pool":
            base = books.live(r.input("performing"))
        case "collections":
            base = books.collections
        case tuple(notes):
            base = total(r, [books.notes[note].balance.opening for note in notes])
        case "pool-at-cut-off":
            base = r.constant(books.resolved.opening_performing)
        case None:
            raise ValueError(f"limit {name} is a percent of nothing")
        case _:
            assert_never(limit.of)
    return product(base, limit.percent, RATE_UNITS, "down")


def _renew(left: StateVariable, amount: Value, when: Value) -> None:
    left.now = (when & amount) | (~when & left.now)
