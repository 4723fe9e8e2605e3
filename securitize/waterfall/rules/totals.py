"""Totals of a path over the life of the deal, kept in the plan itself: no line need be published for them.

A total is named after the line that it adds up: ``("sum", "note", "A", "interest_paid")``.
"""

from __future__ import annotations

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.waterfall.expressions import Value
from securitize.waterfall.formulas import excess, maximum, minimum, positive, ratio, total
from securitize.waterfall.losses import GROWTH_UNIT, LARGEST, growth_of, parts_owed
from securitize.waterfall.plan import Line
from securitize.waterfall.rules.books import Books
from securitize.waterfall.rules.interest import interest_on

#: The index of the first date on which something happens, where nothing ever does.
NEVER = 2**31
SUMMED = (
    "interest_paid", "principal_paid", "residual_paid", "written_off", "capitalised", "premium_paid",
    "interest_written_off",
)  # fmt: skip


def record_totals(books: Books) -> None:
    """Totals of every note, of the pool, of support, and when each trigger is active first."""
    r = books.recorder
    published = r.published
    for name in books.notes:
        for what in SUMMED:
            _sum(books, ("note", name, what))
        unpaid = published[("note", name, "unpaid")]
        r.total(("last", "note", name, "unpaid"), unpaid)
        _most(books, ("note", name, "unpaid"), unpaid)
        overdue = [published[("note", name, f"overdue_{what}")] for what in ("interest", "principal")]
        _most(books, ("note", name, "overdue"), total(r, overdue))
        _principal(books, name)
        _owed_at_coupon(books, name)
    _sum(books, ("defaulted",))
    for line in published:
        if line[0] == "collections" or (line[0] == "support" and line[2] == "drawn"):
            _sum(books, line)
    for name in books.triggers:
        active = published[("trigger", name, "active")]
        r.total(("first", "trigger", name, "active"), _first(books, f"active.{name}", active))


def _sum(books: Books, line: Line) -> None:
    r = books.recorder
    amount = r.published[line]
    state = r.state(f"total.{'.'.join(line)}", kept=not amount.never())
    state.now = state.opening + amount
    r.total(("sum", *line), state.now)


def _most(books: Books, line: Line, amount: Value) -> None:
    r = books.recorder
    state = r.state(f"total.most.{'.'.join(line)}", kept=not amount.never())
    state.now = maximum(state.opening, amount)
    r.total(("max", *line), state.now)


def _principal(books: Books, name: str) -> None:
    """Principal by the days after closing, or the last payment, on which it is paid; its first and last date."""
    r, line = books.recorder, ("note", name, "principal_paid")
    paid = r.published[line]
    weighted = r.state(f"total.days.{name}", kept=not paid.never())
    weighted.now = weighted.opening + paid * books.resolved.days_since
    r.total(("days", *line), weighted.now)
    some = positive(paid)
    r.total(("first", *line), _first(books, f"principal.{name}", some))
    last = r.state(f"total.last.principal.{name}", -1)
    last.now = (_index(books) & some) | (last.opening & ~some)
    r.total(("last", *line), last.now)


def _owed_at_coupon(books: Books, name: str) -> None:
    """What is still owed at the note's own coupon after the last date, and the growth of money at it; section 15."""
    r, kept, resolved = books.recorder, books.notes[name], books.resolved
    begins = total(r, [r.constant(part) for part in parts_owed(resolved, name)])
    rate = resolved.notes[name].whole_rate
    times, denominator = kept.coupon_numerator, rate.denominator
    owed = r.state(f"total.owed.{name}", begins, kept=not begins.never())
    grown = owed.opening + interest_on(books, name, owed.opening, times, rate)
    paid = kept.interest_paid.now + kept.principal_paid.now + kept.premium_paid.now
    owed.now = minimum(excess(grown, paid), LARGEST) if not begins.never() else owed.opening
    r.total(("last", "note", name, "owed_at_coupon"), owed.now)
    if times.constant is not None:
        growth = r.made(_growth, times, r.constant(denominator))
    else:
        state = r.state(f"total.growth.{name}", GROWTH_UNIT)
        state.now = minimum(state.opening + ratio(state.opening, times, denominator, "half-even"), LARGEST)
        growth = state.now
    r.total(("last", "note", name, "growth"), growth)


def _growth(times: Int64, denominator: Int64) -> Int64:
    found: Int64 = growth_of(times[np.newaxis], denominator)[0]
    return found


def _first(books: Books, name: str, mask: Value) -> Value:
    """The index of the first date on which ``mask`` holds, NEVER before there is one."""
    state = books.recorder.state(f"total.first.{name}", NEVER)
    state.now = minimum(state.opening, (_index(books) & mask) | (books.recorder.constant(NEVER) & ~mask))
    return state.now


def _index(books: Books) -> Value:
    return books.recorder.constant(list(range(books.recorder.periods)))
