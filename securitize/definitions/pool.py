"""A pool as written: obligors, collateral, contracts.

The meaning of every field is in ``docs/reference/assets.md``, sections 1 and 2. Amounts are minor units,
rates units of 1e-8 (see :mod:`securitize.definitions.figures`).
"""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from securitize.base.dates import dates_every
from securitize.definitions.figures import (
    Adjustment,
    Amount,
    Calendar,
    Date,
    DayCount,
    Frequency,
    Margin,
    Model,
    Name,
    Prose,
    Rate,
    Text,
    Whole,
    fault,
    months,
)


class Obligor(Model):
    """A company that owes the pool's claims."""

    title: Text = ""
    title_zh: Text = ""
    region: Text = ""
    industry: Text = ""


class Collateral(Model):
    """One right, or several alike: patents, trademarks, copyrights."""

    title: Text = ""
    kind: Literal["invention", "utility-model", "design", "trademark", "copyright"]
    owner: Name
    count: Whole = Field(default=1, ge=1, le=100_000)
    expiry: Date | None = None


class InstalmentDates(Model):
    """Instalment dates by rule (every, first, last) or by list (dates)."""

    every: Frequency | None = None
    first: Date | None = None
    last: Date | None = None
    dates: tuple[Date, ...] | None = Field(default=None, min_length=1, max_length=1200)
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
        if self.every and self.first and self.last:
            if self.last < self.first:
                raise fault("SEC153", "last is before first", "write last on or after first")
            if dates_every(self.first, self.last, months(self.every))[-1] != self.last:
                raise fault(
                    "SEC154", f"{self.last} is not a date of the rule", "correct last, or write a list dates"
                )
        return self

    def unadjusted(self) -> tuple[dt.date, ...]:
        """The dates as written or by rule, in that order; empty where neither is given."""
        if self.every and self.first and self.last:
            return dates_every(self.first, self.last, months(self.every))
        return self.dates or ()


class Bullet(Model):
    """All principal with the last instalment."""

    kind: Literal["bullet"]


class EqualPrincipal(Model):
    """The same principal with each instalment."""

    kind: Literal["equal-principal"]


class LevelPayment(Model):
    """The same total with each instalment."""

    kind: Literal["level-payment"]


class CustomPayment(Model):
    """Principal of one date."""

    date: Date
    amount: Amount


class CustomPrincipal(Model):
    """Principal by a list of payments."""

    kind: Literal["custom"]
    payments: tuple[CustomPayment, ...] = Field(min_length=1, max_length=1200)


Repayment = Annotated[Bullet | EqualPrincipal | LevelPayment | CustomPrincipal, Field(discriminator="kind")]


class FixedRate(Model):
    """One rate for the contract's life."""

    kind: Literal["fixed"]
    rate: Rate


class LprRate(Model):
    """The loan prime rate plus a margin, at least 0, reset every so often from the start."""

    kind: Literal["lpr"]
    index: Literal["LPR-1Y", "LPR-5Y"]
    margin: Margin = 0
    reset: Frequency = "12M"


ContractRate = Annotated[FixedRate | LprRate, Field(discriminator="kind")]


class Claim(Model):
    """What every contract has."""

    title: Text = ""
    obligor: Name
    legal_mode: Text = ""
    collateral: tuple[Name, ...] = ()
    start: Date
    day_count: DayCount = "ACT/365F"
    repayment: Repayment
    dates: InstalmentDates = InstalmentDates()

    @property
    def opening(self) -> int:
        """Opening balance, minor units."""
        raise NotImplementedError

    def instalment_dates(self) -> tuple[dt.date, ...]:
        """p_1 … p_n, unadjusted, ascending."""
        dates = set(self.dates.unadjusted())
        if isinstance(self.repayment, CustomPrincipal):
            dates |= {payment.date for payment in self.repayment.payments}
        return tuple(sorted(dates))

    @model_validator(mode="after")
    def _claim_holds(self) -> Self:
        dates = self.instalment_dates()
        if not dates:
            raise fault(
                "SEC153", "no instalment dates", "write dates = { every, first, last } or { dates = [ … ] }"
            )
        if dates[0] <= self.start:
            raise fault(
                "SEC155", f"the instalment of {dates[0]} is not after start", "correct start or the dates"
            )
        listed = self.dates.dates or ()
        if any(after <= before for before, after in pairwise(listed)):
            raise fault("SEC155", "instalment dates do not ascend", "sort them, each once")
        if len(set(self.collateral)) < len(self.collateral):
            raise fault("SEC156", "a right is named twice", "name each right once")
        if isinstance(self.repayment, CustomPrincipal):
            payments = self.repayment.payments
            if any(after.date <= before.date for before, after in pairwise(payments)):
                raise fault("SEC155", "payment dates do not ascend", "sort them, each once")
            total = sum(payment.amount for payment in payments)
            if total != self.opening:
                raise fault(
                    "SEC157",
                    f"payments sum to {total / 100:.2f}, not to {self.opening / 100:.2f}",
                    "let them sum to the opening balance",
                )
        return self


class PledgedLoan(Claim):
    """A loan with rights as collateral: ``kind = "pledged-loan"``."""

    kind: Literal["pledged-loan"]
    principal: Amount
    rate: ContractRate

    @property
    def opening(self) -> int:
        """The principal, minor units."""
        return self.principal


class LicenceBack(Claim):
    """A lump sum for a licence, repaid by fees for the licence back: ``kind = "licence-back"``."""

    kind: Literal["licence-back"]
    lump_sum: Amount
    contract_rate: Rate
    full_payment: bool = False

    @property
    def opening(self) -> int:
        """The lump sum, minor units."""
        return self.lump_sum


Contract = Annotated[PledgedLoan | LicenceBack, Field(discriminator="kind")]


class Pool(Model):
    """A pool: ``pools/NAME/pool.toml`` or a user's ``pool/pool.toml``."""

    name: Name
    title: Text = ""
    title_zh: Text = ""
    description: Prose = ""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "CNY"
    calendar: Calendar = "none"
    sources: tuple[Prose, ...] = ()
    synthetic: bool = False
    obligors: dict[Name, Obligor] = Field(min_length=1, max_length=10_000)
    collateral: dict[Name, Collateral] = Field(default={}, max_length=100_000)
    contracts: dict[Name, Contract] = Field(min_length=1, max_length=10_000)

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        for right, collateral in self.collateral.items():
            if collateral.owner not in self.obligors:
                raise fault(
                    "SEC158", f"collateral.{right}: unknown owner {collateral.owner}", "add it to obligors"
                )
        for name, contract in self.contracts.items():
            if contract.obligor not in self.obligors:
                raise fault(
                    "SEC158", f"contracts.{name}: unknown obligor {contract.obligor}", "add it to obligors"
                )
            for right in contract.collateral:
                if right not in self.collateral:
                    raise fault("SEC158", f"contracts.{name}: unknown right {right}", "add it to collateral")
        return self
