"""What remains of one side of a company's financing after a day: what was paid until then is sunk on either side.

Source: ``docs/reference/financing-cost.md``, section 9.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from securitize.financing.cash import DEPOSIT, PRINCIPAL, Cash
from securitize.financing.debts import Charge, half_even
from securitize.financing.sides import OWED, Side, in_order


def remaining(side: Side, day: dt.date) -> Side:
    """The side after ``day``: it opens with what is owed then, accrued interest included, as if it were drawn."""
    shares = _accrued_shares(side.charges, day)
    rows: list[Cash] = []
    accrued = 0
    for row in side.charged:
        share = shares.get(row.date, Fraction(0))
        if row.date > day and share:
            past = half_even(-row.amount * share.numerator, share.denominator)
            accrued += past
            rows.append(replace(row, amount=past))
            rows.append(Cash(row.date, "principal", "accrued interest", -past))
    owed = sum(row.amount for row in side.cash if row.group in PRINCIPAL and row.date <= day)
    left = sum(row.amount for row in side.cash if row.group in DEPOSIT and row.date <= day)
    rows += [Cash(day, "principal", OWED, owed), Cash(day, "principal", "accrued interest", accrued)]
    rows.append(Cash(day, "deposit", "deposit", left))
    rows += [row for row in side.cash if row.date > day]
    accrual = (day, *(date for date in side.accrual if date > day))
    return replace(side, cash=in_order(rows), accrual=accrual)


def _accrued_shares(charges: Sequence[Charge], day: dt.date) -> Mapping[dt.date, Fraction]:
    """Of what is charged on each date after a day, the share that had accrued by then."""
    past: dict[dt.date, Fraction] = {}
    whole: dict[dt.date, int] = {}
    for since, date, amount in charges:
        if date <= day:
            continue
        gone = max(0, (day - since).days)
        past[date] = past.get(date, Fraction(0)) + Fraction(amount * gone, (date - since).days)
        whole[date] = whole.get(date, 0) + amount
    return {date: part / whole[date] for date, part in past.items() if whole[date]}
