"""Like for like: {securitization, alternative} x {without, with policy}, by company, for the pool, for the deal.

Source: ``docs/reference/financing-cost.md``, section 5.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, assert_never

from securitize.base.arithmetic import allocate
from securitize.base.closed import partition
from securitize.base.messages import Message
from securitize.definitions.policies.policy import TO_COMPANY, TO_ISSUER
from securitize.financing.cash import Cash
from securitize.financing.cost import Cost, cost_of, present_value
from securitize.financing.facility import Facility, Subsidy
from securitize.financing.sides import Side

Policy = Literal["without", "with"]
POLICIES: tuple[Policy, ...] = ("without", "with")
WITHOUT_POLICY, WITH_POLICY = partition(Policy, {"without"}, {"with"})
Level = Literal["company", "pool", "deal"]
OF_COMPANY, OF_POOL, _ = partition(Level, {"company"}, {"pool"}, {"deal"})
#: What policies pay for these facilities, asked of all companies of one side at once.
Subsidise = Callable[[Sequence[Facility]], tuple[Subsidy, ...]]


@dataclass(frozen=True, slots=True)
class SubsidisedSides:
    """All companies on one side, and what policies pay for it.

    by_company : subsidies as each company's cash, what the issuer passes on with them
    to_others  : what issuer, originator or lender keep
    """

    sides: Mapping[str, Side]
    subsidies: tuple[Subsidy, ...]
    by_company: Mapping[str, tuple[Cash, ...]]
    to_others: tuple[Cash, ...]


@dataclass(frozen=True, slots=True)
class CostCell:
    """One cell of the comparison: a side with or without policy, and its cost; None where principal is not repaid."""

    side: str
    policy: Policy
    cash: tuple[Cash, ...]
    subsidies: tuple[Cash, ...]
    cost: Cost | None

    @property
    def all_in(self) -> float | None:
        """The effective annual rate, as a decimal."""
        return None if self.cost is None else self.cost.all_in


@dataclass(frozen=True, slots=True)
class Saving:
    """What the first cell saves against the second, positive where the first is cheaper.

    rate          : difference of the all-in rates, as a decimal; None where one of them is None
    present_value : of the first's cash less the second's, at one rate for both, minor units
    money_a_year  : costs a year of the second less those of the first, minor units
    """

    rate: float | None
    present_value: float
    money_a_year: float


def subsidise(
    sides: Sequence[Side],
    policy: Policy,
    subsidies: Subsidise,
    passed_on: int = 0,
) -> SubsidisedSides:
    """Ask the policies about one side.

    passed_on : of what the issuer gets, units of 1e-8
    """
    found = _paid(sides, policy, subsidies) if sides else ()
    rows: dict[str, list[Cash]] = {side.company: [] for side in sides}
    others: list[Cash] = []
    for one in found:
        if one.amount < 0:
            raise ValueError(f"policy {one.policy} takes money away")
        label = f"{one.policy}: {one.rule}"
        if one.recipient in TO_COMPANY and one.company in rows:
            rows[one.company].append(Cash(one.date, "subsidy", label, one.amount))
            continue
        shared = one.amount * passed_on // 10**8 if one.recipient in TO_ISSUER else 0
        principals = [side.facility.principal for side in sides]
        for side, amount in zip(
            sides, allocate(shared, principals, rounding="down", unweighted="equal"), strict=True
        ):
            if amount:
                rows[side.company].append(
                    Cash(one.date, "subsidy", Message("{label}, passed on", label=label), amount)
                )
        if one.amount > shared:
            others.append(
                Cash(
                    one.date,
                    "subsidy",
                    Message("{label}, to the {recipient}", label=label, recipient=one.recipient),
                    one.amount - shared,
                )
            )
    by_company = {company: tuple(cash) for company, cash in rows.items()}
    return SubsidisedSides({side.company: side for side in sides}, found, by_company, tuple(others))


def _paid(sides: Sequence[Side], policy: Policy, subsidies: Subsidise) -> tuple[Subsidy, ...]:
    match policy:
        case "with":
            return subsidies([side.facility for side in sides])
        case "without":
            return ()
        case _:
            assert_never(policy)


def cell(
    sides: Sequence[Side], policy: Policy, subsidised: SubsidisedSides, others: Sequence[Cash] = ()
) -> CostCell:
    """The cell of one company, or of several together; ``others`` are subsidies to others that are counted too."""
    cash = tuple(row for side in sides for row in side.cash)
    subsidies = tuple(row for side in sides for row in subsidised.by_company[side.company])
    names = dict.fromkeys(side.name for side in sides)
    name = next(iter(names)) if len(names) == 1 else "best"
    whole = (*subsidies, *others)
    cost = None if any(side.defaults for side in sides) else cost_of(cash, whole)
    return CostCell(name, policy, cash, whole, cost)


def saving(first: CostCell, second: CostCell, rate: float, since: dt.date) -> Saving | None:
    """What ``first`` saves against ``second``; swapped, each number changes its sign exactly. None without costs.

    rate : effective annual rate at which both are valued on ``since``
    """
    if first.cost is None or second.cost is None:
        return None
    value = present_value((*first.cash, *first.subsidies), rate, since)
    other = present_value((*second.cash, *second.subsidies), rate, since)
    both = (first.all_in, second.all_in)
    return Saving(
        rate=None if both[0] is None or both[1] is None else both[1] - both[0],
        present_value=value - other,
        money_a_year=second.cost.money_a_year - first.cost.money_a_year,
    )


def cheapest(cells: Sequence[CostCell]) -> CostCell | None:
    """The cell of the lowest all-in rate, the first of equals; one whose subsidies leave no rate is no comparison."""
    known = [one for one in cells if one.all_in is not None]
    return min(known, key=lambda one: one.all_in or 0.0) if known else None


def no_subsidies(facilities: Sequence[Facility]) -> tuple[Subsidy, ...]:
    """Where there is no policy."""
    return ()
