"""The contracts of a pool that are claims: loans, licence-backs, lease-backs, receivables, projected cash.

The meaning of every field is in ``docs/reference/assets.md``, sections 1, 2 and 4. Amounts are minor units,
rates units of 1e-8 (see :mod:`securitize.definitions.figures`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import pairwise
from typing import Literal, Self, assert_never

from pydantic import Field, model_validator

from securitize.base.messages import Message
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
    fault,
)
from securitize.definitions.pools.claims import (
    Cause,
    Claim,
    Consequence,
    Instalments,
    Trust,
)
from securitize.definitions.pools.instalments import (
    Bullet,
    ContractRate,
    CustomPrincipal,
    FixedContractRate,
    Repayment,
)


class Loan(Instalments):
    """Money lent."""

    principal: Amount
    rate: ContractRate

    @property
    def opening(self) -> int:
        """The principal, minor units."""
        return self.principal

    @property
    def rate_rule(self) -> ContractRate:
        """The loan's rate."""
        return self.rate


class PledgedLoan(Loan):
    """A loan with rights as collateral: ``kind = "pledged-loan"``."""

    kind: Literal["pledged-loan"]


class TrustLoan(Loan):
    """A loan of a trust whose beneficial right the pool holds: ``kind = "trust-loan"``."""

    kind: Literal["trust-loan"]
    trust: Trust = Trust()

    @property
    def in_trust(self) -> Trust:
        """Its trust."""
        return self.trust


class LicenceBack(Instalments):
    """A lump sum for a licence, repaid by fees for the licence back: ``kind = "licence-back"``."""

    kind: Literal["licence-back"]
    lump_sum: Amount
    contract_rate: Rate
    full_payment: bool = False

    @property
    def opening(self) -> int:
        """The lump sum, minor units."""
        return self.lump_sum

    @property
    def rate_rule(self) -> ContractRate:
        """The contract rate."""
        return FixedContractRate.model_construct(kind="fixed", rate=self.contract_rate)

    @property
    def fee_bearing(self) -> bool:
        """Every instalment is a licence fee."""
        return True

    def consequence(self, cause: Cause) -> Consequence:
        """What follows where a right fails for ``cause``; without a word of it fees are cut."""
        return self.failure.of(cause) or ("none" if self.full_payment else "cut")


class LeaseBack(Instalments):
    """Rights sold and leased back: ``kind = "lease-back"``."""

    kind: Literal["lease-back"]
    price: Amount
    rate: ContractRate
    timing: Literal["arrears", "advance"] = "arrears"
    nominal_price: Amount = 0

    @property
    def opening(self) -> int:
        """The price, minor units."""
        return self.price

    @property
    def rate_rule(self) -> ContractRate:
        """The rate of the lease."""
        return self.rate

    @property
    def residual(self) -> int:
        """The nominal price, minor units."""
        return self.nominal_price

    @property
    def first_at_start(self) -> bool:
        """Rents in advance begin on ``start``."""
        match self.timing:
            case "advance":
                return True
            case "arrears":
                return False
            case _:
                assert_never(self.timing)

    @model_validator(mode="after")
    def _nominal_price_fits(self) -> Self:
        if self.nominal_price > self.price:
            raise fault("SEC183", "nominal_price is above the price", "write at most the price")
        if self.nominal_price and self.repayment.listed:
            raise fault(
                "SEC183", "payments are listed and a nominal price is given", "list it with the payments"
            )
        return self


class Receivable(Claim):
    """A receivable of a supply chain, sold at a discount: ``kind = "supply-chain"``."""

    kind: Literal["supply-chain"]
    amount: Amount
    due: Date
    supplier: Name | None = None
    price: Amount | None = None
    discount_rate: Rate | None = None
    day_count: DayCount = "ACT/365F"
    adjustment: Adjustment = "unadjusted"

    @property
    def opening(self) -> int:
        """The amount, minor units."""
        return self.amount

    @property
    def sold_receivable(self) -> bool:
        """It was one of the supplier's."""
        return True

    @property
    def proceeds_to(self) -> str:
        """The supplier, who sold it."""
        return self.supplier or self.obligor

    @property
    def rate_rule(self) -> ContractRate:
        """A receivable bears no interest."""
        return FixedContractRate.model_construct(kind="fixed", rate=0)

    @property
    def shape(self) -> Repayment:
        """All on ``due``."""
        return Bullet(kind="bullet")

    @property
    def moved(self) -> Adjustment:
        """How cash is moved to business days."""
        return self.adjustment

    def instalment_dates(self) -> tuple[dt.date, ...]:
        """The day on which it is due."""
        return (self.due,)

    @model_validator(mode="after")
    def _receivable_fits(self) -> Self:
        if self.due <= self.start:
            raise fault("SEC155", "due is not after start", "correct start or due")
        if self.price is not None and self.discount_rate is not None:
            raise fault("SEC184", "price and discount_rate are both given", "write one of them")
        if self.price is not None and self.price > self.amount:
            raise fault("SEC184", "the price is above the amount", "write at most the amount")
        if self.day_count in NEEDS_FREQUENCY:
            raise fault(
                "SEC182",
                Message("{day_count} needs a frequency", day_count=self.day_count),
                "write another day count",
            )
        return self


class DatedCash(Model):
    """Interest and principal of one date."""

    date: Date
    interest: Amount = 0
    principal: Amount = 0


class ProjectedClaim(Claim):
    """Interest and principal as somebody else projects them: ``kind = "projected"``."""

    kind: Literal["projected"]
    cash: tuple[DatedCash, ...] = Field(min_length=1, max_length=12_000)
    file: Text = ""
    adjustment: Adjustment = "unadjusted"
    purchase_price: Amount | None = None
    seller: Name | None = None

    @property
    def opening(self) -> int:
        """All principal listed, minor units."""
        return sum(cash.principal for cash in self.cash)

    @property
    def proceeds_to(self) -> str:
        """Who sold it."""
        return self.seller or self.obligor

    @property
    def rate_rule(self) -> ContractRate:
        """Interest is listed."""
        return FixedContractRate.model_construct(kind="fixed", rate=0)

    @property
    def shape(self) -> Repayment:
        """Principal is listed."""
        return CustomPrincipal.model_construct(kind="custom", payments=())

    @property
    def moved(self) -> Adjustment:
        """How cash is moved to business days."""
        return self.adjustment

    @property
    def listed_principal(self) -> Mapping[dt.date, int]:
        """Of every date."""
        return {cash.date: cash.principal for cash in self.cash}

    @property
    def listed_interest(self) -> tuple[int, ...]:
        """Of every date."""
        return tuple(cash.interest for cash in self.cash)

    def instalment_dates(self) -> tuple[dt.date, ...]:
        """The dates listed."""
        return tuple(cash.date for cash in self.cash)

    @model_validator(mode="after")
    def _cash_fits(self) -> Self:
        dates = (self.start, *self.instalment_dates())
        if any(after <= before for before, after in pairwise(dates)):
            raise fault("SEC155", "dates of cash do not ascend after start", "sort them, each once")
        left = self.opening
        for cash in self.cash:
            if cash.interest and not left:
                what = Message("interest on {date}, when no principal is left", date=cash.date)
                raise fault(
                    "SEC185", what, 'list the principal that bears it, or write kind = "projected-royalty"'
                )
            left -= cash.principal
        if not self.opening:
            raise fault(
                "SEC185", "no principal is listed", 'list principal, or write kind = "projected-royalty"'
            )
        return self
