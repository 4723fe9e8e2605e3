"""A financing that is paid late: the company is late with any lender.

Source: ``docs/reference/financing-cost.md``, section 5.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from securitize.definitions.financing.costs import INTEREST
from securitize.financing.cash import DEPOSIT, PRINCIPAL, Cash
from securitize.financing.debts import Amounts, Charge, by_date
from securitize.financing.facility import DatedCost
from securitize.financing.sides import Side, in_order
from securitize.performance.resolved import LateWindow, given_delay


def paid_late(side: Side, windows: Sequence[LateWindow], early: Amounts) -> Side:
    """The side where what is due in a window comes later; what is drawn, paid in advance or repaid early stays.

    early : what is repaid early, by date
    """
    never_late = {day for day, _ in early}

    def arrives(day: dt.date) -> dt.date:
        days = 0 if day in never_late else given_delay(windows, side.company, day)
        return day + dt.timedelta(days=days)

    balances = _balances(side.facility.balances, arrives)
    drawn, settled = side.facility.drawn, balances[-1][0]
    by_time = set(side.charged)

    def moved(row: Cash) -> Cash:
        due = row in by_time or (row.group in PRINCIPAL and row.amount < 0)
        if due and row.date > drawn:
            return replace(row, date=arrives(row.date))
        # A deposit comes back when all is settled.
        return replace(row, date=settled) if row.group in DEPOSIT and row.amount > 0 else row

    def cost(one: DatedCost) -> DatedCost:
        return replace(one, date=arrives(one.date)) if one.component in INTEREST else one

    facility = replace(
        side.facility,
        settled=settled,
        balances=balances,
        costs=tuple(sorted(map(cost, side.facility.costs), key=lambda one: one.date)),
    )
    return replace(
        side,
        cash=in_order([moved(row) for row in side.cash]),
        facility=facility,
        accrual=tuple(dict.fromkeys(sorted((drawn, *(arrives(day) for day in side.accrual[1:]))))),
        charged=in_order([moved(row) for row in side.charged]),
        charges=tuple(Charge(since, arrives(day), amount) for since, day, amount in side.charges),
    )


def _balances(balances: Amounts, arrives: Callable[[dt.date], dt.date]) -> Amounts:
    """What is owed after each date where repayments come later."""
    changes = [(day, after - before) for (_, before), (day, after) in pairwise(((dt.date.min, 0), *balances))]
    owed, found = 0, []
    for day, change in by_date((day if change > 0 else arrives(day), change) for day, change in changes):
        owed += change
        found.append((day, owed))
    return tuple(found)
