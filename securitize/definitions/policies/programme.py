"""A city's plan for the money of the founding notice: ``scenarios/programmes/NAME.toml``.

The meaning of every field is in ``docs/reference/programme.md``.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from securitize.definitions.figures import Amount, Date, Model, Name, Prose, Text, Whole

Purpose = Literal[
    "subsidies", "risk-sharing-pool", "guarantee-fund", "equity-fund", "services", "platform", "training", "custody",
    "navigation", "standards", "building-works", "land", "relocation", "staff-pay", "running-costs",
]  # fmt: skip


class ProgrammeFunds(Model):
    """The money of the notice, and the days that its deadlines count from."""

    total: Amount
    first: Amount
    received: Date
    plan_filed: Date
    fund_rules: Date
    mid_term_review: Date


class ProgrammeUse(Model):
    """One use of the money."""

    title: Text = ""
    title_zh: Text = ""
    purpose: Purpose
    amount: Amount
    spent: Date
    cluster_area: bool = False
    market_instrument: bool = False


class ProgrammeTarget(Model):
    """A number that is to grow over three years: before the plan, and in its third year."""

    base: Amount
    third_year: Amount


class ProgrammeTargets(Model):
    """What is to grow; counts are written as they are, money in currency units."""

    licences_and_transfers: ProgrammeTarget
    pledge_amount: ProgrammeTarget
    pledge_projects: ProgrammeTarget
    technology_contract_value: ProgrammeTarget


class ProgrammeFloors(Model):
    """What there is to be at least at the end."""

    smes_converting: Whole = Field(ge=0)
    securitizations: Whole = Field(ge=0)
    navigation_projects: Whole = Field(ge=0)
    certified_organisations: Whole = Field(ge=0)
    smes_in_custody: Whole = Field(ge=0)
    regional_platforms: Whole = Field(ge=0)
    operation_centres: Whole = Field(ge=0)


class Programme(Model):
    """A city's plan. ``synthetic``: made up, of no city."""

    name: Name
    title: Text = ""
    title_zh: Text = ""
    description: Prose = ""
    sources: tuple[Prose, ...] = ()
    synthetic: bool = False
    city: Text
    city_zh: Text = ""
    province: Text
    province_zh: Text = ""
    other_cities_of_the_province: tuple[Text, ...] = ()
    years: Whole = Field(default=3, ge=1, le=10)
    currency: Text = "CNY"
    funds: ProgrammeFunds
    uses: dict[Name, ProgrammeUse] = Field(min_length=1, max_length=500)
    targets: ProgrammeTargets
    floors: ProgrammeFloors
