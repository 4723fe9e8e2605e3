"""How a pool is assembled from candidates: ``pools/NAME/build.toml`` or a user's ``pool/build.toml``.

The meaning of every field is in ``docs/reference/pools.md``. Amounts are minor units, rates and shares units of
1e-8 (see :mod:`securitize.definitions.figures`).
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from securitize.definitions.figures import (
    Calendar,
    Date,
    DayCount,
    Margin,
    Model,
    Multiple,
    Name,
    Prose,
    Rate,
    Text,
    Whole,
    fault,
)
from securitize.definitions.pools.pool_limits import Limit

FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}\.(csv|xlsx|parquet)$")]
Venue = Literal["exchange", "interbank"]
Purpose = Literal["pledge", "licence", "transfer"]
Objective = Literal["eligible-value", "amount", "score", "spread", "diversification"]


class CandidateFile(Model):
    """A table of candidates beside the build file.

    columns : heading of the file -> canonical column, on top of those of the source
    """

    file: FileName
    source: Name = "canonical"
    columns: dict[Annotated[str, StringConstraints(min_length=1, max_length=200)], Name] = Field(
        default={}, max_length=200
    )


class CandidateFiles(Model):
    """The tables that candidates come from."""

    patents: CandidateFile
    companies: CandidateFile
    contracts: CandidateFile
    legal_events: CandidateFile | None = None
    comparables: CandidateFile | None = None


class DiscountRate(Model):
    """Annual discount rate of the income method, as the sum of its parts."""

    risk_free: Rate
    technical: Rate
    market: Rate
    funding: Rate
    management: Rate

    @property
    def total(self) -> int:
        """Their sum, units of 1e-8."""
        return self.risk_free + self.technical + self.market + self.funding + self.management


class Valuation(Model):
    """How a patent is valued.

    methods           : the first that finds a value gives the appraised one
    least_comparables : below so many deals the market method finds none
    price_growth      : change of prices a year since a comparable deal
    growth : of revenue a year; contribution_decline : share by which the contribution rate falls a year
    """

    discount: DiscountRate
    tax_rate: Rate
    growth: Margin = Field(default=0, ge=-50_000_000)
    contribution_decline: Rate = 0
    economic_life_years: Whole = Field(default=20, ge=1, le=20)
    obsolescence: Rate = 0
    methods: tuple[Literal["income", "market", "cost"], ...] = Field(
        default=("income", "market", "cost"), min_length=1, max_length=3
    )
    least_comparables: Whole = Field(default=3, ge=1, le=1000)
    price_growth: Margin = Field(default=0, ge=-50_000_000)
    pledge_bank_share: Rate
    liquidation_share: Rate


class Scoring(Model):
    """Which weights the scores take.

    weights, company_weights : by indicator, in place of those that ship
    """

    purpose: Purpose = "pledge"
    minimum_coverage: Rate = 50_000_000
    weights: dict[Name, Multiple] = Field(default={}, max_length=100)
    company_weights: dict[Name, Multiple] = Field(default={}, max_length=100)


class Screening(Model):
    """Who may enter.

    preset        : the entry rules of companies that ship
    buffer_months : between the legal final of the notes and the end of a patent
    minimum_score : of a patent, 0 to 100
    unknown       : what follows where a screen cannot be decided
    waived        : screen -> reason
    """

    preset: Name | None = None
    buffer_months: Whole = Field(default=0, ge=0, le=240)
    patent_kinds: tuple[Literal["invention", "utility-model", "design"], ...] = ("invention", "utility-model")
    minimum_score: Multiple = 0
    chain_only: bool = True
    unknown: Literal["fail", "warn"] = "warn"
    waived: dict[Name, Text] = Field(default={}, max_length=100)


class ContractTerms(Model):
    """What the contracts of a candidate table leave to the deal."""

    day_count: DayCount = "ACT/365F"
    adjustment: Literal["following", "modified-following", "preceding", "unadjusted"] = "following"


class Build(Model):
    """A pool to be assembled."""

    name: Name
    title: Text = ""
    title_zh: Text = ""
    description: Prose = ""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "CNY"
    calendar: Calendar = "none"
    sources: tuple[Prose, ...] = ()
    synthetic: bool = False
    chain: Name
    as_of: Date
    legal_final: Date
    venue: Venue | None = None
    venue_waived: dict[Name, Text] = Field(default={}, max_length=20)
    candidates: CandidateFiles
    value: Valuation
    score: Scoring = Scoring()
    screens: Screening = Screening()
    contract_terms: ContractTerms = ContractTerms()
    objective: Objective = "eligible-value"
    limits: dict[Name, Limit] = Field(default={}, max_length=100)

    @model_validator(mode="after")
    def _dates_ascend(self) -> Self:
        if self.legal_final <= self.as_of:
            raise fault("SEC510", "legal_final is not after as_of", "correct the dates")
        return self
