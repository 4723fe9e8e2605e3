"""Deals after each of their payment dates, in memory: books as the forecast has them, or one fen away from it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from securitize.assets.collections import Collections, project
from securitize.base.arithmetic import Int64
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.documents.partial import validate
from securitize.definitions.loading import load_suite
from securitize.definitions.pools.past import PastClaim
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.scenario import Scenario, Stress
from securitize.engine.calculation import Calculation, calculate
from securitize.engine.prepare.dates import on_dates
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.scenario_batch import evaluate
from securitize.engine.targets import target_of
from securitize.library import find_suite, list_shipped
from securitize.performance.suites.cases import SuiteCase
from securitize.performance.suites.compose import compose
from securitize.waterfall.period_inputs import floating_rules
from securitize.waterfall.plan import Line
from securitize.waterfall.seasoning import state_after

FEN = 1


def shipped() -> list[str]:
    """Every shipped deal and template, by what ``prepare`` takes."""
    templates = [str(path) for name, path in list_shipped("template") if (path / "deal.toml").exists()]
    return [*(name for name, _ in list_shipped("deal")), *templates]


def often(*names: str, part: str) -> list[Any]:
    """Every shipped deal and template; those of other names are tried in a part of the deep suite."""
    return [
        pytest.param(deal, marks=() if Path(deal).name in names else pytest.mark.deep(part=part))
        for deal in shipped()
    ]


def as_realised(prepared: Prepared) -> Prepared:
    """The same with every index rate that came: else books know rates of which a forecast from closing knew nothing."""
    found = prepared.definitions
    if not prepared.pool.indices and not any(floating_rules(prepared.deal)):
        return prepared
    model = found.deal.model.model_copy(update={"fixings": "realised"})
    return on_dates(replace(found, deal=replace(found.deal, model=model)), prepared.draw)


@cache
def at_closing(deal: str) -> tuple[Prepared, Calculation, Collections]:
    """The deal in its base case, with all that is carried from date to date; its collections of all periods."""
    prepared = as_realised(prepare(deal))
    whole = project(prepared.resolved_pool, prepared.performance, keep_flows=False)
    return prepared, calculate(prepared, states=True), whole


def after(deal: str, period: int, *, less: int = 0) -> Prepared:
    """The deal with a state that equals the forecast after ``period``, each claim restated as owing so much less."""
    fresh, calculation, _ = at_closing(deal)
    state = state_after(calculation.resolved, calculation.lines, period - 1)
    found = fresh.definitions
    # As a file has it: what has come so far is written out, since triggers ask whether it is.
    raw = {"history": state.history.model_dump()}
    state_file = Loaded(Path("state.toml"), state, raw, b"", found.deal.locator)
    if less:
        found = replace(found, pool=replace(found.pool, model=_owing(fresh, period, less)))
    return on_dates(replace(found, state=state_file))


def _owing(fresh: Prepared, period: int, less: int) -> Pool:
    """The pool whose claims owe ``less`` than forecast, where they owe anything."""
    day, contracts = fresh.schedule.collection[period], dict[str, Any](fresh.pool.contracts)
    for one in fresh.resolved_pool.claims:
        alone = replace(fresh.resolved_pool, contracts=(one,))
        owed = int(project(alone, fresh.performance, keep_flows=False).performing[0, period])
        if owed and one.adjusted[-1] > day:
            past = PastClaim.model_construct(date=day, balance=max(0, owed - less), failed=(), expected=())
            contracts[one.name] = one.contract.model_copy(update={"as_of": past})
    return fresh.pool.model_copy(update={"contracts": contracts})


def cases(rolled: Prepared, suite: str = "supervisory") -> list[SuiteCase]:
    """The scenarios of a suite told from where the deal stands, those that find anything to act on."""
    loaded = load_suite(find_suite(suite, rolled.definitions.deal.path))
    target, composed = target_of(rolled), dict[str, SuiteCase]()
    for place, scenario in enumerate(loaded.model.scenarios):
        raw = loaded.raw["scenarios"][place].get("stress", ())
        composed[scenario.name] = compose(scenario, raw, [composed[name] for name in scenario.with_], target)
    return [one for one in composed.values() if one.stresses]


def read(case: SuiteCase) -> tuple[Stress, ...]:
    """The stresses of the file that is stored of a case."""
    found, problems = validate(Scenario, tomllib.loads(case.as_toml(), parse_float=Decimal))
    assert found is not None, problems
    return found.stress


def lines_after(prepared: Prepared, told: Sequence[tuple[Stress, ...]], period: int) -> Mapping[Line, Int64]:
    """Every line of the dates after ``period``, of each scenario, int64 (scenarios, dates)."""
    lines = evaluate(prepared, told).lines
    last = prepared.schedule.periods - period
    return {line: values[:, -last:] for line, values in lines.items()}


def furthest(one: Mapping[Line, Int64], other: Mapping[Line, Int64]) -> tuple[int, Line | None]:
    """The largest difference of any line, and which; lines of one side alone are none."""
    assert one.keys() == other.keys()
    gaps = {line: int(np.abs(values - other[line]).max()) for line, values in one.items()}
    worst = max(gaps, key=lambda line: gaps[line])
    return gaps[worst], worst if gaps[worst] else None
