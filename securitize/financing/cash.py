"""Dated cash of one company by component.

Source: ``docs/reference/financing-cost.md``, section 1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from securitize.base.closed import complete, partition
from securitize.definitions.financing.costs import Component

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
PRINCIPAL, DEPOSIT, SUBSIDY, _ = partition(
    Group,
    {"principal"},
    {"deposit"},
    {"subsidy"},
    {"coupon", "interest", "guarantee", "insurance", "fee", "tax", "margin"},
)
_GROUP_OF: Final[Mapping[Component, Group]] = complete(
    Component,
    {
        "interest": "interest",
        "guarantee fee": "guarantee",
        "counter-guarantee fee": "guarantee",
        "insurance premium": "insurance",
        "appraisal fee": "fee",
        "platform fee": "margin",
        "underwriting fee": "fee",
        "arrangement fee": "fee",
        "manager fee": "fee",
        "trustee fee": "fee",
        "custody fee": "fee",
        "rating fee": "fee",
        "legal fee": "fee",
        "audit fee": "fee",
        "registration fee": "fee",
        "stamp duty": "tax",
        "other fee": "fee",
    },
)


@dataclass(frozen=True, slots=True)
class Cash:
    """One amount at one date, minor units, positive to the company."""

    date: dt.date
    group: Group
    component: str
    amount: int


def group_of(component: Component) -> Group:
    """The group of a component as companies are charged it."""
    return _GROUP_OF[component]
