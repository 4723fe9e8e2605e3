"""Rules of the priority of payments that a person can check on paper, on the whole engine."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from securitize.base.arithmetic import Int64
from securitize.definitions.deals.deal import Deal
from securitize.definitions.figures import STREAMS
from securitize.definitions.scenarios.scenario import Scenario
from securitize.market.schedules import deal_schedule
from securitize.waterfall.execute import pay, plan_inputs
from securitize.waterfall.period_inputs import under
from securitize.waterfall.plan import Line, build_plan
from securitize.waterfall.resolve import resolve_deal
from securitize.waterfall.rules import record_payment_date

D = dt.date
MILLION = 100_000_000


def deal(**changes: Any) -> dict[str, Any]:
    """One note of 1,000,000.00 at 10% of 30/360, paid each quarter of one year from 2020-01-01."""
    return {
        "name": "sample",
        "pool": "sample",
        "dates": {
            "cut_off": D(2020, 1, 1),
            "closing": D(2020, 1, 1),
            "legal_final": D(2021, 1, 1),
            "payment": {"every": "3M", "first": D(2020, 4, 1), "last": D(2021, 1, 1)},
            "collection": {"days_before": 0},
        },
        "accounts": {"main": {"kind": "collection"}},
        "notes": {
            "A": {
                "rank": 1,
                "balance": 1_000_000,
                "day_count": "30/360",
                "deferrable": True,
                "coupon": {"kind": "fixed", "rate": Decimal("0.1")},
                "principal": {"kind": "bullet", "date": D(2021, 1, 1)},
            }
        },
        "priority": {
            "normal": ({"name": "interest", "pay": ("interest:A",)}, {"name": "rest", "pay": ("originator",)})
        },
    } | changes


def run(raw: dict[str, Any], performing: list[int], interest: list[int]) -> dict[Line, Int64]:
    """Lines by name, (periods,)."""
    definition = Deal.model_validate(raw)
    schedule = deal_schedule(definition.dates)
    resolved = resolve_deal(definition, schedule, performing[0], [0] * schedule.periods)
    streams = {stream: np.zeros((1, schedule.periods), np.int64) for stream in STREAMS}
    streams["interest"][0] = interest
    balance = np.array([performing], np.int64)
    inputs = plan_inputs(streams, balance, np.zeros((1, schedule.periods), np.int64))
    return {
        line: values[0] for line, values in pay(build_plan(record_payment_date(resolved)), inputs).items()
    }


@pytest.mark.parametrize(
    ("rule", "rate"),
    [
        ({"kind": "coupon-plus", "margin": Decimal("0.02")}, "0.12"),
        ({"kind": "fixed", "rate": Decimal("0.12")}, "0.12"),
        ("coupon", "0.10"),
        ("none", "0"),
    ],
)
def test_deferred_interest_at_ten_and_two_runs_at_twelve(rule: Any, rate: str) -> None:
    raw = deal()
    raw["notes"]["A"]["interest_on_unpaid"] = rule
    lines = run(raw, [MILLION] * 5, [0, 0, 0, 0])
    unpaid = Decimal(0)
    for t in range(4):
        unpaid += 2_500_000 + unpaid * Decimal(rate) / 4
        unpaid = Decimal(round(unpaid))
        assert int(lines["note", "A", "unpaid"][t]) == unpaid


def test_simple_interest_on_deferred_interest_bears_none() -> None:
    raw = deal()
    raw["notes"]["A"]["interest_on_unpaid"] = {"kind": "fixed", "rate": Decimal("0.12"), "compounding": False}
    lines = run(raw, [MILLION] * 5, [0, 0, 0, 0])
    # 3% a quarter on 25,000.00, 50,000.00 and 75,000.00 of deferred interest.
    assert int(lines["note", "A", "unpaid"][3]) == 10_000_000 + 75_000 + 150_000 + 225_000


@pytest.mark.parametrize("days_before", [0, 10, 45, 80])
def test_an_annual_fee_on_the_pool_charges_each_day_once_whatever_the_lag(days_before: int) -> None:
    fee = {
        "kind": "percent-of-balance",
        "payee": "servicer",
        "rate": Decimal("0.01"),
        "base": "pool",
        "day_count": "ACT/365F",
        "payable": "12M",
        "while": "always",
    }
    for window in ("interest-period", "collection-period"):
        raw = deal(fees={"servicer": fee | {"window": window, "from": D(2019, 1, 1)}})
        raw["dates"]["collection"] = {"days_before": days_before}
        raw["priority"]["normal"] = ({"name": "fee", "pay": ("fee:servicer",)}, *raw["priority"]["normal"])
        balance = 36_500_000_000
        lines = run(raw, [balance] * 5, [MILLION] * 4)
        last = D(2021, 1, 1) - dt.timedelta(days=days_before if window == "collection-period" else 0)
        # One per cent of 365,000,000.00 is 10,000.00 a day.
        assert int(lines["fee", "servicer", "accrued"].sum()) == (last - D(2020, 1, 1)).days * 1_000_000
        assert int(lines["fee", "servicer", "paid"][:3].sum()) == 0


def test_payment_in_kind_joins_principal_and_then_bears_coupon() -> None:
    raw = deal()
    raw["notes"]["A"]["unpaid_interest"] = "capitalised"
    lines = run(raw, [MILLION] * 5, [0, 2_562_500, 0, 0])
    assert lines["note", "A", "closing"].tolist()[:3] == [102_500_000, 102_500_000, 105_062_500]
    assert int(lines["note", "A", "unpaid"][2]) == 0
    assert int(lines["note", "A", "interest_paid"][1]) == 2_562_500


def test_a_put_stress_puts_its_share_in_place_of_the_deal_s_own() -> None:
    raw = deal()
    raw["notes"]["A"]["puts"] = ({"date": D(2020, 7, 1), "share": Decimal("0.1")},)
    stresses = [
        {"driver": "put", "note": "A", "at": at, "share": share}
        for at, share in ((D(2020, 7, 1), Decimal(1)), (D(2020, 4, 1), Decimal("0.25")))
    ]
    scenario = Scenario.model_validate({"name": "run", "stress": tuple(stresses)})
    found = Deal.model_validate(raw)
    put = under(found, scenario, deal_schedule(found.dates)).notes["A"].puts
    assert {one.date: one.share for one in put} == {D(2020, 4, 1): 25_000_000, D(2020, 7, 1): 100_000_000}


def test_interest_of_many_certificates_is_exact_where_the_unit_is_large() -> None:
    raw = deal()
    note = raw["notes"]["A"]
    note |= {"balance": 1_000_000_000, "certificates": {"face": 100, "unit": Decimal("0.01")}}
    note["day_count"] = "ACT/ACT-ISDA"
    lines = run(raw, [MILLION] * 5, [5_000_000_000] * 4)
    assert all(amount % 10_000_000 == 0 for amount in lines["note", "A", "accrued"].tolist())
