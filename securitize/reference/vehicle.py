"""The vehicle on one payment date: its deal, its dates, its pool, its market and the state of each part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from securitize.reference.dates import from_date, payment_date_meant
from securitize.reference.day_counts import Conventions
from securitize.reference.numbers import count, down_to, product, smallest
from securitize.reference.state import (
    STREAMS,
    AccountState,
    FeeState,
    LimitState,
    NoteState,
    PartyState,
    SupportState,
    Table,
    TriggerState,
)
from securitize.reference.words import one_of


@dataclass
class Vehicle:
    """The deal, its dates, its pool, its market and its state."""

    deal: Table
    d: list[date]  # payment dates, d[0] = closing
    w: list[date]  # the same as written, w[0] = closing
    a: list[date]  # accrual dates
    c: list[date]  # collection dates
    conventions: Conventions
    streams: dict[str, list[int]]
    performing: list[int]
    defaulted: list[int]
    scheduled: list[int]
    sales: list[int]
    forecast_sales: list[int]
    support_pays: dict[str, list[int]]
    support_late: dict[str, list[int]]
    ratings: dict[str, list[int]]
    fixings: dict[str, list[int]]
    recovered: dict[str, list[int]]  # by party
    held: dict[str, list[int]]  # by account
    account_pays: dict[str, list[int]]  # by account
    notes: dict[str, NoteState]
    fees: dict[str, FeeState]
    accounts: dict[str, AccountState]
    support: dict[str, SupportState]
    triggers: dict[str, TriggerState]
    limits: dict[str, LimitState]
    parties: dict[str, PartyState]
    # Section 13, history: of the dates up to today, newest last; and in all.
    past: dict[str, list[int]] = field(
        default_factory=lambda: {"collected": [], "scheduled": [], "sales": [], "forecast_sales": []}
    )
    in_all: dict[str, int] = field(default_factory=lambda: {"defaulted": 0, "collected": 0, "scheduled": 0})
    t: int = 0
    principal_left: int = 0  # M, the principal distribution amount left
    called: bool = False  # a call has been exercised, today or earlier
    called_today: bool = False
    redeemed: bool = False  # by a call that repaid the notes, today or earlier
    redeemed_today: bool = False
    issuer_called: bool = False  # today, by the issuer
    call_price: int = 0
    originator: int = 0
    final_distribution: int = 0
    steps: list[Table] = field(default_factory=list)

    @property
    def today(self) -> date:
        """Section 2: d_t."""
        return self.d[self.t]

    @property
    def period(self) -> tuple[date, date]:
        """Section 2: the interest period, from a_{t-1} to a_t."""
        return self.a[self.t - 1], self.a[self.t]

    @property
    def final(self) -> bool:
        """Section 2: whether today is the legal final date, d_T."""
        return self.t == len(self.d) - 1

    @property
    def early_repayment(self) -> bool:
        """Section 8: whether a trigger with `early_repayment` is active."""
        return any(tr.active and tr.terms.get("early_repayment", False) for tr in self.triggers.values())

    @property
    def everything_due(self) -> bool:
        """Section 5: whether all principal of all notes is due."""
        return self.final or self.called or self.early_repayment

    @property
    def notes_nil(self) -> bool:
        """Section 4: whether every note's balance is 0."""
        return all(note.balance == 0 for note in self.notes.values())

    @property
    def main(self) -> str:
        """Section 4: the first declared collection account."""
        return next(name for name, account in self.accounts.items() if account.kind == "collection")

    def setting(self, name: str, default: str) -> str:
        """A setting of the whole deal, at the top of the file or in its table `deal`."""
        return str(self.deal.get(name, self.deal.get("deal", {}).get(name, default)))

    def product(self, a: int, b: int, c: int) -> int:
        """Section 1: the product, by the deal's rounding."""
        return product(a, b, c, self.setting("rounding", "half-even"), self.k)

    @property
    def k(self) -> int:
        """Section 1: the unit of the deal's currency."""
        return smallest(self.setting("currency", "CNY"))

    def down(self, amount: Fraction | int) -> int:
        """Section 1: an amount of money rounded down, to a whole multiple of k."""
        return down_to(self.k, int(amount // 1))

    def collected(self, names: Iterable[str] = STREAMS) -> int:
        """Section 3: the sum of these streams of today's period."""
        return sum(self.streams[one_of("stream", name, STREAMS)][self.t] for name in names)

    def means(self, day: date) -> int | None:
        """Section 2: the payment date that a written date means; None where it means none."""
        return payment_date_meant(day, self.w, self.d)

    def from_date(self, day: date) -> int:
        """Section 2: from(x); T + 1 where there is none."""
        return from_date(day, self.w, self.d)

    def until_date(self, day: date) -> int:
        """Section 2: until(x); 0 where there is none."""
        meant = self.means(day)
        return sum(paid < day for paid in self.d[1:]) if meant is None else meant

    def day_of_accrual(self, day: date) -> date:
        """Section 2: a_t where a written date means payment date t, else the date itself."""
        meant = self.means(day)
        return day if meant is None else self.a[meant]

    def falls_today(self, day: date) -> bool:
        """Section 2: whether today is the payment date from a written date on."""
        return self.t == self.from_date(day)

    def holds_from(self, terms: Table, key: str) -> bool:
        """Section 2: whether what holds from the date at `key` on holds today; without a date it does."""
        return key not in terms or self.t >= self.from_date(terms[key])

    def holds_until(self, terms: Table, key: str) -> bool:
        """Section 2: whether what holds until the date at `key` holds today; without a date it does."""
        return key not in terms or self.t <= self.until_date(terms[key])

    def last(self, name: str, periods: Any) -> int:
        """Section 8: the sum of what came on the last dates up to today; fewer at the start."""
        return sum(self.past[name][-count(periods) :])
