"""What a deal's files do not hold of its companies' cost: ``financing.toml`` beside ``deal.toml``.

The meaning of every field is in ``docs/reference/financing-cost.md``, section 1.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from securitize.definitions.figures import (
    Amount,
    Date,
    Frequency,
    Margin,
    Model,
    Name,
    Prose,
    Rate,
    Text,
    Whole,
    fault,
)
from securitize.definitions.financing.costs import CompanyCost, Component, CreditSupport

#: How a published cost was measured, and whether before subsidies are taken off or after.
PublishedBasis = Literal["simple", "effective"]
PublishedSubsidy = Literal["before", "after"]


class FinancedCompany(Model):
    """What is known of one company; where nothing is written, what the file says of all."""

    place: Text = ""
    revenue: Amount | None = None
    appraised_value: Amount | None = None
    receivables: Amount | None = None
    equipment: Amount | None = None
    attributes: dict[Name, Text] = Field(default={}, max_length=100)


class SimpleFacility(Model):
    """One company's money where there is no pool: bullet or level, at a coupon and a margin."""

    company: Text = "company"
    principal: Amount
    drawn: Date
    settled: Date
    repayment: Literal["bullet", "level-payment"] = "bullet"
    interest_every: Frequency = "12M"
    coupon: Rate
    platform_margin: Rate = 0
    day_count: Literal["ACT/365F", "ACT/360"] = "ACT/365F"

    @model_validator(mode="after")
    def _facility_fits(self) -> Self:
        if self.settled <= self.drawn:
            raise fault("SEC652", "settled is not after drawn", "correct drawn or settled")
        if self.principal == 0:
            raise fault("SEC652", "no money is drawn", "write a principal above 0")
        return self


class PublishedCost(Model):
    """What was published of the companies' cost, a number or a range.

    basis   : the plain sum a year that the press uses, or the effective annual rate
    subsidy : whether subsidies are taken off
    """

    low: Rate
    high: Rate
    basis: PublishedBasis
    subsidy: PublishedSubsidy

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if self.high < self.low:
            raise fault("SEC653", "high is below low", "write the lower bound first")
        return self


class SolveRange(Model):
    """What a solved number may be expected to be, and why, written down before it is solved."""

    low: Margin
    high: Margin
    reason: Prose

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if self.high < self.low:
            raise fault("SEC653", "high is below low", "write the lower bound first")
        return self


class IncludedCost(Model):
    """A part of the contract's rate that the platform hands on, outside the vehicle: a year, of the balance."""

    title: Text = ""
    title_zh: Text = ""
    component: Component
    rate: Rate


class Refund(Model):
    """A refund that the deal's own papers tell of, where no policy of the library says it.

    rate       : of the company's cost without VAT
    months     : from settlement until it arrives
    """

    title: Text = ""
    title_zh: Text = ""
    rate: Rate
    months: Whole = Field(default=0, ge=0, le=120)


class Financing(Model):
    """The companies' side of a deal, or of a case without a pool.

    deal, facility : one of them
    taxes, guarantees : fees of the deal that are taxes, or what a guarantor is paid
    vat_deductible : whether companies get the VAT that they pay back at once
    interest_vat   : VAT in what the contract charges beyond principal
    advance_rate   : financing as a share of the appraised value, where a company's own is not known
    passed_on      : share of a subsidy to the issuer that reaches the companies
    """

    name: Name
    title: Text = ""
    title_zh: Text = ""
    description: Prose = ""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "CNY"
    sources: tuple[Prose, ...] = ()
    deal: Name | None = None
    facility: SimpleFacility | None = None
    place: Text = ""
    attributes: dict[Name, Text] = Field(default={}, max_length=100)
    issue_size: Amount | None = None
    supports: tuple[CreditSupport, ...] = ()
    taxes: tuple[Name, ...] = ()
    guarantees: tuple[Name, ...] = ()
    vat_deductible: bool = False
    interest_vat: Rate = 0
    advance_rate: Rate | None = None
    discount_rate: Rate | None = None
    passed_on: Rate = 0
    costs: dict[Name, CompanyCost] = Field(default={}, max_length=100)
    included: dict[Name, IncludedCost] = Field(default={}, max_length=100)
    companies: dict[Name, FinancedCompany] = Field(default={}, max_length=10_000)
    refund: Refund | None = None
    published_cost: PublishedCost | None = None
    ranges: dict[Name, SolveRange] = Field(default={}, max_length=100)

    @model_validator(mode="after")
    def _deal_or_facility(self) -> Self:
        if (self.deal is None) == (self.facility is None):
            raise fault(
                "SEC654", "a financing is of a deal or a facility, one of them", "write deal or [facility]"
            )
        if self.advance_rate == 0:
            raise fault("SEC114", "an advance rate of 0 says that nothing is lent", "write it above 0")
        return self
