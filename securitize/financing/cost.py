"""The cost of dated cash: all-in, nominal and simple, and what each component adds to it.

Source: ``docs/reference/financing-cost.md``, sections 2 and 3.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from securitize.financing.all_in import (
    YEAR,
    CashVector,
    all_in_rate,
    balance_years,
    component_rates,
    dated,
    nominal,
)
from securitize.financing.cash import GROUPS, PRINCIPAL, SUBSIDY, Cash, Group


@dataclass(frozen=True, slots=True)
class Share:
    """What a component adds to the cost: money (minor units, positive costs), and rates as decimals.

    rate   : of the all-in rate; None where there is none
    simple : of the simple rate
    """

    group: Group
    component: str
    money: int
    rate: float | None
    simple: float


@dataclass(frozen=True, slots=True)
class Cost:
    """What money costs, as decimals a year.

    all_in        : effective annual rate; None where none fits, see :func:`all_in_rate`
    nominal       : the same, compounded as often as the company pays
    simple        : money paid a year for a unit of money: the sum of all costs over balance x time
    money         : all costs less subsidies, minor units
    balance_years : sum of balance x time, minor units times years
    years         : from the first draw to the last repayment of principal
    """

    principal: int
    years: float
    balance_years: float
    money: int
    all_in: float | None
    nominal: float | None
    simple: float
    shares: tuple[Share, ...]

    @property
    def money_a_year(self) -> float:
        """Costs less subsidies a year, minor units."""
        return self.money / self.years


def cost_of(cash: Sequence[Cash], subsidies: Sequence[Cash] = ()) -> Cost:
    """The cost of one company's cash, or of several companies' together.

    cash : without subsidies, which are kept apart; principal drawn and repaid sums to nothing
    Raises ValueError where principal does not, or no time passes.
    """
    if any(row.group in SUBSIDY for row in cash) or any(row.group not in SUBSIDY for row in subsidies):
        raise ValueError("subsidies are given apart from other cash")
    principal_rows = [row for row in cash if row.group in PRINCIPAL]
    if sum(row.amount for row in principal_rows) or not principal_rows:
        raise ValueError("principal drawn is not repaid")
    first, last = min(row.date for row in principal_rows), max(row.date for row in principal_rows)
    since = min(row.date for row in cash)
    if last <= first:
        raise ValueError("principal is repaid on the day on which it is drawn")
    principal = dated(_pairs(principal_rows), since)
    rate = all_in_rate(dated(_pairs(cash), since), dated(_pairs(subsidies), since) if subsidies else None)
    by_part: dict[tuple[int, str], list[Cash]] = {}
    for row in (*cash, *subsidies):
        if row.group not in PRINCIPAL:
            by_part.setdefault((GROUPS.index(row.group), row.component), []).append(row)
    parts = [by_part[key] for key in sorted(by_part)]
    years = balance_years(principal, 0.0)
    rates: list[float | None] = [None] * len(parts)
    if rate is not None:
        rates = list(component_rates([dated(_pairs(part), since) for part in parts], principal, rate))
    shares = []
    for part, its_rate in zip(parts, rates, strict=True):
        money = -sum(row.amount for row in part)
        shares.append(Share(part[0].group, part[0].component, money, its_rate, money / years))
    money = sum(share.money for share in shares)
    payments = len({row.date for row in cash if row.amount < 0 and row.date > first})
    length = (last - first).days / YEAR
    times = max(1, round(payments / length))
    return Cost(
        principal=sum(row.amount for row in principal_rows if row.amount > 0),
        years=length,
        balance_years=years,
        money=money,
        all_in=rate,
        nominal=None if rate is None or rate <= -1 else nominal(rate, times),
        simple=money / years,
        shares=tuple(shares),
    )


def present_value(cash: Iterable[Cash], rate: float, since: dt.date) -> float:
    """Value on ``since`` at an effective annual rate, minor units."""
    rows = dated(_pairs(cash), since)
    return rows.value(float(np.log1p(rate))) if rows.amounts.size else 0.0


def _pairs(rows: Iterable[Cash]) -> list[tuple[dt.date, int]]:
    return [(row.date, row.amount) for row in rows]


__all__ = ["CashVector", "Cost", "Share", "cost_of", "present_value"]
