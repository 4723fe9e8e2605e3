"""What a suite's years, groups and providers come to in every shipped deal, fresh and rolled, by both statements."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from securitize.definitions.loading import load_suite
from securitize.definitions.performance import Performance
from securitize.engine.prepare.dates import on_dates
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.targets import target_of
from securitize.performance.suites.compose import compose
from tests.oracle.stresses_reference import rate_vector
from tests.oracle.suites_reference import (
    Resolved,
    Standing,
    group_out,
    largest_obligors,
    owes_after_today,
    providers_downgraded,
    providers_late,
    rates_by_year,
)
from tests.stress.mid_life import after, at_closing, read, shipped

#: Sizes as nobody would choose them: a rate cut at the eighth decimal, months that end a short month, windows of days.
SUITE = """
name = "irregular"
version = "1"
title = "Irregular"
title_zh = "Irregular"
sources = ["made up"]
""" + "".join(
    f'[[scenarios]]\nname = "s{k}"\ntitle = "s{k}"\ntitle_zh = "s{k}"\n[[scenarios.stress]]\n{text}\n'
    for k, text in enumerate(
        (
            'driver = "default-rate-by-year"\nyears = [0.0810, 0.1102, 0.0610]',
            'driver = "default-rate-by-year"\nyears = [0.12345678, 0.00000001]\ntimes = 1.5',
            'driver = "default-rate-by-year"\nyears = [0.3]',
            *(
                f'driver = "group-out"\nby = "{by}"\nafter = "{months}"'
                for by in ("group", "region", "industry")
                for months in ("6M", "1M", "2Y")
            ),
            'driver = "largest-obligors"\ncount = 2\nafter = "7M"',
            'driver = "largest-obligors"\ncount = 3\nafter = "13M"',
            'driver = "all-providers-late"\ndays = 90',
            'driver = "all-providers-late"\ndays = 1\nafter = "7M"\nlasts = "6M"',
            'driver = "all-providers-downgraded"\nnotches = 3',
            'driver = "all-providers-downgraded"\nnotches = 19\nafter = "1Y"',
        )
    )
)
ORDINARY = ("default", "provider-late", "provider-rating")


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The suite and its text as read."""
    file = tmp_path_factory.mktemp("suite") / "irregular.toml"
    file.write_text(SUITE)
    return load_suite(file)


def standing(prepared: Prepared) -> Standing:
    """Where the deal stands, by its schedule and its contracts' instalments alone."""
    day, owed = prepared.schedule.collection[prepared.today.period], {}
    for one in prepared.resolved_pool.contracts:
        places = range(one.first, len(one.adjusted))
        if hasattr(one, "net"):
            amounts, balances = [int(one.net[k]) for k in places], [0 for _ in places]
        else:
            amounts = [one.interest_received(k) + one.scheduled.principal[k] for k in places]
            balances = [one.scheduled.balance[k] for k in places]
        dates = [one.adjusted[k] for k in places]
        written = [one.dates[k + 1] for k in places]
        owed[one.name] = owes_after_today(one.contract, written, dates, amounts, balances, day)
    return Standing(
        prepared.deal,
        prepared.pool,
        prepared.today.period,
        list(prepared.schedule.collection),
        list(prepared.schedule.payment),
        owed,
    )


def plain(stresses: Any, at: Standing) -> set[Resolved]:
    """Ordinary stresses as the second statement writes them."""
    found: set[Resolved] = set()
    for one in stresses:
        match one.driver:
            case "default":
                found.add(("default", one.obligor, one.at))
            case "provider-late":
                until = min(one.until, at.payments[-1])
                found.add(("provider-late", one.support, one.at, until, one.days))
            case "provider-rating":
                found.add(("provider-rating", one.support, one.at, one.rating))
    return found


def compare(suite: Any, prepared: Prepared) -> int:
    """Every scenario of the suite; how many act."""
    at, acting, target = standing(prepared), 0, target_of(prepared)
    periods, own = prepared.schedule.periods, (prepared.deal.performance or Performance()).default_rate
    base = rate_vector(own, "default-rate", SimpleNamespace(stress=()), periods)
    for place, scenario in enumerate(suite.model.scenarios):
        raw = suite.raw["scenarios"][place]["stress"]
        case, (stress,) = compose(scenario, raw, [], target), scenario.stress
        told = read(case) if case.stresses else ()
        where = (prepared.deal.name, at.past, stress)
        if stress.driver == "default-rate-by-year":
            expected = rates_by_year(stress, base, at)
            found = rate_vector(
                own,
                "default-rate",
                SimpleNamespace(stress=told),
                periods,
                at.past,
            )
            assert found == expected, where
        else:
            resolve = {
                "group-out": group_out,
                "largest-obligors": largest_obligors,
                "all-providers-late": providers_late,
                "all-providers-downgraded": providers_downgraded,
            }[stress.driver]
            assert plain(told, at) == set(resolve(stress, at)), where
            assert all(one.driver in ORDINARY for one in told), where
        acting += bool(told)
    return acting


def grouped(prepared: Prepared) -> Prepared:
    """The deal whose companies are put into three groups and two industries; some belong to none."""
    found = prepared.definitions
    obligors = {
        name: one.model_copy(
            update={"group": ("", "x", "y", "z")[k % 4], "industry": ("b", "", "a")[k % 3], "region": ""}
        )
        for k, (name, one) in enumerate(prepared.pool.obligors.items())
    }
    pool = prepared.pool.model_copy(update={"obligors": obligors})
    return on_dates(replace(found, pool=replace(found.pool, model=pool)))


@pytest.mark.parametrize("deal", shipped(), ids=lambda deal: Path(deal).name)
def test_suites_come_to_the_same_ordinary_stresses(deal: str, suite: Any) -> None:
    fresh = at_closing(deal)[0]
    assert compare(suite, fresh) > 0
    rolled = after(deal, max(1, fresh.schedule.periods // 2), less=123_456_789)
    compare(suite, grouped(fresh))
    compare(suite, grouped(rolled))


@pytest.mark.deep(part="figures")
@pytest.mark.parametrize("deal", shipped(), ids=lambda deal: Path(deal).name)
def test_suites_come_to_the_same_after_every_period(deal: str, suite: Any) -> None:
    for period in range(1, at_closing(deal)[0].schedule.periods):
        rolled = after(deal, period)
        compare(suite, rolled)
        compare(suite, grouped(rolled))
