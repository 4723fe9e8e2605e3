"""What a place pays towards financing costs: ``scenarios/policies/NAME.toml``.

The meaning of every field is in ``docs/reference/policies.md``.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from securitize.base.closed import partition
from securitize.base.money import RATE_UNITS
from securitize.definitions.figures import (
    Amount,
    Date,
    LprIndex,
    Model,
    Name,
    Prose,
    Rate,
    Text,
    Whole,
    fault,
)
from securitize.definitions.financing.costs import Component, CreditSupport, Instrument

CapScope = Literal["company", "company-year", "issue"]
WhenShort = Literal["pro-rata", "first-come"]
PaidWhen = Literal["drawn", "settled", "yearly", "year-end"]
RuleBase = Literal["cost", "principal", "issue-size", "prime-rate-interest"]
Vat = Literal["excluded", "included"]
Recipient = Literal["company", "issuer", "lender"]
OF_COSTS, OF_ISSUE, _ = partition(RuleBase, {"cost"}, {"issue-size"}, {"principal", "prime-rate-interest"})
OF_AMOUNT, _ = partition(RuleBase, {"principal", "issue-size"}, {"cost", "prime-rate-interest"})
VAT_COUNTS, _ = partition(Vat, {"included"}, {"excluded"})
OF_EACH_YEAR, _ = partition(PaidWhen, {"yearly"}, {"drawn", "settled", "year-end"})
TO_COMPANY, TO_ISSUER, TO_LENDER = partition(Recipient, {"company"}, {"issuer"}, {"lender"})


class Band(Model):
    """The rate on the part of the principal above the band before it, up to an amount; the last has none."""

    up_to: Amount | None = None
    rate: Rate


class RuleCap(Model):
    """The most that a rule pays."""

    amount: Amount
    per: CapScope


class RevenueCap(Model):
    """The most that a company gets, as a share of its revenue of the year before."""

    share: Rate
    above: Amount = 0


class Budget(Model):
    """All that there is for a rule."""

    amount: Amount
    when_short: WhenShort


class Paid(Model):
    """When a subsidy arrives."""

    when: PaidWhen
    months: Whole = Field(default=0, ge=0, le=120)
    proof: Text = ""


class PolicyRule(Model):
    """One rule: a share of something, under conditions, up to bounds."""

    title: Text = ""
    title_zh: Text = ""
    of: RuleBase
    components: tuple[Component, ...] = ()
    vat: Vat = "excluded"
    rate: Rate | None = None
    bands: tuple[Band, ...] = Field(default=(), max_length=100)
    interest_at_most: LprIndex | None = None
    most_months: Whole | None = Field(default=None, ge=1, le=600)
    instruments: tuple[Instrument, ...] = Field(min_length=1)
    supports: tuple[CreditSupport, ...] = ()
    without_supports: tuple[CreditSupport, ...] = ()
    needs: dict[Name, Text] = Field(default={}, max_length=100)
    least_principal: Amount | None = None
    most_principal: Amount | None = None
    caps: tuple[RuleCap, ...] = Field(default=(), max_length=10)
    revenue_cap: RevenueCap | None = None
    budget: Budget | None = None
    one_of: Name | None = None
    recipient: Recipient = "company"
    paid: Paid
    from_: Date | None = Field(default=None, alias="from")
    until: Date | None = None

    @property
    def of_costs(self) -> bool:
        """Whether it is a share of what a company has paid."""
        return self.of in OF_COSTS

    @property
    def of_issue(self) -> bool:
        """Whether it is a share of the whole issue, paid once."""
        return self.of in OF_ISSUE

    @property
    def counts_vat(self) -> bool:
        """Whether the VAT on a cost counts."""
        return self.vat in VAT_COUNTS

    @property
    def of_each_year(self) -> bool:
        """Whether each year of a financing is counted and paid by itself."""
        return self.paid.when in OF_EACH_YEAR

    @property
    def to_company(self) -> bool:
        """Whether each company gets its own."""
        return self.recipient in TO_COMPANY

    @model_validator(mode="after")
    def _rule_fits(self) -> Self:
        if (self.rate is None) == (not self.bands):
            raise fault("SEC660", "a rule has a rate or bands, one of them", "write rate or bands")
        ends = [band.up_to for band in self.bands]
        if self.bands and (None in ends[:-1] or ends[-1] is not None):
            raise fault(
                "SEC661", "a band before the last has no end, or the last one has", "end all but the last"
            )
        if any(after <= before for before, after in pairwise(end for end in ends if end is not None)):
            raise fault(
                "SEC661", "bands do not ascend: they overlap or leave a gap", "sort them by up_to, each once"
            )
        if not self.of_costs and (self.components or self.counts_vat):
            raise fault("SEC662", "components and vat are of a cost", 'write of = "cost", or take them away')
        if self.of_issue and (self.to_company or self.bands):
            raise fault(
                "SEC662", "a share of the issue is paid once, to the issuer", 'write recipient = "issuer"'
            )
        if self.of_each_year and self.of in OF_AMOUNT:
            raise fault(
                "SEC662",
                "a share of the principal or the issue is paid once",
                'write when = "drawn" or "settled"',
            )
        if self.from_ and self.until and self.until < self.from_:
            raise fault("SEC663", "until is before from", "correct the dates")
        if self.least_principal and self.most_principal and self.most_principal < self.least_principal:
            raise fault("SEC653", "most_principal is below least_principal", "write the lower bound first")
        return self


class LossSplit(Model):
    """Who bears a loss of a loan, by shares that sum to 1; a pool of public money pays until it is empty."""

    title: Text = ""
    title_zh: Text = ""
    shares: dict[Name, Rate] = Field(min_length=1, max_length=20)
    pool: Name | None = None
    pool_amount: Amount | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if sum(self.shares.values()) != RATE_UNITS:
            raise fault("SEC664", "shares of a loss do not sum to 1", "correct the shares")
        if (self.pool is None) != (self.pool_amount is None) or (self.pool and self.pool not in self.shares):
            raise fault(
                "SEC664", "the pool is one of the shares, with an amount", "write pool and pool_amount"
            )
        return self


class Policy(Model):
    """The rules of one place.

    places : as companies are registered; a rule holds where one of them is part of the company's; none: everywhere
    """

    name: Name
    title: Text = ""
    title_zh: Text = ""
    description: Prose = ""
    sources: tuple[Prose, ...] = Field(min_length=1)
    currency: Text = "CNY"
    places: tuple[Text, ...] = ()
    from_: Date | None = Field(default=None, alias="from")
    until: Date | None = None
    rules: dict[Name, PolicyRule] = Field(default={}, max_length=100)
    loss_splits: dict[Name, LossSplit] = Field(default={}, max_length=20)

    @field_validator("until")
    @classmethod
    def _ends_after_it_begins(cls, until: Date | None, info: ValidationInfo) -> Date | None:
        since = info.data.get("from_")
        if since and until and until < since:
            raise fault("SEC663", "until is before from", "correct the dates")
        return until

    @model_validator(mode="after")
    def _policy_fits(self) -> Self:
        if not self.rules and not self.loss_splits:
            raise fault(
                "SEC665", "a policy without a rule and without a split of losses", "write [rules.NAME]"
            )
        return self
