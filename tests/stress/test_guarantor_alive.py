"""What a guarantor is worth alive, failing with the market and out; and what figures suppose of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

import securitize
from securitize.base.money import RATE_UNITS
from securitize.definitions.loading import load_suite
from securitize.definitions.scenarios.deal_stresses import PartyDefaultStress
from securitize.definitions.scenarios.scenario import Scenario
from securitize.engine.drawing import Draw
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.scenario_batch import with_stresses
from securitize.engine.targets import target_of
from securitize.library import find_suite, list_deals, list_templates
from securitize.performance.drivers import no_support
from securitize.performance.random.providers import RandomProviders
from securitize.performance.stresses import resolve_performance
from securitize.studies.stress.path_risks import draw_on
from securitize.studies.stress.request import ASSUMED
from securitize.studies.stress.scenarios import otherwise_failing, situations, without_support
from tests.cli.program import securitize as program

DEALS = [one.path for one in (*list_deals(), *list_templates())]
SUITE = """
name = "one"
version = "1"
title = "One scenario"
title_zh = "一个情景"

[[scenarios]]
name = "largest-out"
title = "The largest obligor out"
title_zh = "最大债务人违约"
[[scenarios.stress]]
driver = "largest-obligors"
count = 1
after = "6M"
"""
#: A law of obligors alone: whoever promised to pay pays.
PAYING = 'name = "paying"\nhazard = 0.03\nloading = 0.4\n'


@pytest.mark.parametrize("deal", DEALS, ids=lambda path: path.stem)
def test_the_default_performances_fit_every_shipped_deal(deal: Path) -> None:
    base = prepare(deal)
    drawn = prepare(deal, draw=Draw(ASSUMED["claims" if base.resolved_pool.claims else "royalties"], 1, 1))
    owing = any(support.party for support in base.deal.support.values())
    assert drawn.support_risk == ("at-random" if owing else "none")


def test_alive_failing_with_the_market_and_out_stand_side_by_side() -> None:
    draw = Draw("assumed-small-companies", 1200, 1)
    base = prepare("lithium-battery", draw=draw)
    situation = situations(load_suite(find_suite("disclosure")), base, draw)[0]
    drawn = (otherwise_failing(base), base, without_support(situation, base, draw))
    alive, correlated, out = (draw_on(one, 1, None)["A"]["expected_loss"] for one in drawn)
    assert 0 == alive < correlated < out


def test_figures_say_that_they_are_given_that_the_guarantor_pays(tmp_path: Path) -> None:
    performance, suite = tmp_path / "paying.toml", tmp_path / "one.toml"
    performance.write_text(PAYING, encoding="utf-8")
    suite.write_text(SUITE, encoding="utf-8")
    done = securitize.stress(
        "nanshan-5-2022", suite, performance=performance, paths=600, searches=False, output=tmp_path / "out"
    )
    rows = done.table("support_worth").to_dict("records")
    (row,) = [one for one in rows if (one["scenario"], one["note"]) == ("base", "A")]
    for table in ("support_worth", "stress_risk", "note_risk"):
        assert set(done.table(table)["support_risk"]) == {"given-that-it-pays"}
    assert row["expected_loss"] == row["expected_loss_alive"]
    # By the assumed law of small companies, whose guarantors fail, with the obligors of this one.
    assert row["expected_loss_alive"] < row["expected_loss_correlated"] < row["expected_loss_without"]
    assert done.path is not None
    page = tmp_path / "page.html"
    report = program("report", str(done.path), "--output", str(page), cwd=tmp_path)
    assert report.returncode == 0, report.stderr
    assert "given that the guarantor pays" in page.read_text(encoding="utf-8")


def test_never_failing_leaves_every_other_number(tmp_path: Path) -> None:
    from securitize.performance.random.given_payers import never_failing

    prepared: Prepared = prepare("lithium-battery", draw=Draw("assumed-small-companies", 1, 1))
    assert prepared.random is not None
    alive = never_failing(prepared.random)
    assert [type(one) for one in alive.processes] == [type(one) for one in prepared.random.processes]
    (providers,) = [one for one in alive.processes if isinstance(one, RandomProviders)]
    assert not providers.parties


def test_without_support_nobody_pays_although_a_scenario_gives_a_share_on_that_day() -> None:
    plain = prepare("nanshan-5-2022")
    at = plain.deal.dates.closing
    half = PartyDefaultStress.model_validate(
        {"driver": "party-default", "party": "guarantor", "at": at, "recovery": Decimal("0.5")}
    )
    scenario = Scenario.model_construct(name="half", stress=(half,))
    given = SimpleNamespace(model=scenario)
    base = replace(plain, definitions=replace(plain.definitions, scenario=given))  # type: ignore[arg-type]
    for added, share in (((), RATE_UNITS // 2), (no_support(target_of(plain)), 0)):
        found = with_stresses(base, added)
        parties = resolve_performance(
            base.deal.performance, found, base.pool, base.schedule, deal=base.deal
        ).parties
        assert parties["guarantor"].share.tolist() == [share]
