"""Life coverage by hand, and its law: no collection that is cut raises it on a day before."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from securitize.base.arithmetic import Int64
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.fees import CollectionsFee
from securitize.definitions.figures import STREAMS, Stream
from securitize.engine.calculation import calculate, pay_paths
from securitize.engine.life import delivered_to, life_measures
from securitize.engine.prepare.prepare import prepare
from securitize.library import find_deal, list_deals, list_templates
from securitize.market.schedules import deal_schedule
from securitize.performance.parties import account_pays
from securitize.waterfall.cash_to_come import Delivered, plain_to_come
from securitize.waterfall.execute import pay, plan_inputs
from securitize.waterfall.life_coverage import LifeCoverage, life_coverage, plain_multiple
from securitize.waterfall.plan import Line, build_plan
from securitize.waterfall.resolve import resolve_deal
from securitize.waterfall.resolved import ResolvedDeal, held, recovered
from securitize.waterfall.rules import record_payment_date
from securitize.waterfall.rules.coverage import senior_fees
from tests.properties.comparison import engine_inputs, resolved
from tests.properties.generated_deals import numbered_deal

D = dt.date
SHIPPED = [*(one.path for one in list_deals()), *(one.path / "deal.toml" for one in list_templates())]
CUTS = 500
NUMBERS = 80


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
    to_come = plain_to_come(deal, lines, given)
    plain = plain_multiple(deal, lines, to_come, 2)
    assert plain[0, 0] == pytest.approx(120_000 / (100_000 + interest), rel=1e-12)
    # Half of the collections, the same denominator.
    assert plain_multiple(deal, lines, to_come / 2, 2)[0, 0] == pytest.approx(plain[0, 0] / 2)


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


def test_the_last_date_has_none_although_something_is_never_paid() -> None:
    deal, lines, given = told([10_000, 0, 30_000], 0)
    found = life_coverage(deal, lines, given, D(2020, 1, 1))[1]
    assert found.owed[0, 3] > 0
    assert np.isnan([found.life[0, 3], found.with_support[0, 3]]).all()
    assert life_measures(found, 0)["min_life_coverage"] == found.life[0, :3].min() > 0
    assert np.isnan(plain_multiple(deal, lines, plain_to_come(deal, lines, given), 1)[0, 3])


def of_companies_told(
    companies: dict[str, list[int]], **changes: Any
) -> tuple[ResolvedDeal, dict[Line, Int64], Delivered]:
    """The small deal that collects recoveries alone: 100.00, 200.00 and 100.00.

    companies : what is told of them by period, by the names of the plan's inputs
    """
    definition = Deal.model_validate(small() | changes)
    given = {name: values for name, values in companies.items() if name.startswith("bank.")}
    deal = resolve_deal(definition, deal_schedule(definition.dates), 0, [0] * 3, given)
    inputs = {name: np.array([values], np.int64) for name, values in companies.items() if name not in given}
    streams = {stream: np.zeros((1, 3), np.int64) for stream in STREAMS}
    streams["recovery"][0] = [10_000, 20_000, 10_000]
    performing = np.zeros((1, 4), np.int64)
    paid = plan_inputs(streams, performing, streams["interest"]) | inputs
    lines = pay(build_plan(record_payment_date(deal)), paid)
    pays = {name: np.full((1, 3), RATE_UNITS, np.int64) for name in deal.deal.support}
    owed = {name: inputs[recovered(name)] for name in deal.parties}
    banks = {name: np.array([values], np.int64) for name in deal.deal.accounts
             if (values := given.get(account_pays(name)))}  # fmt: skip
    return deal, lines, Delivered(streams, performing, pays, owed, banks, {n: inputs[held(n)] for n in banks})


#: v_s of A's notes at 0.0002 a day, and A's senior fees but for the servicer's 2% of collections, in currency units.
V = (1 / 1.009, 1 / 1.009 / 1.0364, 1 / 1.009 / 1.0364 / 1.0368)
FEES = (10 + 2.7, 10 + 10.92, 10 + 5.52)


def worth_of(paid: tuple[float, ...], first: int = 0) -> float:
    """Of A, in currency units: what parties pay from a date on, after fees, and 50 in the reserve."""
    return 50 + sum(
        v * (0.98 * cash - fee) / (V[first - 1] if first else 1)
        for v, cash, fee in zip(V[first:], paid, FEES[first:], strict=True)
    )


@pytest.mark.parametrize(
    ("capacity", "paid", "to_come"),
    [
        (0, (0, 0, 0), [0, 0, 0, 0]),
        (250, (100, 150, 0), [25_000, 15_000, 0, 0]),
        # Its support draws the last 30 on the second date: on the day after that nothing is left for recoveries.
        (330, (100, 200, 30), [33_000, 23_000, 0, 0]),
    ],
)
def test_what_a_capacity_cuts_off_is_no_cash_to_come(
    capacity: int, paid: tuple[int, ...], to_come: list[int]
) -> None:
    party = {"role": "guarantor", "name": "G", "id": "g", "capacity": capacity}
    support = {"promise": small()["support"]["promise"] | {"party": "g"}}
    owed = {"recovered.g": [10_000, 20_000, 10_000]}
    deal, lines, given = of_companies_told(owed, parties=(party,), support=support)
    found = life_coverage(deal, lines, given, D(2020, 1, 1))[1]
    assert found.life[0, 0] == pytest.approx(max(0, worth_of(paid)) / 600, rel=1e-9)
    # Nothing is left for its support.
    assert found.with_support[0, 0] == found.life[0, 0]
    assert plain_to_come(deal, lines, given)[0].tolist() == to_come


def test_supports_of_one_party_share_what_recoveries_leave_of_its_capacity() -> None:
    party = {"role": "guarantor", "name": "G", "id": "g", "capacity": 450}
    promise = {"kind": "guarantee", "party": "g"}
    steps = small()["priority"]["normal"]
    steps[2]["support"] = ("promise", "second")
    deal, lines, given = of_companies_told(
        {"recovered.g": [10_000, 20_000, 10_000]},
        parties=(party,),
        support={"promise": promise | {"coverage": Decimal("0.1"), "limit": 20}, "second": promise},
        priority={"normal": steps},
    )
    found = life_coverage(deal, lines, given, D(2020, 1, 1))[1]
    # 50 is left, worth a recovery of the last date after 2% for the servicer: at most 20 for the first support.
    assert found.life[0, 0] == pytest.approx(worth_of((100, 200, 100)) / 600, rel=1e-9)
    assert found.support[0, 0] == pytest.approx(5_000 * 0.98 * V[2], rel=1e-9)


def test_what_a_bank_will_lose_is_no_cash_to_come() -> None:
    # It fails before the second date and pays 30%: of 50 in the reserve, of 150 and 40 that it holds of collections.
    accounts = {name: terms | {"party": "b"} for name, terms in small()["accounts"].items()}
    share = [RATE_UNITS, RATE_UNITS * 3 // 10, RATE_UNITS * 3 // 10]
    deal, lines, given = of_companies_told(
        {
            "bank.main": share,
            "bank.reserve": share,
            "held.main": [0, 15_000, 4_000],
            "held.reserve": [0, 0, 0],
        },
        parties=({"role": "account bank", "name": "B", "id": "b"},),
        accounts=accounts,
    )
    found = life_coverage(deal, lines, given, D(2020, 1, 1))[1]
    lost = V[1] * 0.7 * (150 + 50) + V[2] * 0.7 * 40
    assert found.life[0, 0] == pytest.approx((worth_of((100, 200, 100)) - lost) / 600, rel=1e-9)
    assert found.life[0, 1] == pytest.approx((worth_of((200, 100), 1) - lost / V[0]) / 600, rel=1e-9)
    # After the second date what was in the reserve is gone, and what stands there now is not lost.
    late = float(lines["note", "A", "closing"][0, 1]) / 100 - 300  # the custodian's base is higher by it
    now = worth_of((100,), 2) + found.accounts[0, 2] / 100 - 50 - V[2] / V[1] * (0.7 * 40 + late * 0.0184)
    assert found.owed[0, 2] * found.life[0, 2] == pytest.approx(max(0, now) * 100, rel=1e-9)
    assert plain_to_come(deal, lines, given)[0] == pytest.approx([40_000 - 13_300, 30_000 - 13_300, 7_200, 0])


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


def of_companies(deal: ResolvedDeal, inputs: dict[str, Int64], paths: int) -> dict[str, dict[str, Int64]]:
    """What the waterfall was given of parties and banks; recoveries that were cut are no longer owed."""
    nothing = np.zeros_like(inputs["recovery"])
    left, owed = inputs["recovery"].copy(), {}
    for party in deal.parties:
        owed[party] = np.minimum(inputs.get(recovered(party), nothing), left)
        left -= owed[party]
        inputs[recovered(party)] = owed[party]
    accounts = deal.failing_banks
    banks = {name: inputs[account_pays(name)] for name in accounts}
    return {"recovered": owed, "banks": banks, "held": {name: inputs[held(name)] for name in accounts}}


@pytest.mark.parametrize(("capacity", "room"), [(30_000_000, False), (60_000_000, True)])
def test_no_cut_raises_it_where_a_capacity_binds(tmp_path: Path, capacity: int, room: bool) -> None:
    # The guarantor owes all recoveries and the undertaking; its capacity is less than these, or a little more.
    text = find_deal("nanshan-5-2022").read_text(encoding="utf-8")
    capped = text.replace('id = "guarantor" }', f'id = "guarantor", capacity = {capacity} }}')
    assert capped != text
    (tmp_path / "deal.toml").write_text(capped, encoding="utf-8")
    poor = 'name = "poor"\n[[stress]]\ndriver = "default-rate"\nset = 0.5\n'
    poor += '[[stress]]\ndriver = "recovery-rate"\nset = 0.5\n'
    (tmp_path / "poor.toml").write_text(poor, encoding="utf-8")
    prepared = prepare(tmp_path / "deal.toml", str(tmp_path / "poor.toml"))
    base = calculate(prepared).collections
    paths = CUTS + 1
    streams = {name: np.repeat(cash, paths, axis=0) for name, cash in base.streams.items()}
    periods = cut(streams, paths, np.random.default_rng(7))
    whole = replace(
        base,
        streams=streams,
        recovered={name: np.minimum(one, streams["recovery"]) for name, one in base.recovered.items()},
        performing=np.repeat(base.performing, paths, axis=0),
        defaulted=np.repeat(base.defaulted, paths, axis=0),
        sales=np.repeat(base.sales, paths, axis=0),
    )
    deal, counted, lines, _ = pay_paths(prepared, whole)
    found = life_coverage(deal, lines, delivered_to(deal, counted), prepared.today.notes)
    require_no_rise(found, periods)
    owed = int(base.recovered["guarantor"][0].sum())
    assert (owed < capacity * 100) == room == bool((found[1].support[:, 0] > 0).all())
    # What its undertaking may pay is all that is left, and less than what lacks.
    assert found[1].with_support[0, 0] < 1


def beyond_the_law(deal: ResolvedDeal, given: dict[str, dict[str, Int64]]) -> bool:
    """Whether fees and banks may take more than a collection, or waste a capacity that a cut would spare."""
    fees = [fee for name in senior_fees(deal) if isinstance(fee := deal.fees[name].fee, CollectionsFee)]
    shares = sum(fee.rate * (1 + fee.vat / RATE_UNITS * 2) for fee in fees)
    lost = max((RATE_UNITS - int(pays.min()) for pays in given["banks"].values()), default=0)
    fees_on_recoveries = any("recovery" in fee.streams for fee in fees)
    held_there = any("recovery" in deal.streams_into(name) for name in given["banks"])
    owed = any(one.any() for one in given["recovered"].values())
    return shares + lost > RATE_UNITS or (owed and (held_there or fees_on_recoveries))


def test_no_cut_raises_it_on_generated_deals_where_triggers_move_fees() -> None:
    moved = failing = binding = 0
    for number in range(NUMBERS):
        case = numbered_deal(number, 1, dense=number % 2 == 1)
        deal = resolved(case)
        paths = 33
        inputs = {name: np.repeat(values, paths, axis=0) for name, values in engine_inputs(case).items()}
        streams = {name: inputs[name] for name in STREAMS}
        periods = cut(streams, paths, np.random.default_rng(number))
        of_pool = of_companies(deal, inputs, paths)
        if beyond_the_law(deal, of_pool):
            continue
        lines = pay(build_plan(record_payment_date(deal)), inputs)
        performing = np.concatenate([inputs["performing_before"][:, :1], inputs["performing"]], axis=1)
        pays = {
            name: inputs.get(f"pays.{name}", np.full((1, deal.periods), RATE_UNITS, np.int64))
            for name in deal.deal.support
        }
        given = Delivered(streams, performing, pays, **of_pool)
        require_no_rise(life_coverage(deal, lines, given, deal.deal.dates.closing), periods)
        breached = [lines["trigger", name, "breached"] for name in deal.triggers]
        moved += any((one != one[:1]).any() for one in breached)
        failing += any(lines["account", name, "lost"][0].any() for name in deal.failing_banks)
        parties = of_pool["recovered"].items()
        binding += any(one[0].sum() > deal.parties[name].capacity for name, one in parties)
    # Cuts that breach a trigger, banks that fail and recoveries that a capacity cuts off are among them.
    assert min(moved, failing, 8 * binding) >= 8
