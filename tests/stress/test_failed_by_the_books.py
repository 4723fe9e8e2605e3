"""A company that has failed in the books of a deal in mid-life has failed in every calculation that begins there.

A run in which it failed, rolled on its own forecast, goes on as the run did: as it stands, under a further stress, and
when a default of the company is told again. Source: ``docs/reference/priority-of-payments.md``, section 13.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import pytest

from securitize.definitions.deals.state import State
from securitize.definitions.figures import RATINGS
from securitize.definitions.scenarios.deal_stresses import PartyDefaultStress
from securitize.definitions.scenarios.scenario import DefaultRateStress, Stress
from securitize.engine.drawing import Draw
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.targets import target_of
from securitize.library import find_deal
from securitize.performance.drivers import driver, no_support
from securitize.performance.random.draw import draw
from securitize.performance.suites.target import DoesNotApply
from securitize.studies.roll import api as rolling
from securitize.studies.run import api
from tests.stress.mid_life import cases, furthest, lines_after, shipped

TEMPLATE = next(name for name in shipped() if name.endswith("/pledged-loan"))
SHARE = 0.3
PHI = 30_000_000
#: Deal, periods that are past, the company, its day of default.
FAILED = [
    ("nanshan-5-2022", 2, "guarantor", dt.date(2022, 6, 1)),
    (
        "ningbo-1-2024",
        1,
        "guarantor",
        dt.date(2025, 2, 10),
    ),  # between the collection date and the payment date
    ("ningbo-1-2024", 3, "guarantor", dt.date(2025, 2, 10)),
    (
        TEMPLATE,
        4,
        "guarantor",
        dt.date(2026, 1, 31),
    ),  # recoveries that were due before, and that fall due after it
    ("biopharma-2000", 3, "trustee", dt.date(2001, 5, 30)),  # an account bank that is a royalty's too
]
#: Its default lies ahead: the books say nothing of it.
AHEAD = [(TEMPLATE, 4, "guarantor", dt.date(2026, 5, 20))]


@cache
def rolled_from(deal: str, period: int, company: str, day: dt.date, made: Path) -> Prepared:
    """The deal as a roll leaves it of a run in which the company failed on the day, on the run's own forecast."""
    scenario, run, folder = made / "failed.toml", made / "run", made / "rolled"
    scenario.write_text(
        f"""name = "failed"

[[stress]]
driver = "party-default"
party = "{company}"
at = {day}
recovery = {SHARE}

[[stress]]
driver = "default-rate"
set = 0.4
first_period = {first_rated(deal, period)}
"""
    )
    api.run(deal, scenario, output=run)
    rolling.write_forecast(run, made / "forecast.csv", until=period)
    rolling.roll(run, made / "forecast.csv", output=folder)
    return prepare(folder)


def first_rated(deal: str, period: int) -> int:
    """From which period the run has default rates: a royalty is not restated, what it lost is not in its books."""
    return period + 1 if prepare(deal).pool.royalties else 1


def rates(first: int, rate: int = 40_000_000) -> DefaultRateStress:
    return DefaultRateStress.model_construct(
        driver="default-rate",
        set_=(rate,),
        ramp=None,
        scale=None,
        shift=None,
        first_period=first,
        last_period=None,
    )


def failing(company: str, day: dt.date, share: int = PHI) -> PartyDefaultStress:
    return PartyDefaultStress.model_construct(driver="party-default", party=company, at=day, recovery=share)


def state_of(rolled: Prepared) -> State:
    assert rolled.state is not None
    return rolled.state


@pytest.mark.parametrize(("deal", "period", "company", "day"), FAILED)
def test_a_deal_whose_company_failed_goes_on_as_the_run_in_which_it_did(
    deal: str, period: int, company: str, day: dt.date, tmp_path: Path
) -> None:
    goes_on(deal, period, company, day, tmp_path)


def test_what_an_obligor_owes_defaults_with_it_in_its_other_roles(tmp_path: Path) -> None:
    """It fails between the collection date and the payment date: its contract is whole in the books of the pool."""
    deal = tmp_path / "own" / "deal.toml"
    deal.parent.mkdir()
    deal.write_text(find_deal("nanshan-5-2022").read_text().replace('party = "guarantor"', 'party = "o1"'))
    goes_on(str(deal), 2, "o1", dt.date(2022, 10, 10), tmp_path)


def goes_on(deal: str, period: int, company: str, day: dt.date, tmp_path: Path) -> None:
    """The law of this file."""
    rolled = rolled_from(deal, period, company, day, tmp_path)
    assert (state_of(rolled).parties[company].failed, state_of(rolled).parties[company].recovery) == (
        day,
        PHI,
    )
    own, worse = rates(first_rated(deal, period)), rates(period + 1, 70_000_000)
    happened: tuple[Stress, ...] = (failing(company, day), own)
    told: list[tuple[Stress, ...]] = [
        (own,),
        (own, worse),
        (failing(company, state_of(rolled).as_of, 0), own),
        (failing(company, day - dt.timedelta(days=30), 0), own),
    ]
    expected = lines_after(prepare(deal), [happened, (*happened, worse), happened, happened], period)
    found = lines_after(rolled, told, period)
    assert furthest(found, expected) == (0, None)


@pytest.mark.parametrize(("deal", "period", "company", "day"), AHEAD)
def test_a_default_that_lies_ahead_is_not_in_the_books(
    deal: str, period: int, company: str, day: dt.date, tmp_path: Path
) -> None:
    """Recoveries that the company owes are cut in its scenario, and only there."""
    rolled = rolled_from(deal, period, company, day, tmp_path)
    assert state_of(rolled).parties == {}
    own = rates(1)
    told: list[tuple[Stress, ...]] = [(own,), (own, failing(company, day))]
    expected = lines_after(prepare(deal), told, period)
    assert furthest(lines_after(rolled, told, period), expected) == (0, None)
    assert any(one.as_of and one.as_of.stock for one in rolled.pool.contracts.values())


def test_a_failed_company_cannot_fail_again(tmp_path: Path) -> None:
    """Suites leave it out and say why; break-evens of support have nobody to move."""
    rolled = rolled_from(*FAILED[0], tmp_path)
    target = target_of(rolled)
    of = {one.name: one for one in cases(rolled)}
    assert of["severe-guarantor-out"].left_out == ("already failed: guarantor",)
    assert not any(
        "default" in str(each["driver"]) and "support" in each for each in of["severe-guarantor-out"].stresses
    )
    assert "guarantor-out" not in of
    assert no_support(target) == ()
    with pytest.raises(DoesNotApply, match="already failed: guarantor"):
        driver("support", target)


def test_random_paths_know_that_the_company_has_failed(tmp_path: Path) -> None:
    """Whatever its law, it fails on no other day; nobody is left of whom paths could suppose that he pays."""
    _, _, company, day = FAILED[0]
    rolled_from(*FAILED[0], tmp_path)
    ready = prepare(tmp_path / "rolled", draw=Draw("assumed-small-companies", 500))
    assert ready.random is not None
    drawn = draw(ready.random, ready.performance, ready.numbers(0, 500))
    assert (drawn.period_inputs["pays.undertaking"] == PHI).all()
    failed = drawn.performance.parties[company]
    assert (failed.dates == day.toordinal()).all()
    assert (failed.share == PHI).all()
    assert ready.support_risk == "none"


def test_a_rating_of_the_past_stays(tmp_path: Path) -> None:
    """A downgrade that the run had by the day is in the books; one that lies ahead is not."""
    deal, period = "nanshan-5-2022", 2
    scenario = tmp_path / "rated.toml"
    stress = 'driver = "provider-rating"\nsupport = "undertaking"\nat = {}\nrating = "{}"\n'
    scenario.write_text(
        'name = "rated"\n'
        + "".join(
            f"\n[[stress]]\n{stress.format(*one)}" for one in [("2022-06-01", "BBB"), ("2023-01-10", "D")]
        )
    )
    api.run(deal, scenario, output=tmp_path / "run")
    rolling.write_forecast(tmp_path / "run", tmp_path / "f.csv", until=period)
    rolling.roll(tmp_path / "run", tmp_path / "f.csv", output=tmp_path / "rolled")
    rolled = prepare(tmp_path / "rolled")
    assert state_of(rolled).support["undertaking"].rating == "BBB"
    assert rolled.period_inputs["rating.undertaking"][period:] == [RATINGS.index("BBB")] * 3
    downgraded = next(one for one in cases(rolled) if one.name == "guarantor-downgraded").stresses
    assert [one["rating"] for one in downgraded] == [RATINGS[RATINGS.index("BBB") + 3]]
