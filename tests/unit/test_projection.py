"""Performed cash by hand, one rule a test. 1,000,000.00 at 4% of 30/360 bears 10,000.00 a quarter."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from securitize.assets.collections import project
from securitize.assets.conservation import check_conservation
from securitize.assets.events import Events, on
from securitize.assets.placed import Placed, Places
from securitize.assets.resolve import resolve_pool
from securitize.base.errors import CalculationError, DefinitionError
from securitize.definitions.figures import STREAMS
from securitize.performance.stresses import resolve_performance
from tests.unit.pool_samples import CUT_OFF, LICENCE, LOAN, SCHEDULE, D, pool, run, scenario, stream

MILLION = 100_000_000
NOTHING = [0] * 4


def test_without_stress_collections_are_the_schedule() -> None:
    result = run(pool(a=LOAN, b=LICENCE, c=LOAN | {"repayment": {"kind": "level-payment"}}))
    assert sum(result.streams[name][0] for name in STREAMS).tolist() == result.scheduled.tolist()
    assert stream(result, "prepayment") == stream(result, "recovery") == [0] * 8
    assert result.performing[0, 0] == 3 * MILLION
    assert result.defaulted.sum() == 0


def test_a_bullet_loan_by_hand() -> None:
    result = run(pool(a=LOAN))
    assert stream(result, "interest") == [1_000_000] * 4 + NOTHING
    assert stream(result, "principal") == [0, 0, 0, MILLION, *NOTHING]
    assert result.performing[0].tolist() == [MILLION] * 4 + [0] * 5


def test_fees_of_a_licence_are_one_stream() -> None:
    result = run(pool(b=LICENCE))
    assert stream(result, "fee") == [26000000, 25750000, 25500000, 25250000, *NOTHING]
    assert stream(result, "interest") == stream(result, "principal") == [0] * 8


def test_a_named_default_takes_all_and_recovers_on_its_own_dates() -> None:
    default = {
        "driver": "default",
        "obligor": "o1",
        "at": D(2020, 5, 15),
        "recoveries": ({"source": "guarantee", "rate": Decimal("0.5"), "lag": "3M"},),
    }
    result = run(pool(a=LOAN), default)
    assert stream(result, "interest") == [1_000_000] + [0] * 7
    assert result.defaulted[0].tolist() == [0, MILLION] + [0] * 6
    assert stream(result, "recovery") == [0, 0, MILLION // 2] + [0] * 5
    assert result.performing[0, 2:].tolist() == [0] * 7


def test_interest_before_default_on_its_day_is_still_paid() -> None:
    default = {"driver": "default", "contract": "a", "at": D(2020, 7, 1)}
    result = run(pool(a=LOAN), default, order=("interest", "default", "prepayment"))
    assert stream(result, "interest") == [1_000_000] * 2 + [0] * 6


def test_next_interest_is_paid_on_what_just_defaulted() -> None:
    half: dict[str, Any] = {
        "default_rate": Decimal(1),
        "recoveries": ({"source": "x", "rate": Decimal("0.4")},),
    }
    assert stream(run(pool(a=LOAN), **half), "interest") == [0] * 8
    result = run(pool(a=LOAN), default_cuts="next-interest", **half)
    assert stream(result, "interest") == [1_000_000] + [0] * 7
    assert stream(result, "recovery") == [40_000_000] + [0] * 7


@pytest.mark.parametrize(("conversion", "power"), [("days", 91 / 365), ("months", 0.25)])
def test_a_default_rate_is_annual(conversion: str, power: float) -> None:
    result = run(pool(a=LOAN), default_rate=Decimal("0.1"), conversion=conversion)
    assert int(result.defaulted[0, 0]) == round(MILLION * (1 - 0.9**power))


def test_prepayment_lowers_what_follows() -> None:
    paid = {"driver": "prepayment", "contract": "a", "at": D(2020, 4, 1), "amount": 400_000}
    result = run(pool(a=LOAN), paid)
    assert stream(result, "prepayment") == [40_000_000] + [0] * 7
    assert stream(result, "interest") == [1000000, 600000, 600000, 600000, *NOTHING]


@pytest.mark.parametrize(("instalment", "second"), [("recomputed", 12_500_000), ("fixed", 25_000_000)])
def test_after_a_prepayment_instalments_shrink_or_stay(instalment: str, second: int) -> None:
    paid = {"driver": "prepayment", "obligor": "o1", "at": D(2020, 4, 1), "amount": 375_000}
    result = run(pool(a=LOAN | {"repayment": {"kind": "equal-principal"}}), paid, instalment=instalment)
    assert stream(result, "principal")[:2] == [25_000_000, second]


def test_late_cash_moves_and_the_balance_does_not() -> None:
    late = {"driver": "late-payment", "from": D(2020, 7, 1), "to": D(2020, 7, 1), "days": 90}
    result = run(pool(a=LOAN | {"repayment": {"kind": "equal-principal"}}), late)
    assert stream(result, "principal") == [25000000, 0, 50000000, 25000000, *NOTHING]
    assert result.performing[0, :5].tolist() == [MILLION, 75_000_000, 50_000_000, 25_000_000, 0]


@pytest.mark.parametrize(("rule", "last"), [("last-payment", MILLION + 1_000_000), ("lost", 0)])
def test_cash_after_the_last_period(rule: str, last: int) -> None:
    ends = SCHEDULE.collection[:4]
    short = replace(SCHEDULE, payment=SCHEDULE.payment[:3], accrual=SCHEDULE.accrual[:4], collection=ends)
    result = run(pool(a=LOAN), schedule=short, after_last=rule)
    assert sum(stream(result, name)[-1] for name in STREAMS) == 1_000_000 + last
    (one,) = result.contracts
    assert one.after_last.tolist() == [MILLION + 1_000_000]
    assert one.performing_at_end.tolist() == [MILLION]
    assert one.outlives_deal
    assert "a" in result.warnings[0]


def test_a_failed_right_cuts_the_fees_by_its_weight() -> None:
    failure = {"driver": "patent-failure", "right": "p2", "at": D(2020, 6, 1)}
    result = run(
        pool(a=LOAN | {"collateral": ("p2",)}, b=LICENCE, c=LICENCE | {"full_payment": True}), failure
    )
    by_name = {one.asset: one for one in result.contracts}
    assert by_name["a"].lost.tolist() == by_name["c"].lost.tolist() == [0]
    assert by_name["b"].lost.tolist() == [75_000_000 // 4]
    assert by_name["b"].collected["recovery"].tolist() == [0]
    assert result.defaulted[0].tolist() == [0, 75_000_000 // 4] + [0] * 6
    alone = stream(run(pool(b=LICENCE), failure), "fee")
    assert alone == [26000000, 25750000 * 3 // 4, 25500000 * 3 // 4, 25250000 * 3 // 4, *NOTHING]


def test_balances_at_cut_off_are_what_earlier_instalments_left() -> None:
    old = LOAN | {"start": D(2019, 7, 1), "repayment": {"kind": "equal-principal"}}
    old["dates"] = {"every": "3M", "first": D(2019, 10, 1), "last": D(2020, 7, 1)}
    result = run(pool(a=old))
    assert result.performing[0, 0] == MILLION // 2
    assert stream(result, "principal") == [25_000_000] * 2 + [0] * 6


def test_collections_of_a_pool_are_the_sum_over_its_contracts() -> None:
    base: dict[str, Any] = {"default_rate": Decimal("0.07"), "prepayment_rate": Decimal("0.05")}
    both, one, two = (
        run(sample, **base) for sample in (pool(a=LOAN, b=LICENCE), pool(a=LOAN), pool(b=LICENCE))
    )
    for name in STREAMS:
        assert (both.streams[name] == one.streams[name] + two.streams[name]).all()
    assert (both.performing == one.performing + two.performing).all()


@pytest.mark.parametrize("kind", ["bullet", "equal-principal", "level-payment"])
def test_two_halves_collect_what_the_whole_does(kind: str) -> None:
    whole = LOAN | {"repayment": {"kind": kind}, "day_count": "ACT/365F"}
    half = whole | {"principal": 500_000}
    base: dict[str, Any] = {"default_rate": Decimal("0.07"), "prepayment_rate": Decimal("0.05")}
    one, two = run(pool(a=whole), **base), run(pool(a=half, b=half), **base)
    for name in STREAMS:
        # A unit for each rounding of each half, which later instalments carry on.
        assert np.abs(one.streams[name] - two.streams[name]).max() <= 8


def test_flows_are_dated_and_sum_to_the_streams() -> None:
    late = {"driver": "late-payment", "from": D(2020, 7, 1), "to": D(2020, 7, 1), "days": 90}
    result = run(pool(a=LOAN), late)
    flows = result.flows["a"]
    assert sum(int(flow.amount[0]) for flow in flows) == sum(sum(stream(result, name)) for name in STREAMS)
    second = next(flow for flow in flows if flow.due == D(2020, 7, 1))
    assert dt.date.fromordinal(int(second.dates[0])) == D(2020, 9, 29)


def test_flows_are_left_out_when_not_wanted() -> None:
    sample = pool(a=LOAN)
    performance = resolve_performance(None, None, sample, SCHEDULE)
    assert project(resolve_pool(sample, SCHEDULE, None), performance, keep_flows=False).flows == {}


def test_unknown_names_and_early_events_are_all_reported() -> None:
    stresses = scenario(
        {"driver": "default", "obligor": "nobody", "at": D(2020, 5, 1)},
        {"driver": "patent-failure", "right": "p9", "at": D(2019, 5, 1)},
        {
            "driver": "late-payment",
            "obligors": ("o7",),
            "from": D(2020, 1, 1),
            "to": D(2020, 1, 1),
            "days": 1,
        },
    )
    with pytest.raises(DefinitionError) as caught:
        resolve_performance(None, stresses, pool(a=LOAN), SCHEDULE)
    assert [problem.code for problem in caught.value.problems] == [
        "SEC174",
        "SEC175",
        "SEC174",
        "SEC174",
        "SEC175",
    ]


@pytest.mark.parametrize("fault", ["principal", "prepayment"])
def test_money_that_vanishes_fails_the_run(fault: str) -> None:
    resolved = resolve_pool(pool(a=LOAN), SCHEDULE, None).claims[0]
    events, amount = Events(), np.array([MILLION], np.int64)
    events.fall("principal" if fault == "principal" else "prepayment", on(D(2020, 4, 1)), amount)
    ends = tuple(day.toordinal() for day in SCHEDULE.collection[1:])
    places = Places(ends, (), 1, (), {})
    placed = Placed.nothing(places, 1)
    placed.put(places.placements(events))
    performing = np.zeros((1, 9), np.int64)
    with pytest.raises(CalculationError, match="in cash"):
        check_conservation(resolved, MILLION, placed, performing)


def test_amounts_beyond_exact_arithmetic_fail_the_run() -> None:
    with pytest.raises(CalculationError, match="contract a: quotient"):
        run(pool(a=LOAN | {"principal": 80_000_000_000_000, "repayment": {"kind": "equal-principal"}}))


def test_of_overlapping_windows_the_longest_delay_counts() -> None:
    windows = [
        {"driver": "late-payment", "from": D(2020, 4, 1), "to": D(2020, 4, 1), "days": days}
        for days in (30, 100, 60)
    ]
    result = run(pool(a=LOAN), *windows)
    assert dt.date.fromordinal(int(result.flows["a"][0].dates[0])) == D(2020, 7, 10)


def test_rights_fail_by_date_whatever_the_order_written() -> None:
    """Of 0.08 and weights 3, 1, 1, p2 first takes 2 of 8 and p1 then 4 of 6; p1 first would take 5 and leave 1."""
    failures = [
        {"driver": "patent-failure", "right": right, "at": day}
        for right, day in (("p1", D(2020, 5, 10)), ("p2", D(2020, 4, 10)))
    ]
    small = LICENCE | {"lump_sum": Decimal("0.08"), "repayment": {"kind": "bullet"}}
    small["collateral"] = ("p1", "p2", "p3")
    ends = (D(2020, 4, 20), D(2020, 7, 1))
    schedule = replace(SCHEDULE, payment=ends, accrual=(CUT_OFF, *ends), collection=(CUT_OFF, *ends))
    assert run(pool(b=small), *failures, schedule=schedule).defaulted[0].tolist() == [2, 4]


def test_a_right_fails_at_its_earliest_date() -> None:
    dates = (D(2020, 8, 1), D(2020, 4, 10), D(2020, 9, 1))
    failures = [{"driver": "patent-failure", "right": "p2", "at": day} for day in dates]
    result = run(pool(b=LICENCE), *failures)
    assert result.defaulted[0].tolist() == [0, 18_750_000] + [0] * 6


def test_prepayments_are_made_by_date_whatever_the_order_written() -> None:
    paid = [
        {"driver": "prepayment", "contract": "a", "at": D(2020, 5, 1), "amount": 300_000},
        {"driver": "prepayment", "contract": "a", "at": D(2020, 4, 15), "amount": 900_000},
    ]
    result = run(pool(a=LOAN), *paid)
    amounts = [int(flow.amount[0]) for flow in result.flows["a"] if flow.stream == "prepayment"]
    assert amounts == [90_000_000, 10_000_000]
