"""When a claim is paid and how: instalment dates, repayment shapes, rates.

The meaning of every field is in ``docs/reference/assets.md``, sections 1 and 2. Amounts are minor units,
rates units of 1e-8 (see :mod:`securitize.definitions.figures`).
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from securitize.base.messages import Message
from securitize.definitions.date_rules import DateRule
from securitize.definitions.figures import (
    Adjustment,
    Amount,
    Date,
    Frequency,
    LprIndex,
    Margin,
    Model,
    Rate,
    fault,
    months,
)


class InstalmentDates(DateRule):
    """Instalment dates by rule (every, first, last) or by list (dates).

    frequency : between instalments, for the day counts that ask; by default ``every``
    """

    frequency: Frequency | None = None
    adjustment: Adjustment = "unadjusted"

    @model_validator(mode="after")
    def _rule_or_list(self) -> Self:
        rule = (self.every, self.first, self.last)
        if self.dates is not None and any(rule):
            raise fault(
                "SEC153", "dates are given by rule and by list", "write either every, first, last or dates"
            )
        if any(rule) and not all(rule):
            raise fault("SEC153", "a rule needs every, first and last", "write all three, or a list dates")
        if self.irregular_first and (self.first is None or self.irregular_first >= self.first):
            raise fault(
                "SEC153", "irregular_first is not before the first date of a rule", "correct the dates"
            )
        if self.every and self.first and self.last:
            if self.last < self.first:
                raise fault("SEC153", "last is before first", "write last on or after first")
            if self.by_rule()[-1] != self.last:
                raise fault(
                    "SEC154",
                    Message("{last} is not a date of the rule", last=self.last),
                    "correct last, or write a list dates",
                )
        return self

    def unadjusted(self) -> tuple[dt.date, ...]:
        """The dates as written or by rule, in that order; empty where neither is given."""
        return self.listed()

    @property
    def months(self) -> int | None:
        """Months between instalments, None where it is not said."""
        said = self.frequency or self.every
        return months(said) if said else None


class Bullet(Model):
    """All principal with the last instalment."""

    level: ClassVar[bool] = False
    listed: ClassVar[tuple[()]] = ()
    kind: Literal["bullet"]


class EqualPrincipal(Model):
    """The same principal with each instalment."""

    level: ClassVar[bool] = False
    listed: ClassVar[tuple[()]] = ()
    kind: Literal["equal-principal"]


class LevelPayment(Model):
    """The same total with each instalment."""

    level: ClassVar[bool] = True
    listed: ClassVar[tuple[()]] = ()
    kind: Literal["level-payment"]


class CustomPayment(Model):
    """Principal of one date."""

    date: Date
    amount: Amount


class CustomPrincipal(Model):
    """Principal by a list of payments."""

    level: ClassVar[bool] = False
    kind: Literal["custom"]
    payments: tuple[CustomPayment, ...] = Field(min_length=1, max_length=1200)

    @property
    def listed(self) -> tuple[CustomPayment, ...]:
        """Every payment."""
        return self.payments


#: Each kind says whether interest and principal are together the same each time, and what principal it lists.
Repayment = Annotated[Bullet | EqualPrincipal | LevelPayment | CustomPrincipal, Field(discriminator="kind")]


class FixedContractRate(Model):
    """One rate for the contract's life."""

    index: ClassVar[None] = None
    kind: Literal["fixed"]
    rate: Rate


class LprRate(Model):
    """The loan prime rate plus a margin, at least 0, reset every so often from the start."""

    kind: Literal["lpr"]
    index: LprIndex
    margin: Margin = 0
    reset: Frequency = "12M"


#: Each kind says which index it follows, None where it follows none.
ContractRate = Annotated[FixedContractRate | LprRate, Field(discriminator="kind")]
