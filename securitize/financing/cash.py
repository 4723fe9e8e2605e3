"""Dated cash of one company by component.

Source: ``docs/reference/financing-cost.md``, section 1.
"""

from __future__ import annotations

import datetime as dt
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
    """The group of a component as companies are charged it (``Component``); what is not listed is a fee."""
    return _GROUP_OF.get(component, "fee")
