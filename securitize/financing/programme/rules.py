"""The rules of the founding notice, each put to a plan. Exact: whole minor units and fractions.

Source: 财办建〔2020〕40号 with its indicators as reported on 2020-05-07; ``docs/reference/programme.md``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from securitize.base.closed import partition
from securitize.base.dates import add_months
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
TITLES = {
    "total": ("money of the notice", "资金总额"),
    "first": ("first payment, before the mid-term review", "首期资金"),
    "uses": ("uses within the money", "资金使用总额"),
    "before-review": ("spent before the mid-term review", "中期绩效评价前支出"),
    "cluster-area": ("share used in the cluster area", "集聚区使用占比"),
    "market-instruments": ("share by market instruments", "市场化方式占比"),
    "forbidden-uses": ("forbidden uses", "禁止支出"),
    "years": ("years of the plan", "实施年限"),
    "plan-filed": ("plan filed within two months of the money", "方案备案时限"),
    "fund-rules": ("fund rules within a month of the plan", "资金管理办法时限"),
    "one-city": ("other cities of the province", "同省其他城市"),
    "licences_and_transfers": ("licences and transfers, third year", "专利许可转让次数"),
    "pledge_amount": ("pledge financing, third year", "知识产权质押融资金额"),
    "pledge_projects": ("pledge projects, third year", "知识产权质押项目数"),
    "technology_contract_value": ("patent technology contracts, third year", "专利技术合同成交额"),
    "smes_converting": ("small companies that convert patents", "转化专利的中小企业"),
    "securitizations": ("securitizations issued", "知识产权证券化产品"),
    "navigation_projects": ("patent navigation projects", "专利导航项目"),
    "certified_organisations": ("organisations certified", "通过知识产权管理规范认证的单位"),
    "smes_in_custody": ("small companies in custody service", "知识产权托管服务中小企业"),
    "regional_platforms": ("regional platforms", "区域知识产权平台"),
    "operation_centres": ("industry operation centres", "产业知识产权运营中心"),
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
