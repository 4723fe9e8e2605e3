"""A facility: one company's financing as it is drawn, paid and settled; and the subsidies that a policy pays on it.

A facility is a securitization or one of its alternatives, described alike, so that a policy cannot favour a side.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from securitize.definitions.financing.costs import Component, CreditSupport, Instrument
from securitize.definitions.policies.policy import Recipient


@dataclass(frozen=True, slots=True)
class DatedCost:
    """What a company pays: one component at one date. Money in minor units; ``amount`` is without VAT.

    advance : whether it is paid for the time that begins on the date; else for the time that ends then
    """

    component: Component
    date: dt.date
    amount: int
    vat: int
    advance: bool = False


@dataclass(frozen=True, slots=True)
class Facility:
    """One company's financing, securitization or alternative. Money in minor units."""

    company: str
    instrument: Instrument
    supports: frozenset[CreditSupport]
    place: str  # where the company is registered; matched with the places of policies
    drawn: dt.date
    settled: dt.date  # date of full repayment
    principal: int
    balances: tuple[tuple[dt.date, int], ...]  # outstanding after each date, in order, first at ``drawn``
    costs: tuple[DatedCost, ...]
    revenue: int | None  # of the year before; None where unknown
    issue_size: int | None  # of the whole securitization
    attributes: Mapping[str, str]  # e.g. "size": "sme", "industry": ..., for rules of eligibility


@dataclass(frozen=True, slots=True)
class Subsidy:
    """What a policy pays, once. Money in minor units."""

    policy: str
    rule: str
    company: str | None  # None: paid to the issuer, originator or lender
    recipient: Recipient
    component: Component | None  # the cost that it refunds
    date: dt.date
    amount: int
    before_caps: int
    capped_by: tuple[str, ...]
    as_if: bool  # the policy would not hold at this date or place, and is applied all the same
