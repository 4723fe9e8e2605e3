"""Stresses of a suite that name nobody, by hand: rates by year, groups, the servicer, ratings."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from securitize.base.dates import add_months
from securitize.definitions.loading import load_suite
from securitize.definitions.scenarios.deal_stresses import ProviderLateStress
from securitize.definitions.scenarios.scenario import (
    DefaultRateStress,
    LatePaymentStress,
    ServicerFailureStress,
)
from securitize.engine.measures import coverage_by_rank
from securitize.engine.prepare.prepare import prepare
from securitize.engine.scenario_batch import evaluate
from securitize.engine.targets import target_of
from securitize.library import find_suite, list_templates
from securitize.performance.drivers import driver
from securitize.performance.rate_paths import assumed_path, periods_of_years
from securitize.performance.suites.cases import SuiteCase
from securitize.performance.suites.compose import compose
from securitize.performance.suites.target import DoesNotApply, Target
from securitize.studies.stress.scenarios import situations
from tests.unit.pool_samples import LOAN, D, pool, run, stream

MILLION = 100_000_000


def put(stress: str, target: Target, folder: Path) -> SuiteCase:
    file = folder / "made.toml"
    file.write_text(
        'name = "made"\nversion = "1"\n[[scenarios]]\nname = "one"\ntitle = "One"\ntitle_zh = "一"\n'
        f"[[scenarios.stress]]\n{stress}\n"
    )
    loaded = load_suite(file)
    return compose(loaded.model.scenarios[0], loaded.raw["scenarios"][0]["stress"], [], target)


def quarters(count: int) -> tuple[dt.date, ...]:
    """The cut-off 2020-01-15, then quarterly collection dates from 2020-03-31 on."""
    ends = [
        dt.date(2020 + (3 * k) // 12, (3 * k) % 12 + 3, 30 if (3 * k) % 12 in (3, 6) else 31)
        for k in range(count)
    ]
    return (dt.date(2020, 1, 15), *ends)


def test_a_year_is_as_many_periods_as_begin_in_it() -> None:
    # Periods begin on 15 January, 31 March, 30 June, 30 September and 31 December: five in the first year.
    first, rates = periods_of_years((8, 11, 6), dt.date(2020, 1, 15), quarters(16))
    assert first == 1
    assert rates == [8] * 5 + [11] * 4 + [6] * 4
    # From a later day on: the first period that begins then.
    assert periods_of_years((8, 11), dt.date(2020, 6, 30), quarters(16)) == (3, [8] * 4 + [11] * 4)
    yearly = (dt.date(2020, 1, 15), dt.date(2020, 12, 31), dt.date(2021, 12, 31), dt.date(2022, 12, 31))
    assert periods_of_years((8, 11, 6), dt.date(2020, 1, 15), yearly) == (1, [8, 8, 11])


def test_the_first_year_of_the_shock_is_a_year_wherever_payments_are_quarterly() -> None:
    suite = load_suite(find_suite("supervisory"))
    place = [one.name for one in suite.model.scenarios].index("shock-2020")
    shock, raw = suite.model.scenarios[place], suite.raw["scenarios"][place]["stress"]
    for deal in ("ningbo-1-2024", "lithium-battery", "guangzhou-2019"):
        target = target_of(prepare(deal))
        rates = compose(shock, raw, [], target).stresses[0]
        within = [day for day in target.collection[:-1] if day < add_months(target.today.pool, 12)]
        assert rates["set"]["value"] == [Decimal("0.1102")] * len(within)
        assert (rates["first_period"], rates["last_period"]) == (1, len(within))


def test_a_multiple_of_a_path_counts_the_periods_of_the_deal(tmp_path: Path) -> None:
    target = target_of(prepare("guangzhou-2019"))
    later = replace(target, collection=(dt.date(2015, 1, 1), *target.collection))
    (rates,) = put(
        'driver = "default-rate-by-year"\nyears = [0.04, 0.1]\ntimes = 1.5', later, tmp_path
    ).stresses
    assert rates["first_period"] == 2
    assert rates["set"][0] == 0
    assert set(rates["set"][1:]) == {Decimal("0.06"), Decimal("0.15")}


def test_a_multiple_of_a_path_is_cut_down_to_eight_decimals(tmp_path: Path) -> None:
    target = target_of(prepare("guangzhou-2019"))
    (rates,) = put(
        'driver = "default-rate-by-year"\nyears = [0.04700001]\ntimes = 1.5', target, tmp_path
    ).stresses
    assert set(rates["set"]) == {Decimal("0.07050001")}


def test_the_driver_of_a_path_multiplies_every_rate() -> None:
    target = target_of(prepare("guangzhou-2019"))
    moved = driver("default-path", target)
    (half,), (most,) = moved.stresses(50), moved.stresses(2000)
    assert isinstance(half, DefaultRateStress)
    assert isinstance(most, DefaultRateStress)
    years = assumed_path()
    assert moved.value(50) == Decimal("0.50")
    assert set(half.set_ or ()) == {rate // 2 for rate in years}
    assert max(most.set_ or ()) == 100_000_000


def test_the_group_that_owes_most_defaults_as_one(tmp_path: Path) -> None:
    target = target_of(prepare("guangzhou-2019"))
    names = list(target.owed())
    groups = {names[0]: "large", names[1]: "large", names[2]: "small"}
    obligors = {
        name: one.model_copy(update={"group": groups.get(name, "")})
        for name, one in target.pool.obligors.items()
    }
    grouped = replace(target, pool=target.pool.model_copy(update={"obligors": obligors}))
    owed = target.owed()
    largest = "large" if owed[names[0]] + owed[names[1]] > owed[names[2]] else "small"
    found = put('driver = "group-out"\nby = "group"\nafter = "6M"', grouped, tmp_path)
    assert [one["obligor"] for one in found.stresses] == [
        name for name, of in groups.items() if of == largest
    ]
    assert {one["at"] for one in found.stresses} == {dt.date(2020, 3, 11)}
    # The others belong to no group: they are none together.
    assert put('driver = "group-out"\nby = "industry"\nafter = "6M"', grouped, tmp_path).left_out


def test_a_rating_falls_by_notches_and_no_further_than_default(tmp_path: Path) -> None:
    target = target_of(prepare("nanshan-5-2022"))
    (support,) = target.deal.support
    rated = target.deal.support[support].model_copy(update={"rating": "CC"})
    deal = target.deal.model_copy(update={"support": {support: rated}})
    (stress,) = put(
        'driver = "all-providers-downgraded"\nnotches = 3', replace(target, deal=deal), tmp_path
    ).stresses
    assert stress["rating"] == "D"
    assert put('driver = "all-providers-downgraded"\nnotches = 3', target, tmp_path).left_out == (
        "no provider of support has a rating",
    )


def test_a_failed_servicer_loses_what_it_held_and_delays_what_follows() -> None:
    # Interest of 10,000.00 is due on 1 April, 1 July, 1 October and, with the principal, on 1 January.
    failure = {
        "driver": "servicer-failure",
        "at": D(2020, 7, 15),
        "remittance_days": 30,
        "recovery": Decimal("0.4"),
        "late_days": 100,
    }
    result = run(pool(a=LOAN), failure)
    whole = run(pool(a=LOAN))
    # Held: 1 July, of which 4,000.00 come with the 10,000.00 of 1 October on 23 October.
    assert sum(stream(result, "interest")) == sum(stream(whole, "interest")) - 600_000
    assert stream(result, "interest")[:2] == [1_000_000, 0]
    assert stream(result, "principal") == stream(whole, "principal")
    (summary,) = result.contracts
    assert int(summary.commingled[0]) == 600_000
    assert sum(int(cash[0]) for cash in summary.collected.values()) == MILLION + 4_000_000 - 600_000
    # What the obligor paid stays paid: its balance falls as it would.
    assert result.performing.tolist() == whole.performing.tolist()


@pytest.mark.parametrize(("held", "lost"), [(13, 0), (14, 1_000_000)])
def test_the_days_that_a_servicer_holds_are_counted_back_from_its_failure(held: int, lost: int) -> None:
    failure = {"driver": "servicer-failure", "at": D(2020, 7, 14), "remittance_days": held}
    (summary,) = run(pool(a=LOAN), failure).contracts
    assert int(summary.commingled[0]) == lost


def test_default_rates_act_on_royalties_too(tmp_path: Path) -> None:
    base = prepare("xoma-vabysmo-2023")
    target = target_of(base)
    found = put('driver = "default-rate-by-year"\nyears = [0.1]', target, tmp_path)
    assert not found.left_out
    moved = driver("default-path", target)
    plain, stressed = evaluate(base, [(), moved.stresses(100)]).lines["collections", "royalty"].sum(axis=1)
    assert stressed < plain
    with pytest.raises(DoesNotApply, match="prepaid"):
        driver("prepayment-rate", target)


def test_a_guarantor_that_is_late_pays_on_the_next_date_what_it_was_called_for() -> None:
    base = prepare("nanshan-5-2022")
    closing, end = base.deal.dates.closing, base.schedule.payment[-1]
    obligors = LatePaymentStress.model_construct(
        driver="late-payment", obligors=None, from_=closing, to=end, days=30
    )
    late = ProviderLateStress(driver="provider-late", support="undertaking", at=closing, until=end, days=90)
    # The window of one date alone: on the next everything is paid again.
    once = late.model_copy(update={"at": base.schedule.payment[0], "until": base.schedule.payment[0]})
    cells = evaluate(base, [(obligors,), (obligors, late), (obligors, once)])
    drawn = cells.lines["support", "undertaking", "drawn"]
    unpaid = cells.lines["note", "A", "unpaid"]
    # The first quarter's interest comes after its date: 202,000,000 x 3.8% x 91 / 365 = 1,913,742.47 is called for.
    first = 191_374_247
    assert drawn[0, 0] == first
    assert (drawn[1, 0], unpaid[1, 0]) == (0, first)
    # On the next date that is paid, and not the 28,366.55 that lack for the first time.
    assert (drawn[1, 1], unpaid[1, 1]) == (first, 2_836_655)
    # Unpaid interest was an event of default: all 202,000,000 were called for on that date, and come on the third.
    assert 0 < drawn[1, 2] <= 202_000_000_00 + 2_836_655
    assert drawn[2].tolist() == [0, 202_000_000_00, 0, 0, 0]


def test_a_year_of_a_window_ends_the_day_before_it_comes_again(tmp_path: Path) -> None:
    target = target_of(prepare("nanshan-5-2022"))
    (late,) = put('driver = "all-payments-late"\ndays = 5\nlasts = "12M"', target, tmp_path).stresses
    assert (late["from"], late["to"]) == (dt.date(2022, 4, 15), dt.date(2023, 4, 14))
    (late,) = put(
        'driver = "all-payments-late"\ndays = 5\nafter = "3M"\nlasts = "3M"', target, tmp_path
    ).stresses
    assert (late["from"], late["to"]) == (dt.date(2022, 7, 14), dt.date(2022, 10, 13))


def test_coverage_with_support_knows_that_the_guarantor_is_late() -> None:
    base = prepare("guangzhou-2019")
    closing, end = base.deal.dates.closing, base.schedule.payment[-1]
    obligors = LatePaymentStress.model_construct(
        driver="late-payment", obligors=None, from_=closing, to=end, days=30
    )
    late = ProviderLateStress(driver="provider-late", support="undertaking", at=closing, until=end, days=90)
    cells = evaluate(base, [(obligors,), (obligors, late)])
    cover = coverage_by_rank(base, cells.resolved, cells.lines, cells.fee_interest)[1].dscr_with_support
    first = int(np.flatnonzero(cells.lines["note", "A", "interest_due"][0])[0])
    assert cells.lines["support", "undertaking", "drawn"][1, first] == 0
    assert cover[0, first] == 1.0
    assert cover[1, first] == 0.0
    # On the last date nothing that is called for then is ever paid.
    life = cells.life()[1]
    assert life.with_support[1, 0] == life.life[1, 0]


def test_withdrawn_subsidies_are_a_part_of_what_is_composed_of_them(tmp_path: Path) -> None:
    file = tmp_path / "made.toml"
    head = 'name = "made"\nversion = "1"\n'
    one = '[[scenarios]]\nname = "sub"\ntitle = "S"\ntitle_zh = "补"\nsubsidies = "withdrawn"\n'
    two = '[[scenarios]]\nname = "both"\ntitle = "B"\ntitle_zh = "双"\nwith = ["sub"]\n'
    file.write_text(head + one + two + '[[scenarios.stress]]\ndriver = "default-rate"\nset = 0.05\n')
    found = {each.name: each for each in situations(load_suite(file), prepare("nanshan-5-2022"))}
    assert found["both"].applies(subsidised=False) == "in-part"
    assert found["both"].applies(subsidised=True) == "whole"


def test_a_servicer_that_gave_the_undertaking_fails_in_both_roles(tmp_path: Path) -> None:
    base = prepare(next(one.path for one in list_templates() if one.name == "lease-back"))
    (failure,) = put(
        'driver = "servicer-out"\nafter = "6M"\nremittance_days = 30\nlate_days = 60',
        target_of(base),
        tmp_path,
    ).stresses
    stress = ServicerFailureStress.model_validate(failure)
    cells = evaluate(base, [(stress,)])
    assert not cells.lines["support", "undertaking", "drawn"].any()
    elsewhere = replace(base, deal=base.deal.model_copy(update={"servicer": None}))
    definitions = replace(base.definitions, deal=replace(base.definitions.deal, model=elsewhere.deal))
    apart = evaluate(replace(elsewhere, definitions=definitions), [(stress,)])
    assert apart.lines["support", "undertaking", "drawn"].any()
