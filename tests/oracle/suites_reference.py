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
    """Where a deal stands: k periods are past; c_0 … c_T, d_1 … d_T; what each contract owes after today."""

    deal: Any
    pool: Any
    past: int
    collections: list[dt.date]
    payments: list[dt.date]
    owed: Mapping[str, int]

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


def owes_after_today(
    contract: Any, dates: list[dt.date], amounts: list[int], balances: list[int], day: dt.date
) -> int:
    """Section 13 of the priority of payments: what a contract owes after c_k by the books.

    dates, amounts : of its instalments after the cut-off, adjusted;  balances : before each
    """
    past = contract.as_of
    expected = sum(int(one.amount) for one in past.expected if one.date > day) if past else 0
    restated = [k for k, date in enumerate(dates) if past and date > past.date]
    found, whole = expected, balances[restated[0]] if restated else 0
    if restated and whole == 0 and not hasattr(past, "entitled"):
        return found + int(past.balance)
    for k, (date, amount) in enumerate(zip(dates, amounts, strict=True)):
        if date <= day:
            continue
        if k not in restated:
            found += amount
        elif hasattr(past, "entitled"):
            found += product(amount, int(past.entitled), UNIT)
        else:
            found += product(amount, int(past.balance), whole)
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
    still = {at.pool.contracts[key].obligor for key, owed in at.owed.items() if owed > 0}
    for name, obligor in at.pool.obligors.items():
        group = getattr(obligor, stress.by)
        if group:
            own = (owed for key, owed in at.owed.items() if at.pool.contracts[key].obligor == name)
            sums[group] = sums.get(group, 0) + sum(own)
    owing = {group: owed for group, owed in sums.items() if owed > 0}
    day = at.after(stress.after)
    if not owing or day > at.payments[-1]:
        return []
    most = max(owing, key=lambda group: owing[group])
    return [
        ("default", name, day)
        for name, one in at.pool.obligors.items()
        if name in still and getattr(one, stress.by) == most
    ]


def providers_late(stress: Any, at: Standing) -> list[Resolved]:
    """Every support, on payment dates of the window; without ``lasts`` to the end."""
    first = at.after(stress.after)
    last = at.payments[-1] if stress.lasts is None else plus_months(first, month_count(stress.lasts)) - ONE_DAY
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
