"""One missing term of a financing, back-solved from the published cost.

Source: ``docs/reference/financing-cost.md``, section 7.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from securitize.base.closed import complete
from securitize.base.errors import CalculationError, UsageError, printable
from securitize.base.files import PathLike
from securitize.base.messages import Listing
from securitize.base.money import RATE_UNITS
from securitize.definitions.financing.financing import Financing, PublishedBasis, PublishedSubsidy
from securitize.financing.break_even import last_unit
from securitize.financing.comparison import OF_POOL, WITHOUT_POLICY, Policy, cell, subsidise
from securitize.financing.cost import Cost
from securitize.financing.sides import Change, Side, securitized
from securitize.studies.savings.company_savings import Comparison
from securitize.studies.savings.inputs import FinancingInputs
from securitize.studies.savings.policies import RefundOf, policies_of

#: Terms of the contract's rate: what changes them changes what the contracts charge.
RUNNING = ("platform_margin", "coupon")
#: The side that a published cost is of.
_SIDE_OF: Mapping[PublishedSubsidy, Policy] = complete(
    PublishedSubsidy, {"before": "without", "after": "with"}
)


@dataclass(frozen=True, slots=True)
class TermValue:
    """One end of what was published: the term that gives it, the cost there by running again, and what to think of it.

    value : units of 1e-8, or minor units of an amount; None where no value gives the published cost
    """

    target: float
    value: int | None
    cost: float | None
    judged: str


@dataclass(frozen=True, slots=True)
class TermSolution:
    """A term solved; ``expected`` is low, high (units of 1e-8) and the reason, as the file says them."""

    name: str
    term: str
    is_amount: bool
    basis: PublishedBasis
    subsidy: PublishedSubsidy
    as_written: int
    low_target: float
    high_target: float
    found: tuple[TermValue, ...]
    expected: tuple[int, int, str] | None
    currency: str


def solve_term(
    comparison: Comparison, term: str, policy: Sequence[PathLike] = (), as_if: bool = False
) -> TermSolution:
    """Find ``term`` such that the companies together pay what was published.

    term : platform_margin, coupon, refund, or the name of a cost
    Raises UsageError where no cost was published or there is no such term, CalculationError where running again
    does not give the published cost.
    """
    inputs = comparison.inputs
    published = inputs.financing.published_cost
    if published is None:
        raise UsageError(
            "{name} says nothing of a published cost; write [published_cost] in it",
            name=inputs.financing.name,
        )
    if inputs.since is not None:
        raise UsageError("the deal is in mid-life: a published cost is that of closing; leave out --solve")
    written, is_amount, highest = _as_written(comparison, term)
    # What was published is the securitization's cost, with the refund that its own papers tell of.
    refund: RefundOf = "none" if policy or inputs.financing.refund is None else "deal"
    when = _SIDE_OF[published.subsidy]

    def cost(value: int) -> Cost:
        changed, change = _changed(inputs, term, value, written)
        asked = policies_of(changed, policy, as_if, refund)[0]
        sides: list[Side] = [
            securitized(debt, parts, terms, changed.financing, changed.issue_size, change)
            for debt, parts, terms in zip(changed.debts, changed.parts, changed.terms, strict=True)
        ]
        found = cell(sides, when, subsidise(sides, when, asked, changed.financing.passed_on)).cost
        if found is None:
            raise CalculationError("a company defaults on this path: it has no cost to be solved for")
        return found

    def measured(value: int) -> float:
        found = _rate_of(cost(value), published.basis)
        if found is None:
            raise CalculationError("no all-in rate fits at {term} {value}", term=term, value=value)
        return found

    # A refund lowers the cost, everything else raises it.
    sign = -1 if term == "refund" else 1
    expected = inputs.financing.ranges.get(term)
    lowest = written - _contract_rate(inputs) if term in RUNNING else 0
    results = []
    for target in dict.fromkeys((published.low / RATE_UNITS, published.high / RATE_UNITS)):

        def value_of(units: int, target: float = target) -> float:
            return sign * (target - measured(units))

        last = last_unit(value_of, lowest, highest)
        there = None if last is None else measured(last)
        if there is not None and abs(there - target) > 1e-6:
            raise CalculationError(
                "{term} {last} gives {there:.8f}, not {target:.8f}",
                term=term,
                last=last,
                there=there,
                target=target,
            )
        bounds = None if expected is None else (expected.low, expected.high)
        results.append(TermValue(target, last, there, _judged(last, bounds, is_amount)))
    return TermSolution(
        inputs.financing.name,
        term,
        is_amount,
        published.basis,
        published.subsidy,
        written,
        published.low / RATE_UNITS,
        published.high / RATE_UNITS,
        tuple(results),
        None if expected is None else (expected.low, expected.high, expected.reason),
        inputs.currency,
    )


def _rate_of(cost: Cost, basis: PublishedBasis) -> float | None:
    """The cost as it was published, a decimal; None where no effective rate fits."""
    match basis:
        case "simple":
            return cost.simple
        case "effective":
            return cost.all_in
        case _:
            assert_never(basis)


def _as_written(comparison: Comparison, term: str) -> tuple[int, bool, int]:
    """The term as the file has it, whether it is an amount, and the most that is tried."""
    inputs = comparison.inputs
    financing, facility = inputs.financing, inputs.financing.facility
    if term in RUNNING and facility is not None:
        written = facility.platform_margin if term == "platform_margin" else facility.coupon
        return written, False, written + RATE_UNITS
    if term in RUNNING:
        # A deal's margin is what is left, and its coupon that of all notes: as plain rates of the balance.
        group = "margin" if term == "platform_margin" else "coupon"
        row = next(
            one for one in comparison.compared if one.level in OF_POOL and one.policy in WITHOUT_POLICY
        )
        shares = row.securitization.cost.shares if row.securitization.cost else ()
        written = round(sum(share.simple for share in shares if share.group == group) * RATE_UNITS)
        return written, False, written + RATE_UNITS
    if term == "refund" and financing.refund is not None:
        return financing.refund.rate, False, RATE_UNITS
    if term in financing.costs:
        cost = financing.costs[term]
        if cost.rate is not None:
            return cost.rate, False, RATE_UNITS
        return cost.amount or 0, True, sum(debt.principal for debt in inputs.debts)
    known = [*RUNNING, *(["refund"] if financing.refund is not None else []), *financing.costs]
    raise UsageError(
        "there is no term {term} to be solved; terms are {known}", term=printable(term), known=Listing(known)
    )


def _changed(inputs: FinancingInputs, term: str, value: int, written: int) -> tuple[FinancingInputs, Change]:
    """The same with another value of the term."""
    financing: Financing = inputs.financing
    if term in RUNNING:
        return inputs, Change(running=value - written)
    if term == "refund":
        assert financing.refund is not None
        refund = financing.refund.model_copy(update={"rate": value})
        return replace(inputs, financing=financing.model_copy(update={"refund": refund})), Change()
    key = "amount" if financing.costs[term].rate is None else "rate"
    costs = {**financing.costs, term: financing.costs[term].model_copy(update={key: value})}
    return replace(inputs, financing=financing.model_copy(update={"costs": costs})), Change()


def _contract_rate(inputs: FinancingInputs) -> int:
    """What contracts charge beyond principal as a plain rate of the balance, the least of all companies."""
    return min(
        sum(amount for _, amount in debt.interest)
        * 365
        * RATE_UNITS
        // max(1, debt.balance_days(debt.drawn, debt.settled))
        for debt in inputs.debts
    )


def _judged(value: int | None, bounds: tuple[int, int] | None, is_amount: bool) -> str:
    if value is None:
        return "no value gives it"
    if bounds is None or is_amount:
        return "nothing was expected"
    low, high = bounds
    if low <= value <= high:
        return "as expected"
    return "below what was expected" if value < low else "above what was expected"
