"""Section 1 of docs/reference/suites.md: years, groups and providers as ordinary stresses, from the page alone.

A resolved stress is a plain tuple; of a path of default rates it is the rate of each period.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from securitize.definitions.figures import RATINGS
from tests.oracle.dates_reference import ONE_DAY, UNIT, month_count, plus_months, product

#: obligor and day of a default; support, first and last day and days late; support, day and rating
Resolved = tuple[Any, ...]


@dataclass(frozen=True)
class Standing:
    """Where a deal stands: k periods are past; c_0 … c_T, d_1 … d_T; what contracts owe after today.

    owed : of each contract, amounts with the last day on which a default strikes them (p_k as written, e_u)
    """

    deal: Any
    pool: Any
    past: int
    collections: list[dt.date]
    payments: list[dt.date]
    owed: Mapping[str, list[tuple[dt.date, int]]]

    @property
    def pool_day(self) -> dt.date:
        """c_k."""
        return self.collections[self.past]

    @property
    def first_note_day(self) -> dt.date:
        """The closing date; in mid-life the day after d_k."""
        return self.payments[self.past - 1] + ONE_DAY if self.past else self.deal.dates.closing

    def after(self, months: str | None) -> dt.date:
        """``after`` so many months from today; without it from the first day of the notes."""
        return self.first_note_day if months is None else plus_months(self.pool_day, month_count(months))

    def owes_from(self, day: dt.date) -> dict[str, int]:
        """What each obligor owes from a day on, as the pool names them."""
        found = dict.fromkeys(self.pool.obligors, 0)
        for key, owed in self.owed.items():
            found[self.pool.contracts[key].obligor] += sum(amount for until, amount in owed if until >= day)
        return found


def owes_after_today(
    contract: Any,
    written: list[dt.date],
    dates: list[dt.date],
    amounts: list[int],
    balances: list[int],
    day: dt.date,
) -> list[tuple[dt.date, int]]:
    """What a contract owes after c_k by the books, that a stress can strike: what is expected of the past is not.

    written, dates, amounts : of its instalments after the cut-off, as written and adjusted;  balances : before each
    """
    past = contract.as_of
    restated = [k for k, date in enumerate(dates) if past and date > past.date]
    whole = balances[restated[0]] if restated else 0
    if restated and whole == 0 and not hasattr(past, "entitled"):
        return [(written[-1], int(past.balance))]
    found = []
    for k, (until, date, amount) in enumerate(zip(written, dates, amounts, strict=True)):
        if date <= day:
            continue
        if k not in restated:
            found.append((until, amount))
        elif hasattr(past, "entitled"):
            found.append((until, product(amount, int(past.entitled), UNIT)))
        else:
            found.append((until, product(amount, int(past.balance), whole)))
    return found


def rates_by_year(stress: Any, base: list[int], at: Standing) -> list[int]:
    """Annual default rates of periods 1 … T."""
    rates = list(base)
    for t in range(at.past + 1, len(at.collections)):
        begins = at.collections[t - 1]
        for year, rate in enumerate(stress.years):
            first, end = (plus_months(at.pool_day, 12 * n) for n in (year, year + 1))
            if first <= begins < end:
                rates[t - 1] = rate * stress.times // UNIT
    return rates


def group_out(stress: Any, at: Standing) -> list[Resolved]:
    """Every obligor that still owes of the group that owes most, of equal ones the first that the pool names."""
    sums: dict[str, int] = {}
    day = at.after(stress.after)
    owed = at.owes_from(day)
    for name, obligor in at.pool.obligors.items():
        group = getattr(obligor, stress.by)
        if group:
            sums[group] = sums.get(group, 0) + owed[name]
    owing = {group: amount for group, amount in sums.items() if amount > 0}
    if not owing or day > at.payments[-1]:
        return []
    most = max(owing, key=lambda group: owing[group])
    return [
        ("default", name, day)
        for name, one in at.pool.obligors.items()
        if owed[name] and getattr(one, stress.by) == most
    ]


def largest_obligors(stress: Any, at: Standing) -> list[Resolved]:
    """Those that owe most from the day on, of equal ones the first that the pool names."""
    day = at.after(stress.after)
    owed = at.owes_from(day)
    if day > at.payments[-1]:
        return []
    ordered = sorted((name for name, amount in owed.items() if amount), key=lambda name: -owed[name])
    return [("default", name, day) for name in ordered[: stress.count]]


def providers_late(stress: Any, at: Standing) -> list[Resolved]:
    """Every support, on payment dates of the window; without ``lasts`` to the end."""
    first = at.after(stress.after)
    last = (
        at.payments[-1] if stress.lasts is None else plus_months(first, month_count(stress.lasts)) - ONE_DAY
    )
    if first > at.payments[-1]:
        return []
    return [
        ("provider-late", name, first, min(last, at.payments[-1]), stress.days) for name in at.deal.support
    ]


def providers_downgraded(stress: Any, at: Standing) -> list[Resolved]:
    """Every support whose provider has a rating."""
    day = at.after(stress.after)
    if day > at.payments[-1]:
        return []
    return [
        (
            "provider-rating",
            name,
            day,
            RATINGS[min(RATINGS.index(one.rating) + stress.notches, len(RATINGS) - 1)],
        )
        for name, one in at.deal.support.items()
        if one.rating
    ]
