"""Changes at which a saving vanishes where policies jump, cap, or share a budget."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from securitize.financing.comparison import cell, no_subsidies
from securitize.financing.facility import Facility, Subsidy
from securitize.financing.sides import UNCHANGED, Change
from securitize.studies.savings.break_evens import FURTHEST, SecuritizationSides, Trial, paid_once
from securitize.studies.savings.inputs import financing_inputs


def paid_to(facilities: Sequence[Facility], amounts: Sequence[int]) -> tuple[Subsidy, ...]:
    return tuple(
        Subsidy("p", "r", one.company, "company", None, one.settled, amount, amount, (), False)
        for one, amount in zip(facilities, amounts, strict=True)
    )


def test_where_a_policy_jumps_the_last_unit_is_the_one_before_the_jump() -> None:
    """Half of the cost is refunded up to 900,000, nothing beyond: there the saving is lost at once."""
    inputs = financing_inputs("longhua-1-2021")

    def jumps(facilities: Sequence[Facility]) -> tuple[Subsidy, ...]:
        costs = [sum(cost.amount for cost in one.costs) for one in facilities]
        return paid_to(facilities, [cost // 2 if cost <= 90_000_000 else 0 for cost in costs])

    trial = Trial(SecuritizationSides(inputs, jumps), [0], "with")
    found = trial.vanishing(lambda u: (Change(running=u), ()), 0.04, (-1_000_000, FURTHEST))
    assert found is not None
    assert found.there > 0.01
    assert found.beyond < -0.001
    # 888,800 of costs; 20.2 million for a year bear 11,200 more at 0.0554%.
    assert found.value == pytest.approx(1_120_000 / 20.2, abs=3)


def test_a_budget_that_is_shared_binds_the_company_that_changes() -> None:
    """A fixed sum by cost: who costs more gets more of it, and the others less."""
    inputs = financing_inputs("nanshan-5-2022")

    def shared(facilities: Sequence[Facility]) -> tuple[Subsidy, ...]:
        costs = [sum(cost.amount for cost in one.costs) for one in facilities]
        return paid_to(facilities, [100_000_000 * cost // sum(costs) for cost in costs])

    asked = SecuritizationSides(inputs, shared)
    before, after = asked.side("with"), asked.side("with", [0], Change(running=1_000_000))
    got = [
        [sum(row.amount for row in one.by_company[debt.company]) for debt in inputs.debts]
        for one in (before, after)
    ]
    assert got[1][0] > got[0][0]
    assert all(new < old for old, new in zip(got[0][1:], got[1][1:], strict=True))
    trial = Trial(asked, [0], "with")
    found = trial.vanishing(lambda u: (Change(running=u), ()), 0.0611, (asked.lowest([0]), FURTHEST))
    assert found is not None
    assert 0 <= found.there < 2e-8
    assert found.beyond < 0


def test_no_coupon_is_low_enough() -> None:
    """Fees alone cost more than the target."""
    inputs = financing_inputs("longhua-1-2021")
    asked = SecuritizationSides(inputs, no_subsidies)
    trial = Trial(asked, [0], "without")
    assert trial.vanishing(lambda u: (Change(running=u), ()), 0.005, (asked.lowest([0]), FURTHEST)) is None
    sides, found = trial.run(Change(running=asked.lowest([0])))
    cost = cell(sides, "without", found).cost
    assert cost is not None
    assert cost.simple == pytest.approx(0.006, abs=1e-7)


def test_a_subsidy_more_and_one_less_are_told_apart() -> None:
    inputs = financing_inputs("longhua-1-2021")
    trial = Trial(SecuritizationSides(inputs, no_subsidies), [0], "without")
    day = inputs.debts[0].settled
    assert paid_once(0, day) == ()
    assert [row.group for row in (*paid_once(5, day), *paid_once(-5, day))] == ["subsidy", "fee"]
    found = trial.vanishing(lambda u: (UNCHANGED, paid_once(-u, day)), 0.04, (-(10**9), 10**9))
    assert found is not None
    assert found.value < 0
