"""Dated cash of one company by component, and how an amount is divided to the cent.

Source: ``docs/reference/financing-cost.md``, sections 1 and 3.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

#: What a component is: principal and deposit are the financing itself, all else is its cost.
Group = Literal[
    "principal",
    "deposit",
    "coupon",
    "interest",
    "guarantee",
    "insurance",
    "fee",
    "tax",
    "margin",
    "subsidy",
]
GROUPS: Final[tuple[Group, ...]] = get_args(Group)
_GROUP_OF: Final[dict[str, Group]] = {
    "interest": "interest",
    "guarantee fee": "guarantee",
    "counter-guarantee fee": "guarantee",
    "insurance premium": "insurance",
    "platform fee": "margin",
    "stamp duty": "tax",
}


@dataclass(frozen=True, slots=True)
class Cash:
    """One amount at one date, minor units, positive to the company."""

    date: dt.date
    group: Group
    component: str
    amount: int


def group_of(component: str) -> Group:
    """The group of a component as companies are charged it (COMPONENTS of a facility); what is not listed is a fee."""
    return _GROUP_OF.get(component, "fee")


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """``total`` divided as ``weights`` >= 0, in order, each within one unit of its share; sums to ``total``.

    Cumulative rounding: after each member what is given is the cumulative share rounded down. Where all weights are 0
    they count alike.
    """
    if not any(weights):
        weights = [1] * len(weights)
    whole, sign = sum(weights), -1 if total < 0 else 1
    given, before, found = 0, 0, []
    for weight in weights:
        given += weight
        after = abs(total) * given // whole
        found.append(sign * (after - before))
        before = after
    return found
