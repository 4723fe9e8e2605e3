"""What every contract of a pool has, and what every claim has: a contract with a balance.

The meaning of every field is in ``docs/reference/assets.md``, sections 1, 2 and 4. Amounts are minor units,
rates units of 1e-8 (see :mod:`securitize.definitions.figures`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import pairwise
from typing import ClassVar, Literal, Self, assert_never

from pydantic import Field, ValidationInfo, model_validator

from securitize.base.messages import Message
from securitize.definitions.deals.currencies import amount_in
from securitize.definitions.figures import (
    NEEDS_FREQUENCY,
    Adjustment,
    Amount,
    Date,
    DayCount,
    Model,
    Name,
    Rate,
    Text,
    Whole,
    fault,
)
from securitize.definitions.pools.instalments import (
    ContractRate,
    InstalmentDates,
    Repayment,
)
from securitize.definitions.pools.past import PastClaim

#: Why a right fails.
Cause = Literal["lapse", "invalidity", "expiry"]
#: What a failed right does to a claim.
Consequence = Literal["none", "cut", "repurchase"]


class Failure(Model):
    """What follows where a right fails, by its cause; None for the contract's default."""

    lapse: Consequence | None = None
    invalidity: Consequence | None = None
    expiry: Consequence | None = None

    def of(self, cause: Cause) -> Consequence | None:
        """What is written of a cause."""
        match cause:
            case "lapse":
                return self.lapse
            case "invalidity":
                return self.invalidity
            case "expiry":
                return self.expiry
            case _:
                assert_never(cause)


class Asset(Model):
    """What every contract has."""

    title: Text = ""
    obligor: Name
    legal_mode: Text = ""
    collateral: tuple[Name, ...] = ()
    start: Date

    @model_validator(mode="after")
    def _each_right_once(self) -> Self:
        if len(set(self.collateral)) < len(self.collateral):
            raise fault("SEC156", "a right is named twice", "name each right once")
        return self


class Trust(Model):
    """What the trust between obligor and vehicle keeps and how long it takes.

    pass_through : days
    """

    fee_rate: Rate = 0
    pass_through: Whole = Field(default=0, ge=0, le=366)


class Claim(Asset):
    """A contract with a balance.

    deposit : what the obligor left as security, outside the vehicle; minor units
    """

    #: Whether cash follows the sales of a product.
    follows_sales: ClassVar[bool] = False
    kind: str
    deposit: Amount = 0
    failure: Failure = Failure()
    as_of: PastClaim | None = None

    @property
    def opening(self) -> int:
        """Opening balance, minor units."""
        raise NotImplementedError

    @property
    def proceeds_to(self) -> str:
        """The obligor that is paid."""
        return self.obligor

    @property
    def sold_receivable(self) -> bool:
        """Whether it was a receivable of who is paid."""
        return False

    @property
    def fee_bearing(self) -> bool:
        """Whether an instalment is a licence fee, interest and principal together."""
        return False

    @property
    def rate_rule(self) -> ContractRate:
        """The rate of the balance."""
        raise NotImplementedError

    @property
    def shape(self) -> Repayment:
        """How the balance is repaid."""
        raise NotImplementedError

    @property
    def in_trust(self) -> Trust | None:
        """What stands between the obligor and the vehicle; None where nothing does."""
        return None

    @property
    def listed_principal(self) -> Mapping[dt.date, int]:
        """Principal that is listed, minor units by date; empty where it follows from the balance."""
        return {payment.date: payment.amount for payment in self.shape.listed}

    @property
    def listed_interest(self) -> tuple[int, ...]:
        """Interest that is listed, minor units of each instalment; empty where it follows from the balance."""
        return ()

    @property
    def residual(self) -> int:
        """What the last instalment pays beside the repayment, minor units."""
        return 0

    @property
    def moved(self) -> Adjustment:
        """How cash is moved to business days."""
        raise NotImplementedError

    def instalment_dates(self) -> tuple[dt.date, ...]:
        """p_1 … p_n, unadjusted, ascending."""
        raise NotImplementedError

    def consequence(self, cause: Cause) -> Consequence:
        """What follows where a right fails for ``cause``."""
        return self.failure.of(cause) or "none"

    def needs_rights(self, cause: Cause) -> bool:
        """Whether cash depends on rights that may fail for ``cause``."""
        consequence = self.consequence(cause)
        match consequence:
            case "cut" | "repurchase":
                return True
            case "none":
                return False
            case _:
                assert_never(consequence)

    @model_validator(mode="after")
    def _failures_fit(self) -> Self:
        causes = (self.failure.lapse, self.failure.invalidity, self.failure.expiry)
        if "cut" in causes and not self.fee_bearing:
            raise fault("SEC181", "only licence fees can be cut", 'write "none" or "repurchase"')
        if any(causes) and not self.collateral:
            raise fault(
                "SEC181", "no right is named that could fail", "name collateral, or leave failure out"
            )
        return self


class Instalments(Claim):
    """A claim that is repaid on instalment dates with interest at a rate."""

    day_count: DayCount = "ACT/365F"
    repayment: Repayment
    dates: InstalmentDates = InstalmentDates()

    @property
    def shape(self) -> Repayment:
        """How the balance is repaid."""
        return self.repayment

    @property
    def moved(self) -> Adjustment:
        """How cash is moved to business days."""
        return self.dates.adjustment

    @property
    def first_at_start(self) -> bool:
        """Whether the first instalment is due on ``start`` itself."""
        return False

    def instalment_dates(self) -> tuple[dt.date, ...]:
        """p_1 … p_n, unadjusted, ascending."""
        listed = {payment.date for payment in self.repayment.listed}
        return tuple(sorted({*self.dates.unadjusted(), *listed}))

    @model_validator(mode="after")
    def _instalments_fit(self, info: ValidationInfo) -> Self:
        dates = self.instalment_dates()
        if not dates:
            raise fault(
                "SEC153", "no instalment dates", "write dates = { every, first, last } or { dates = [ … ] }"
            )
        if self.first_at_start and dates[0] != self.start:
            raise fault(
                "SEC155", "the first rent in advance is not due on start", "let the dates begin on start"
            )
        if not self.first_at_start and dates[0] <= self.start:
            raise fault(
                "SEC155",
                Message("the instalment of {first} is not after start", first=dates[0]),
                "correct start or the dates",
            )
        listed = self.dates.dates or ()
        if any(after <= before for before, after in pairwise(listed)):
            raise fault("SEC155", "instalment dates do not ascend", "sort them, each once")
        if self.day_count in NEEDS_FREQUENCY and self.dates.months is None:
            raise fault(
                "SEC182",
                Message("{day_count} needs the frequency of the dates", day_count=self.day_count),
                "add dates.frequency",
            )
        if payments := self.repayment.listed:
            if any(after.date <= before.date for before, after in pairwise(payments)):
                raise fault("SEC155", "payment dates do not ascend", "sort them, each once")
            total = sum(payment.amount for payment in payments)
            if total != self.opening:
                raise fault(
                    "SEC157",
                    Message(
                        "payments sum to {total}, not to {opening}",
                        total=amount_in(total, _currency(info)),
                        opening=amount_in(self.opening, _currency(info)),
                    ),
                    "let them sum to the opening balance",
                )
        return self


def _currency(info: ValidationInfo) -> str:
    """That of the file of which something is validated; where none is written, that of Chinese pools."""
    context: Mapping[str, object] = info.context or {}
    return str(context.get("currency") or "CNY")
