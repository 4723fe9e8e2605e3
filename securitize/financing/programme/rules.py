"""The rules of the founding notice, each checked on a plan. Exact: whole minor units and fractions.

Source: the notice of 2020 on converting patents, number 40 of the finance and intellectual property offices, with its
indicators as reported on 2020-05-07; ``docs/reference/programme.md``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from securitize.base.closed import partition
from securitize.base.dates import add_months
from securitize.base.messages import Message
from securitize.definitions.policies.programme import Programme, ProgrammeUse, Purpose

TOTAL, FIRST = 150_000_000_00, 100_000_000_00
LEAST_SHARE = Fraction(40, 100)
YEARS = 3
FORBIDDEN, _ = partition(
    Purpose,
    {"building-works", "land", "relocation", "staff-pay", "running-costs"},
    {
        "subsidies", "risk-sharing-pool", "guarantee-fund", "equity-fund", "services", "platform", "training",
        "custody", "navigation", "standards",
    },
)  # fmt: skip
#: Growth a year, compound.
GROWTH = {
    "licences_and_transfers": Fraction(120, 100),
    "pledge_amount": Fraction(130, 100),
    "pledge_projects": Fraction(130, 100),
    "technology_contract_value": Fraction(140, 100),
}
FLOORS = {
    "smes_converting": 100,
    "securitizations": 1,
    "navigation_projects": 5,
    "certified_organisations": 200,
    "smes_in_custody": 1000,
    "regional_platforms": 1,
    "operation_centres": 3,
}
#: What each rule is about.
TITLES: dict[str, Message] = {
    "total": Message("money of the notice"),
    "first": Message("first payment, before the mid-term review"),
    "uses": Message("uses within the money"),
    "before-review": Message("spent before the mid-term review"),
    "cluster-area": Message("share used in the cluster area"),
    "market-instruments": Message("share by market instruments"),
    "forbidden-uses": Message("forbidden uses"),
    "years": Message("years of the plan"),
    "plan-filed": Message("plan filed within two months of the money"),
    "fund-rules": Message("fund rules within a month of the plan"),
    "one-city": Message("other cities of the province"),
    "licences_and_transfers": Message("licences and transfers, third year"),
    "pledge_amount": Message("pledge financing, third year"),
    "pledge_projects": Message("pledge projects, third year"),
    "technology_contract_value": Message("patent technology contracts, third year"),
    "smes_converting": Message("small companies that convert patents"),
    "securitizations": Message("securitizations issued"),
    "navigation_projects": Message("patent navigation projects"),
    "certified_organisations": Message("organisations certified"),
    "smes_in_custody": Message("small companies in custody service"),
    "regional_platforms": Message("regional platforms"),
    "operation_centres": Message("industry operation centres"),
}
Sense = str


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule put to a plan.

    sense : "at least", "at most" or "exactly";  required, planned : in ``unit``;  headroom : below 0 where it is broken
    """

    rule: str
    sense: str
    required: Fraction
    planned: Fraction
    unit: str
    found: str = ""

    @property
    def headroom(self) -> Fraction:
        """By how much the plan is inside the rule."""
        if self.sense == "at most":
            return self.required - self.planned
        if self.sense == "exactly":
            return -abs(self.planned - self.required)
        return self.planned - self.required

    @property
    def holds(self) -> bool:
        """Whether the plan keeps the rule."""
        return self.headroom >= 0


def check_programme(plan: Programme) -> tuple[RuleResult, ...]:
    """Every rule of the notice, put to the plan."""
    return tuple(_results(plan))


def _results(plan: Programme) -> Iterator[RuleResult]:
    funds, uses = plan.funds, list(plan.uses.values())
    spent = sum(use.amount for use in uses)
    yield _money("total", "at most", TOTAL, funds.total)
    yield _money("first", "at most", FIRST, funds.first)
    yield _money("uses", "at most", funds.total, spent)
    early = sum(use.amount for use in uses if use.spent < funds.mid_term_review)
    yield _money("before-review", "at most", funds.first, early)
    yield _share("cluster-area", [use for use in uses if use.cluster_area], funds.total)
    yield _share("market-instruments", [use for use in uses if use.market_instrument], funds.total)
    named = [name for name, use in plan.uses.items() if use.purpose in FORBIDDEN]
    forbidden = sum(plan.uses[name].amount for name in named)
    yield RuleResult(
        "forbidden-uses", "at most", Fraction(0), Fraction(forbidden, 100), "money", ", ".join(named)
    )
    yield RuleResult("years", "exactly", Fraction(YEARS), Fraction(plan.years), "count")
    yield _days("plan-filed", add_months(funds.received, 2), funds.plan_filed)
    yield _days("fund-rules", add_months(funds.plan_filed, 1), funds.fund_rules)
    others = plan.other_cities_of_the_province
    yield RuleResult("one-city", "at most", Fraction(0), Fraction(len(others)), "count", ", ".join(others))
    for name, growth in GROWTH.items():
        target = getattr(plan.targets, name)
        least = Fraction(target.base, 100) * growth**YEARS
        yield RuleResult(name, "at least", least, Fraction(target.third_year, 100), "number")
    for name, floor in FLOORS.items():
        yield RuleResult(name, "at least", Fraction(floor), Fraction(getattr(plan.floors, name)), "count")


def _money(rule: str, sense: str, required: int, planned: int) -> RuleResult:
    return RuleResult(rule, sense, Fraction(required, 100), Fraction(planned, 100), "money")


def _share(rule: str, uses: list[ProgrammeUse], total: int) -> RuleResult:
    amount = sum(use.amount for use in uses)
    return RuleResult(
        rule, "at least", LEAST_SHARE, Fraction(amount, total) if total else Fraction(0), "share"
    )


def _days(rule: str, latest: dt.date, planned: dt.date) -> RuleResult:
    return RuleResult(
        rule,
        "at most",
        Fraction(latest.toordinal()),
        Fraction(planned.toordinal()),
        "date",
        planned.isoformat(),
    )
