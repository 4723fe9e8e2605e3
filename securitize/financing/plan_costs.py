"""What the vehicle pays for coupon, fees and taxes, borne by the companies through their contracts, to the cent.

Source: ``docs/reference/financing-cost.md``, section 3.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from securitize.base.arithmetic import allocate
from securitize.financing.cash import Cash, Group
from securitize.financing.debts import Amounts, Debt
from securitize.market.periods import CollectionPeriod

#: How a cost is shared among companies: by balance and time, or by what they pay in some streams.
Sharing = Literal["balance", "streams"]


@dataclass(frozen=True, slots=True)
class PlanCost:
    """One cost of the vehicle: (T,) minor units, one a payment date.

    streams : of what companies pay, where it is shared by that; empty where by balance and time
    """

    group: Group
    component: str
    paid: tuple[int, ...]
    streams: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AllocatedClosingCost:
    """A cost paid at closing out of the notes' proceeds, minor units; companies bear it over the life."""

    component: str
    amount: int


def borne_by_companies(
    debts: Sequence[Debt],
    costs: Sequence[PlanCost],
    closing: Sequence[AllocatedClosingCost],
    collection: Sequence[CollectionPeriod],
) -> list[list[Cash]]:
    """Each company's contract interest as coupon, fees, taxes and the platform margin that is left; all below 0.

    collection : the T periods; what is paid on payment date t is of the t-th of them
    On each date the parts of a company sum to what its contracts charge beyond principal; over the companies each cost
    sums to what the vehicle paid. A margin is negative where the platform pays more than companies bring in then.
    """
    found: list[dict[tuple[dt.date, Group, str], int]] = [{} for _ in debts]
    for cost in costs:
        for t, amount in enumerate(cost.paid):
            if amount:
                window = collection[t]
                weights = [_weight(debt, cost, window) for debt in debts]
                if not any(weights):
                    weights = [debt.principal for debt in debts]
                for k, share in enumerate(allocate(amount, weights, rounding="down", unweighted="equal")):
                    _spread(found[k], debts[k], window, cost.group, cost.component, share)
    principals = [debt.principal for debt in debts]
    for item in closing:
        for k, share in enumerate(allocate(item.amount, principals, rounding="down", unweighted="equal")):
            _spread(found[k], debts[k], None, "fee", item.component, share)
    return [_with_margin(debt, parts) for debt, parts in zip(debts, found, strict=True)]


def _weight(debt: Debt, cost: PlanCost, window: CollectionPeriod) -> int:
    if not cost.streams:
        return debt.balance_days(window.start, window.end)
    return sum(amount for day, stream, amount in debt.streams if day in window and stream in cost.streams)


def _spread(
    found: dict[tuple[dt.date, Group, str], int],
    debt: Debt,
    window: CollectionPeriod | None,
    group: Group,
    component: str,
    amount: int,
) -> None:
    """Over the dates of the window on which the company pays interest, in proportion to it."""
    rows: Amounts = debt.interest
    if window is not None:
        rows = tuple((day, interest) for day, interest in rows if day in window)
        if not rows:
            rows = ((min(window.end, debt.settled), 1),)
    elif not rows:
        rows = ((debt.settled, 1),)
    weights = [max(0, interest) for _, interest in rows]
    for (day, _), share in zip(
        rows, allocate(amount, weights, rounding="down", unweighted="equal"), strict=True
    ):
        key = (day, group, component)
        found[key] = found.get(key, 0) + share


def _with_margin(debt: Debt, parts: dict[tuple[dt.date, Group, str], int]) -> list[Cash]:
    left = dict(debt.interest)
    rows = []
    for (day, group, component), amount in sorted(parts.items()):
        left[day] = left.get(day, 0) - amount
        if amount:
            rows.append(Cash(day, group, component, -amount))
    rows += [
        Cash(day, "margin", "platform margin", -amount) for day, amount in sorted(left.items()) if amount
    ]
    return rows
