"""A second, slow statement of the measures that move no cash: states and losses of notes.

Sections "Overdue amounts, and the state of a note" and "What is published of losses and coverage" of
docs/reference/priority-of-payments.md. It reads the deal as plain TOML and the rows that the reference interpreter
publishes; every quotient is a Fraction. Coverage stands in modules beside this one.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from securitize.reference import interpreter, notes, rates
from securitize.reference.dates import payment_date_meant
from securitize.reference.day_counts import DEFAULT
from securitize.reference.numbers import count, money
from securitize.reference.state import Table
from securitize.reference.vehicle import Vehicle


@dataclass
class Books:
    """A deal and one path: what the interpreter takes, and what it publishes; days are numbered 0 … T."""

    deal: Table
    schedule: Table
    pool: Table
    state: Table = field(default_factory=dict)
    result: Table = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.result:
            self.result = interpreter.run(self.deal, self.schedule, self.pool, self.state or None)
        self.d: list[dt.date] = [self.deal["dates"]["closing"], *self.schedule["payment"]]
        self.T = len(self.d) - 1
        self.k = 0
        if self.state:
            key = "written" if "written" in self.schedule else "payment"
            written = [self.d[0], *self.schedule[key]]
            meant = payment_date_meant(self.state["as_of"], written, self.d)
            assert meant is not None, self.state["as_of"]
            self.k = meant
        self.days = range(self.k + 1, self.T + 1)
        self.vehicles: dict[int, Vehicle] = {}

    def row(self, table: str, name: str, column: str, t: int) -> Any:
        return self.result[table][name][column][t - 1]

    def total(self, table: str, name: str, column: str, before: int | None = None) -> int:
        """Over the dates since closing or the state, those before day ``before`` alone where it is given."""
        return sum(self.row(table, name, column, t) for t in self.days if before is None or t < before)

    def books(self, table: str, name: str, key: str) -> int:
        """What the state says of a thing, minor units; 0 at closing."""
        return money(self.state.get(table, {}).get(name, {}).get(key, 0))

    def stood(self, trigger: str, t: int) -> bool:
        """Whether a trigger stood breached after the tests of t."""
        if t > self.k:
            return bool(self.row("triggers", trigger, "breached", t))
        return bool(self.state.get("triggers", {}).get(trigger, {}).get("breached", False))

    def called(self, t: int) -> bool:
        """Whether a call is exercised on day t or was before."""
        return bool(self.state.get("called", False)) or any(
            self.result["call"][s - 1] for s in self.days if s <= t
        )

    def vehicle(self, t: int) -> Vehicle:
        """The interpreter's vehicle put on day t: dates, fixings, and the triggers that stood the day before."""
        if t not in self.vehicles:
            v = self.vehicles[t] = interpreter.close_vehicle(self.deal, self.schedule, self.pool)
            v.t = t
            for name, trigger in v.triggers.items():
                trigger.stood = self.stood(name, t - 1)
        return self.vehicles[t]

    def ranked(self, rank: int) -> list[str]:
        """Notes of this rank and above."""
        return [name for name, terms in self.deal["notes"].items() if count(terms["rank"]) <= rank]


# Balances and interest ---------------------------------------------------------------------------------


def lent(b: Books, note: str) -> int:
    if note in b.state.get("notes", {}) and "balance" in b.state["notes"][note]:
        return b.books("notes", note, "balance")
    return money(b.deal["notes"][note]["balance"])


def whole_unit(b: Books, note: str) -> int:
    """q of a note with certificates, else one minor unit."""
    return b.vehicle(b.T).notes[note].step


def balance(b: Books, note: str, t: int) -> int:
    """After the payments of day t, before what the legal final date writes off."""
    return int(b.row("notes", note, "closing", t)) if t > b.k else lent(b, note)


def unpaid(b: Books, note: str, t: int) -> int:
    """U after day t."""
    if t > b.k:
        return int(b.row("notes", note, "unpaid", t))
    return b.books("notes", note, "deferred") + b.books("notes", note, "interest_on_deferred")


def settled_off(b: Books, note: str, t: int) -> int:
    """Balance that a settlement writes off on day t; on d_T what stays outstanding is written off too."""
    off = int(b.row("notes", note, "written_off", t))
    return off - (balance(b, note, t) if t == b.T else 0)


def before_payments(b: Books, note: str, t: int) -> int:
    """B of section 8: after a settlement of the date."""
    return int(b.row("notes", note, "opening", t)) - settled_off(b, note, t)


def interest_due(b: Books, note: str, t: int) -> int:
    came = ("accrued", "interest_on_unpaid")
    due = unpaid(b, note, t - 1) + sum(b.row("notes", note, line, t) for line in came)
    return int(due - b.row("notes", note, "interest_written_off", t))


def coupon_factor(b: Books, note: str, t: int) -> Fraction:
    """r_t y_t of interest period t."""
    v = b.vehicle(t)
    day_count = b.deal["notes"][note].get("day_count", DEFAULT)
    return rates.interest_factor(v, notes.coupon_pieces(v, v.notes[note]), day_count)


def capitalised(b: Books, note: str, before: int) -> int:
    """C of the dates before day ``before``."""
    return b.books("notes", note, "capitalised") + b.total("notes", note, "capitalised", before)


# State --------------------------------------------------------------------------------------------------


def state_of(b: Books, note: str) -> Table:
    """State, loses_what, first_late_date, days_late, largest_overdue, deferred_as_allowed of a note."""
    if money(b.deal["notes"][note]["balance"]) == 0:
        return {"state": None}
    overdue = {
        t: b.row("notes", note, "overdue_interest", t) + b.row("notes", note, "overdue_principal", t)
        for t in b.days
    }
    late = [t for t in b.days if overdue[t]]
    allowed = any(
        b.row("notes", note, "overdue_interest", t) == 0
        and b.row("notes", note, "unpaid", t) + b.row("notes", note, "capitalised", t) > 0
        for t in b.days
    )
    gone = b.total("notes", note, "written_off") + b.total("notes", note, "interest_written_off")
    loses = gone + unpaid(b, note, b.T) > 0
    return {
        "state": "loses" if loses else "late" if late else "on-time",
        "loses_what": loses_what(b, note) if loses else None,
        "first_late_date": b.d[late[0]] if late else None,
        "days_late": longest_spell(b, overdue),
        "largest_overdue": max(overdue.values()),
        "deferred_as_allowed": allowed,
    }


def longest_spell(b: Books, overdue: dict[int, int]) -> int:
    """Calendar days from a first missed date to the next on which nothing is overdue, or to d_T."""
    longest, since = 0, None
    for t, amount in overdue.items():
        if since is not None:
            longest = max(longest, (b.d[t] - b.d[since]).days)
        since = None if amount == 0 else t if since is None else since
    return longest


def loses_what(b: Books, note: str) -> str:
    principal, interest = principal_loss(b, note), interest_loss(b, note)
    if principal and interest:
        return "principal-and-interest"
    return "principal" if principal else "interest"


# Losses -------------------------------------------------------------------------------------------------


def principal_loss(b: Books, note: str) -> int:
    return max(0, lent(b, note) - b.total("notes", note, "principal_paid"))


def interest_loss(b: Books, note: str) -> int:
    gone = b.total("notes", note, "written_off") + b.total("notes", note, "interest_written_off")
    return max(0, gone + unpaid(b, note, b.T) - principal_loss(b, note))


def present_value_loss(b: Books, note: str) -> Fraction:
    """A share of what was lent; 0 where nothing was."""
    if lent(b, note) == 0:
        return Fraction(0)
    discount, value = Fraction(1), Fraction(0)
    for t in b.days:
        discount /= 1 + coupon_factor(b, note, t)
        paid = ("interest_paid", "principal_paid", "premium_paid")
        value += discount * sum(b.row("notes", note, line, t) for line in paid)
    return max(Fraction(0), 1 - value / lent(b, note))


# Coverage -----------------------------------------------------------------------------------------------
