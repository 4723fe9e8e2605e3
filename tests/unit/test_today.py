"""The one day from which the future of a deal is told: who takes it, and what comes too late for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from securitize.assets.collections import project
from securitize.assets.owed import dues_after
from securitize.assets.resolve import resolve_pool
from securitize.base.errors import DefinitionError
from securitize.definitions.checks.past_stresses import Passed, past_stresses
from securitize.definitions.deals.state import State
from securitize.definitions.loading import load_scenario
from securitize.definitions.performance import Performance
from securitize.definitions.pools.past import PastClaim
from securitize.definitions.scenarios.scenario import DefaultRateStress
from securitize.definitions.suites.stresses import AllProvidersStress, RightsFailStress
from securitize.engine.calculation import calculate
from securitize.engine.prepare.dates import on_dates
from securitize.engine.targets import target_of
from securitize.market.today import Today, today_of
from securitize.performance.drivers import driver
from securitize.performance.resolved import ResolvedPerformance
from securitize.performance.stresses import resolve_performance
from securitize.performance.suites.compose import _put
from securitize.performance.suites.rates import in_front
from securitize.performance.suites.stress_table import StressTable
from securitize.performance.suites.target import DoesNotApply
from securitize.studies.rules.note_capital import tranches_of
from securitize.studies.rules.pool_balance import pool_today
from securitize.studies.rules.rule_checks import CheckTerms
from securitize.waterfall.measures import measure_note
from tests.stress.mid_life import after, at_closing, shipped
from tests.unit.pool_samples import LICENCE, LOAN, SCHEDULE, D, pool, run, scenario, stream

#: After the second of eight quarters: collected up to 2020-07-01, paid on 2020-07-11.
MID = Today(2, D(2020, 7, 1), D(2020, 7, 11))
PASSED = Passed(2, MID.pool, MID.notes)


def test_today_is_the_last_date_of_the_books() -> None:
    assert today_of(SCHEDULE) == Today(0, D(2020, 1, 1), D(2020, 1, 1))
    assert today_of(SCHEDULE, State(as_of=D(2020, 7, 11))) == MID
    assert (MID.next_of_pool, MID.next_of_notes) == (D(2020, 7, 2), D(2020, 7, 12))
    assert today_of(SCHEDULE).next_of_notes == D(2020, 1, 1)
    for day in (D(2020, 7, 10), SCHEDULE.payment[-1]):
        with pytest.raises(ValueError, match="no payment date of the deal before its last"):
            today_of(SCHEDULE, State(as_of=day))


def told(*stresses: dict[str, Any], **base: Any) -> ResolvedPerformance:
    given = Performance.model_validate(base)
    return resolve_performance(given, scenario(*stresses), pool(a=LOAN), SCHEDULE, MID)


def test_stresses_act_on_the_future_only() -> None:
    rates = told({"driver": "default-rate", "ramp": {"from": 0, "to": Decimal("0.07"), "periods": 8}})
    # Ramps count the deal's periods: the third of them is the first that is stressed.
    assert rates.default_rates[0].tolist() == [0, 0, *(1_000_000 * t for t in range(2, 8))]
    recovery = {"recoveries": ({"source": "sale", "rate": Decimal("0.4")},)}
    halved = told({"driver": "recovery-rate", "scale": Decimal("0.5")}, **recovery)
    rates_on = [halved.recoveries_on(day)[0].rate for day in (MID.pool, MID.next_of_pool)]
    assert [int(rate[0]) for rate in rates_on if rate is not None] == [40_000_000, 20_000_000]
    late = told({"driver": "late-payment", "from": D(2020, 1, 2), "to": D(2020, 9, 1), "days": 5}).late[0]
    assert (late.since, late.until) == (D(2020, 7, 2), D(2020, 9, 1))
    assert told({"driver": "lpr", "shift": Decimal("0.01")}).index[0].at == D(2020, 7, 1)
    sales = told({"driver": "royalty-base", "scale": (Decimal("0.9"), Decimal("0.8"), Decimal("0.7"))}).base[
        0
    ]
    ends = [D(2019, 12, 31), D(2020, 3, 31), D(2020, 6, 30), D(2020, 9, 30)]
    # A list goes on counting the periods as written: the third scale falls on the third period.
    assert sales.changed(ends) == [(2, 2)]


PAST: list[tuple[str, dict[str, Any]]] = [
    ("last_period", {"driver": "default-rate", "set": Decimal("0.1"), "last_period": 2}),
    ("at", {"driver": "default", "obligor": "o1", "at": D(2020, 7, 1)}),
    ("at", {"driver": "prepayment", "contract": "a", "at": D(2020, 7, 1)}),
    ("at", {"driver": "patent-failure", "right": "p1", "at": D(2020, 7, 1)}),
    ("to", {"driver": "late-payment", "from": D(2020, 2, 1), "to": D(2020, 7, 1), "days": 5}),
    ("to", {"driver": "royalty-base", "to": D(2020, 7, 1), "scale": Decimal("0.9")}),
    ("at", {"driver": "put", "note": "A", "at": D(2020, 7, 11), "share": Decimal("0.5")}),
    ("at", {"driver": "issuer-call", "at": D(2020, 7, 11)}),
]


@pytest.mark.parametrize(("key", "stress"), PAST, ids=[one["driver"] for _, one in PAST])
def test_what_is_wholly_past_is_refused(key: str, stress: dict[str, Any]) -> None:
    sample = pool(a=LOAN, c=LICENCE)
    found = list(past_stresses(scenario(stress), sample, PASSED))
    assert [(fault.at, fault.code) for fault in found] == [(("stress", 0, key), "SEC175")]
    later = stress | {key: stress[key] + (1 if key == "last_period" else dt.timedelta(days=1))}
    assert not list(past_stresses(scenario(later), sample, PASSED))


def test_a_past_that_the_books_know_is_taken() -> None:
    gone = {"date": D(2020, 7, 1), "balance": 0}
    sample = pool(a=LOAN | {"as_of": gone}, c=LICENCE | {"as_of": gone | {"balance": 5, "failed": ("p1",)}})
    known = scenario(
        {"driver": "default", "obligor": "o1", "at": D(2020, 3, 1)},
        {"driver": "patent-failure", "right": "p1", "at": D(2020, 3, 1)},
    )
    assert not list(past_stresses(known, sample, PASSED))
    denied = scenario(
        {"driver": "default", "obligor": "o2", "at": D(2020, 3, 1)},
        {"driver": "patent-failure", "right": "p2", "at": D(2020, 3, 1)},
    )
    assert [fault.at[1] for fault in past_stresses(denied, sample, PASSED)] == [0, 1]
    call = scenario({"driver": "issuer-call", "at": D(2020, 7, 11)})
    assert not list(past_stresses(call, sample, PASSED._replace(called=True)))


def test_a_file_that_tells_of_the_past_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "late.toml"
    file.write_text('name = "late"\n[[stress]]\ndriver = "default-rate"\nset = 0.1\nlast_period = 6\n')
    rolled = after("guangzhou-2019", 6)
    with pytest.raises(DefinitionError, match=r"late.toml:5: stress\[0\].last_period: .* past period 6"):
        on_dates(replace(rolled.definitions, scenario=load_scenario(file)))


def put(stress: Any, deal: str, period: int, **written: Any) -> list[StressTable]:
    rolled = after(deal, period)
    return _put(stress, {"driver": stress.driver, **written}, target_of(rolled))


def test_a_suite_counts_from_the_next_period() -> None:
    figure = {"value": [1, 2], "kind": "assumed", "source": "s"}
    assert in_front(figure, 3) == {**figure, "value": [1, 1, 1, 1, 2]}
    assert in_front(Decimal("0.1"), 3) == Decimal("0.1")
    vector = DefaultRateStress.model_validate({"driver": "default-rate", "set": (0, 1), "last_period": 2})
    assert put(vector, "guangzhou-2019", 6, set=[0, 1], last_period=2) == [
        {"driver": "default-rate", "set": [0] * 7 + [1], "first_period": 7, "last_period": 8}
    ]
    ramp = {"from": Decimal("0.01"), "to": Decimal("0.04"), "periods": 4}
    [made] = put(
        DefaultRateStress.model_validate({"driver": "default-rate", "ramp": ramp}),
        "guangzhou-2019",
        6,
        ramp=ramp,
    )
    assert made["set"] == [*[Decimal("0.01")] * 7, Decimal("0.02"), Decimal("0.03"), Decimal("0.04")]
    rolled = after("guangzhou-2019", 6)
    assert (rolled.today.pool, rolled.today.notes) == (D(2022, 9, 3), D(2022, 9, 13))
    [out, *_] = put(AllProvidersStress(driver="all-providers"), "guangzhou-2019", 6)
    assert out["at"] == D(2022, 9, 14)
    [struck, *_] = driver("support", target_of(rolled)).stresses(10_000)
    assert struck.at == D(2022, 9, 14)  # type: ignore[union-attr]  # a stress of a provider


def test_rights_that_are_gone_fail_no_second_time() -> None:
    fresh = at_closing(next(name for name in shipped() if name.endswith("licence-back")))[0]
    stress = RightsFailStress.model_validate({"driver": "rights-fail", "share": 1, "after": "1M"})
    struck = [one["right"] for one in _put(stress, {}, target_of(fresh))]
    gone = struck[0]
    contracts = {
        name: one.model_copy(
            update={
                "as_of": PastClaim.model_construct(
                    date=fresh.today.pool, balance=1, failed=(gone,), expected=()
                )
            }
        )
        if gone in one.collateral
        else one
        for name, one in fresh.pool.contracts.items()
    }
    target = replace(target_of(fresh), pool=fresh.pool.model_copy(update={"contracts": contracts}))
    assert struck == ["p4"]
    with pytest.raises(DoesNotApply, match="no cash depends on rights"):
        _put(stress, {}, target)


def test_a_restated_contract_moves_with_its_balance_not_with_a_rule() -> None:
    past = {"date": D(2020, 5, 15), "balance": 900_000}
    # A quarter at 10% a year is 1 - 0.9^(1/4) = 2.599625%, of 900,000.00, whenever in the quarter it is restated.
    for name in ("default_rate", "prepayment_rate"):
        base: dict[str, Any] = {name: Decimal("0.1"), "conversion": "months"}
        result = run(pool(a=LOAN | {"as_of": past}), **base)
        found = result.defaulted[0] if name == "default_rate" else result.streams["prepayment"][0]
        assert int(found[1]) == 2_339_662
    cash = [{"date": D(2020, 3, 31), "royalty": 7}, {"date": D(2020, 6, 30), "royalty": 1_000_000}]
    royalty = {"kind": "projected-royalty", "obligor": "o1", "start": D(2019, 12, 31), "cash": tuple(cash)}
    royalty["as_of"] = {"date": D(2020, 5, 15), "entitled": Decimal("0.5")}
    result = run(pool(r=royalty), default_rate=Decimal("0.1"), conversion="months")
    # Half of it less 2.599625% of that half, rounded half-even: 0.5 - 0.01299812.
    assert stream(result, "royalty")[:2] == [700, 48_700_188]


def test_what_is_owed_is_owed_by_the_books() -> None:
    # After 2020-07-01 two of four quarters of 10,000.00 are left, and 1,000,000.00.
    def owed(loan: dict[str, Any], day: dt.date = MID.pool) -> int:
        return sum(
            due.amount for due in dues_after(resolve_pool(pool(a=loan), SCHEDULE, None).contracts[0], day)
        )

    assert owed(LOAN) == 102_000_000
    assert owed(LOAN, SCHEDULE.collection[0]) == 104_000_000
    half = {"date": D(2020, 7, 1), "balance": 500_000}
    assert owed(LOAN | {"as_of": half}) == 51_000_000
    assert owed(LOAN | {"as_of": half}, SCHEDULE.collection[0]) == 53_000_000
    coming = {"expected": ({"date": D(2020, 9, 1), "stream": "recovery", "amount": 3},)}
    assert owed(LOAN | {"as_of": half | {"balance": 0} | coming}) == 300


def test_lives_and_thickness_are_those_of_the_books() -> None:
    fresh, rolled = at_closing("guangzhou-2019")[0], after("guangzhou-2019", 6)
    paid = {name: fresh.deal.notes[name].balance - rolled.outstanding[name] for name in fresh.deal.notes}
    assert any(paid.values())
    calculation = calculate(rolled)
    senior = min(rolled.deal.notes, key=lambda name: rolled.deal.notes[name].rank)
    lines = {line: values[np.newaxis] for line, values in calculation.lines.items()}
    dates, principal = (
        calculation.resolved.schedule.payment,
        calculation.lines["note", senior, "principal_paid"],
    )
    days = [(day - D(2022, 9, 13)).days for day in dates]
    life = (
        sum(n * int(amount) for n, amount in zip(days, principal, strict=True)) / int(principal.sum()) / 365
    )
    assert measure_note(calculation.resolved, lines, senior).wal_years[0] == pytest.approx(life)
    pool = pool_today(calculation)
    assert pool.contracts == int(at_closing("guangzhou-2019")[2].performing[0, 6])
    whole = pool.contracts + pool.reserves
    first = tranches_of(calculation, whole, CheckTerms())[0]
    beside = [n for n, note in rolled.deal.notes.items() if note.rank == rolled.deal.notes[senior].rank]
    assert first.strip is not None
    assert first.strip[0] == pytest.approx(1 - sum(rolled.outstanding[name] for name in beside) / whole)


def test_past_rates_are_those_of_the_base_case() -> None:
    rolled = after("guangzhou-2019", 6)
    stress = {"driver": "default-rate", "set": Decimal("0.1")}
    performance = resolve_performance(
        rolled.deal.performance, scenario(stress), rolled.pool, rolled.schedule, rolled.today
    )
    assert performance.default_rates[0].tolist() == [0] * 6 + [10_000_000] * 5
    base = project(rolled.resolved_pool, rolled.performance, keep_flows=False)
    found = project(rolled.resolved_pool, performance, keep_flows=False)
    assert found.performing[0, :7].tolist() == base.performing[0, :7].tolist()
    assert int(found.defaulted[0, 6]) > 0
