"""Life coverage by hand, and its law: no collection that is cut raises it on a day before."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from securitize.base.arithmetic import Int64
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.fees import CollectionsFee
from securitize.definitions.figures import STREAMS, Stream
from securitize.engine.calculation import calculate, pay_paths
from securitize.engine.life import delivered_to
from securitize.engine.prepare.prepare import prepare
from securitize.library import list_deals, list_templates
from securitize.market.schedules import deal_schedule
from securitize.waterfall.execute import pay, plan_inputs
from securitize.waterfall.life_coverage import Delivered, LifeCoverage, life_coverage, plain_multiple
from securitize.waterfall.plan import Line, build_plan
from securitize.waterfall.resolve import resolve_deal
from securitize.waterfall.resolved import ResolvedDeal
from securitize.waterfall.rules import record_payment_date
from securitize.waterfall.rules.coverage import senior_fees
from tests.properties.comparison import engine_inputs, resolved
from tests.properties.generated_deals import numbered_deal

D = dt.date
SHIPPED = [*(one.path for one in list_deals()), *(one.path / "deal.toml" for one in list_templates())]
CUTS = 500


def small() -> dict[str, Any]:
    """600.00 of A at 7.3%, half due on the second date; 400.00 of B at 3.65%; a stub of 45 days first."""
    return {
        "name": "sample",
        "pool": "sample",
        "dates": {
            "cut_off": D(2020, 1, 1),
            "closing": D(2020, 1, 1),
            "legal_final": D(2021, 2, 15),
            "payment": {"dates": (D(2020, 2, 15), D(2020, 8, 15), D(2021, 2, 15))},
            "collection": {"days_before": 0},
        },
        "accounts": {
            "main": {"kind": "collection"},
            "reserve": {
                "kind": "reserve",
                "funding": "proceeds",
                "opening": 50,
                "target": {"kind": "fixed", "amount": 50},
            },
        },
        "fees": {
            "trustee": {"kind": "fixed", "amount": 10},
            "custodian": {"kind": "percent-of-balance", "rate": Decimal("0.0365"), "base": ("A",)},
            "servicer": {"kind": "percent-of-collections", "rate": Decimal("0.02")},
        },
        "support": {"promise": {"kind": "guarantee", "coverage": Decimal("0.5"), "limit": 120}},
        "notes": {
            "A": {
                "rank": 1,
                "balance": 600,
                "day_count": "ACT/365F",
                "coupon": {"kind": "fixed", "rate": Decimal("0.073")},
                "principal": {
                    "kind": "scheduled",
                    "payments": (
                        {"date": D(2020, 8, 15), "amount": 300},
                        {"date": D(2021, 2, 15), "amount": 300},
                    ),
                },
            },
            "B": {
                "rank": 2,
                "balance": 400,
                "day_count": "ACT/365F",
                "deferrable": True,
                "coupon": {"kind": "fixed", "rate": Decimal("0.0365")},
                "principal": {"kind": "turbo"},
            },
        },
        "priority": {
            "normal": (
                {"name": "fees", "pay": ("fee:trustee", "fee:custodian", "fee:servicer")},
                {"name": "interest", "pay": ("interest:A",), "from": ("main", "reserve")},
                {"name": "principal", "pay": ("principal:A",), "support": ("promise",)},
                {"name": "B", "pay": ("interest:B", "principal:B"), "split": "sequential"},
                {"name": "rest", "pay": ("originator",)},
            )
        },
    }


def told(
    collected: list[int], pays: int = RATE_UNITS, **changes: Any
) -> tuple[ResolvedDeal, dict[Line, Int64], Delivered]:
    """The small deal, its lines, and what it was given; ``collected`` in minor units."""
    definition = Deal.model_validate(small() | changes)
    schedule = deal_schedule(definition.dates)
    deal = resolve_deal(definition, schedule, 0, [0] * 3)
    streams = {stream: np.zeros((1, 3), np.int64) for stream in STREAMS}
    streams["fee"][0] = collected
    performing = np.zeros((1, 4), np.int64)
    lines = pay(build_plan(record_payment_date(deal)), plan_inputs(streams, performing, streams["interest"]))
    return deal, lines, Delivered(streams, performing, {"promise": np.full((1, 3), pays, np.int64)})


def test_by_hand_on_a_small_deal() -> None:
    deal, lines, given = told([10_000, 50_000, 60_000])
    found = life_coverage(deal, lines, given, D(2020, 1, 1))
    # Stub of 45 days, then 182 and 184; A's coupon is 0.0002 a day, both notes' (600 x 2 + 400 x 1) / 1000 = 0.00016.
    days = (45, 182, 184)
    # Custodian: 0.0001 a day on 600, 600 and, after the schedule of the second date, 300.
    fees = (10 + 600 * 45 * Fraction(1, 10_000) + 2, 10 + 600 * 182 * Fraction(1, 10_000) + 10,
            10 + 300 * 184 * Fraction(1, 10_000) + 12)  # fmt: skip
    cash = (100, 500, 600)

    def worth(a_day: Fraction, reserve: int) -> Fraction:
        value, factor = Fraction(reserve), Fraction(1)
        for length, collected, fee in zip(days, cash, fees, strict=True):
            factor /= 1 + a_day * length
            value += factor * (collected - fee)
        return value

    senior, whole = worth(Fraction(2, 10_000), 50), worth(Fraction(16, 100_000), 50)
    assert found[1].life[0, 0] == pytest.approx(float(senior / 600), rel=1e-12)
    assert found[2].life[0, 0] == pytest.approx(float(whole / 1000), rel=1e-12)
    # After the first date: 100 - 14.70 of fees - 5.40 of interest - 0.18 x 10 of B's, and 78.10 of B is repaid.
    assert int(lines["note", "B", "closing"][0, 0]) == 40_000 - (10_000 - 1_470 - 540 - 180)
    assert found[1].accounts[0, 1] == 5_000
    # On the last day nothing is owed.
    assert np.isnan(found[1].life[0, 3])
    # Plain: 1,200 of collections over 1,000 and the interest of the base case.
    interest = sum(int(lines["note", name, "accrued"].sum()) for name in ("A", "B"))
    plain = plain_multiple(deal, lines, given.collected, 2)
    assert plain[0, 0] == pytest.approx(120_000 / (100_000 + interest), rel=1e-12)
    # Half of the collections, the same denominator.
    assert plain_multiple(deal, lines, given.collected // 2, 2)[0, 0] == pytest.approx(plain[0, 0] / 2)


def test_support_pays_half_of_what_lacks_up_to_its_limit_and_nothing_when_it_fails() -> None:
    poor = [10_000, 20_000, 30_000]
    deal, lines, given = told(poor)
    first = life_coverage(deal, lines, given, D(2020, 1, 1))[1]
    lack = 60_000 - first.life[0, 0] * 60_000
    assert 0 < lack / 2 < 12_000
    assert first.with_support[0, 0] == pytest.approx(first.life[0, 0] + lack / 2 / 60_000)
    deal, lines, given = told([10_000, 0, 0])
    nothing = life_coverage(deal, lines, given, D(2020, 1, 1))[1]
    assert nothing.with_support[0, 0] == pytest.approx(nothing.life[0, 0] + 12_000 / 60_000)
    # B is not named: its lack is not paid.
    deal, lines, given = told([10_000, 50_000, 30_000])
    both = life_coverage(deal, lines, given, D(2020, 1, 1))
    assert both[1].life[0, 0] > 1 > both[2].life[0, 0] == both[2].with_support[0, 0]
    for share in (0, RATE_UNITS // 4):
        deal, lines, given = told(poor, share)
        failed = life_coverage(deal, lines, given, D(2020, 1, 1))[1]
        assert failed.with_support[0, 0] == pytest.approx(
            failed.life[0, 0] + share / RATE_UNITS * lack / 2 / 60_000
        )
    # It fails on the last date alone: then it is not counted on, on any day before.
    given = replace(given, pays={"promise": np.array([[RATE_UNITS, RATE_UNITS, 0]])})
    late = life_coverage(deal, lines, given, D(2020, 1, 1))[1]
    assert (late.with_support[0, :3] == late.life[0, :3]).all()


def test_a_cut_that_ends_a_fee_does_not_raise_it() -> None:
    # The first date covers A's interest 15.7963 times; a fen less and the trustee costs nothing any more.
    trigger = {"kind": "coverage", "measure": "IC", "rank": 1, "threshold": Decimal("15.79629629")}
    fees = small()["fees"]
    fees["trustee"] |= {"change": {"trigger": "poor", "amount": 0}}
    found = []
    for first in (10_000, 9_999):
        deal, lines, given = told([first, 50_000, 60_000], triggers={"poor": trigger}, fees=fees)
        found.append(life_coverage(deal, lines, given, D(2020, 1, 1)))
        assert int(lines["fee", "trustee", "accrued"].sum()) == (3_000 if first == 10_000 else 1_000)
    for rank in (1, 2):
        assert found[1][rank].life[0, 0] < found[0][rank].life[0, 0]
    # After the test the lower fee stands, and counts.
    assert found[1][1].fees[0, 1] < found[0][1].fees[0, 1] - 1_800


def cut(given: dict[Stream, Int64], paths: int, numbers: np.random.Generator) -> Int64:
    """Cut one collection of every path but the first, in place; returns its period, (paths,)."""
    periods = np.zeros(paths, np.int64)
    there = [(name, t) for name, cash in given.items() for t in np.flatnonzero(cash[0])]
    for path in range(1, paths) if there else ():
        name, t = there[numbers.integers(len(there))]
        whole = int(given[name][path, t])
        given[name][path, t] -= (
            whole if path % 4 == 0 else 1 if path % 4 == 1 else numbers.integers(1, whole + 1)
        )
        periods[path] = t
    return periods


def require_no_rise(found: dict[int, LifeCoverage], periods: Int64) -> None:
    """Of every rank, on every day before the date of the cut."""
    for of_rank in found.values():
        for measured in (of_rank.life, of_rank.with_support):
            before = np.arange(measured.shape[1]) <= periods[:, np.newaxis]
            risen = before & (measured > measured[:1] * (1 + 1e-12))
            assert not risen.any()
            assert np.array_equal(
                np.isnan(measured[:, 0]), np.isnan(np.repeat(measured[:1, 0], len(measured)))
            )


@pytest.mark.parametrize(
    "path", SHIPPED, ids=lambda path: path.parent.name if path.stem == "deal" else path.stem
)
def test_no_cut_of_a_collection_raises_it_on_a_shipped_deal(path: Any) -> None:
    prepared = prepare(path)
    base = calculate(prepared).collections
    paths = CUTS + 1
    streams = {name: np.repeat(cash, paths, axis=0) for name, cash in base.streams.items()}
    periods = cut(streams, paths, np.random.default_rng(5))
    whole = replace(
        base,
        streams=streams,
        performing=np.repeat(base.performing, paths, axis=0),
        defaulted=np.repeat(base.defaulted, paths, axis=0),
        sales=np.repeat(base.sales, paths, axis=0),
    )
    deal, counted, lines, _ = pay_paths(prepared, whole)
    found = life_coverage(deal, lines, delivered_to(deal, counted), prepared.today.notes)
    require_no_rise(found, periods)
    # The cuts matter: the most senior rank is less covered on every path today.
    assert (found[1].life[1:, 0] < found[1].life[0, 0]).all()


def test_no_cut_raises_it_on_generated_deals_where_triggers_move_fees() -> None:
    moved = 0
    for number in range(40):
        case = numbered_deal(number, 1)
        deal = resolved(case)
        senior = [deal.fees[name].fee for name in senior_fees(deal)]
        shares = (
            fee.rate * (1 + fee.vat / RATE_UNITS * 2) / RATE_UNITS
            for fee in senior
            if isinstance(fee, CollectionsFee)
        )
        if sum(shares) > 1:  # fees that take more than is collected
            continue
        paths = 33
        inputs = {name: np.repeat(values, paths, axis=0) for name, values in engine_inputs(case).items()}
        streams = {name: inputs[name] for name in STREAMS}
        periods = cut(streams, paths, np.random.default_rng(number))
        left = streams["recovery"]
        for name in [name for name in inputs if name.startswith("recovered.")]:
            # A party owes no more of the recoveries than there are.
            inputs[name] = np.minimum(inputs[name], left)
            left = left - inputs[name]
        lines = pay(build_plan(record_payment_date(deal)), inputs)
        performing = np.concatenate([inputs["performing_before"][:, :1], inputs["performing"]], axis=1)
        pays = {
            name: inputs.get(f"pays.{name}", np.full((1, deal.periods), RATE_UNITS, np.int64))
            for name in deal.deal.support
        }
        found = life_coverage(deal, lines, Delivered(streams, performing, pays), deal.deal.dates.closing)
        require_no_rise(found, periods)
        breached = [lines["trigger", name, "breached"] for name in deal.triggers]
        moved += any((one != one[:1]).any() for one in breached)
    # Cuts that breach a trigger are among them.
    assert moved >= 8
