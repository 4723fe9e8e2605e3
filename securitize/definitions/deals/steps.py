"""Steps, limits and the ledgers that steps move (section 10 of ``docs/reference/priority-of-payments.md``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from securitize.base.closed import complete
from securitize.definitions.figures import Amount, Model, Name, Rate, Text

PriorityName = Literal["normal", "acceleration", "default"]
#: The more severe holds where triggers call for several; published as this number.
SEVERITY: Mapping[PriorityName, int] = complete(PriorityName, {"normal": 0, "acceleration": 1, "default": 2})
PRIORITIES: tuple[PriorityName, ...] = tuple(SEVERITY)
#: What is in force on a date: one that the deal writes, or that of a redemption by call (section 9). Published as its
#: place.
InForce = Literal["normal", "acceleration", "default", "redemption"]
IN_FORCE: tuple[InForce, ...] = (*PRIORITIES, "redemption")
Renewal = Literal["payment", "year", "life"]


class Limit(Model):
    """A limit of a step or payee: an amount, or a percent of a base of the date."""

    amount: Amount | None = None
    percent: Rate | None = None
    of: Literal["due", "available", "smaller", "collections"] | None = None


class NamedLimit(Model):
    """A limit that several steps share: an amount, or a percent of a base."""

    amount: Amount | None = None
    percent: Rate | None = None
    of: Literal["pool", "pool-at-cut-off", "collections"] | tuple[Name, ...] | None = None
    per: Renewal


class Step(Model):
    """One step of a priority of payments."""

    name: Text
    name_zh: Text = ""
    pay: tuple[Text, ...] = Field(min_length=1, max_length=50)
    split: Literal["sequential", "pari-passu"] = "sequential"
    leftover: Literal["first", "last", "largest"] = "first"
    from_: tuple[Name, ...] | None = Field(default=None, alias="from", min_length=1)
    support: tuple[Name, ...] = ()
    limit: Limit | None = None
    limits: tuple[Name, ...] = ()
    member_limits: dict[str, Limit] = {}
    when: tuple[Name, ...] = ()
    unless: tuple[Name, ...] = ()
    debits_deficiency: bool = False


class PriorityOfPayments(Model):
    """The steps of each priority."""

    normal: tuple[Step, ...] = Field(min_length=1, max_length=200)
    acceleration: tuple[Step, ...] | None = Field(default=None, min_length=1, max_length=200)
    default: tuple[Step, ...] | None = Field(default=None, min_length=1, max_length=200)


class PrincipalDeficiency(Model):
    """Ledgers of losses, by note."""

    notes: tuple[Name, ...] = Field(min_length=1, max_length=100)
    debits: Literal["defaulted", "defaulted-less-recoveries"] = "defaulted"
    account: Name
