"""Random sales of the shipped royalty deals: every path alone, in the engine and in the second statements."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import securitize
from securitize.assets.collections import project
from securitize.base.arithmetic import Int64, multiply_divide
from securitize.base.errors import DefinitionError
from securitize.base.money import RATE_UNITS
from securitize.base.streams import Numbers
from securitize.definitions.figures import STREAMS
from securitize.definitions.performance import Performance
from securitize.definitions.pools.royalties import Royalty
from securitize.engine.calculation import calculate, given_path, pay_paths
from securitize.engine.drawing import Draw
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.reference_case import differences, reference_case
from securitize.library import list_deals, list_templates
from securitize.performance.random.draw import Drawn, draw
from securitize.studies.run.path_replay import replayed
from securitize.waterfall.plan import Line
from tests.oracle.assets_reference import collections

FILES = {file.path.stem: file.path for file in (*list_deals(), *list_templates())}
DEALS = ["xoma-vabysmo-2023", "biopharma-2000", "running-royalty"]
SALES = """
name = "lively"
hazard = {hazard}
loading = 0.5

[sales]
volatility = {volatility}
reversion = 0.2
market_loading = 0.5
sector_loading = 0.4
sector = "medicine"
credit_loading = 0.4
"""
STEP = """
[[sales.steps]]
contract = "{contract}"
hazard = 0.3
probability = 0.8
kept = 0.2
"""


def lively(
    folder: Path, deal: str, volatility: float = 0.5, hazard: float = 0.1, step: bool = True
) -> Prepared:
    """The deal with random sales, licensees that default, and a step of its first royalty."""
    text = SALES.format(volatility=volatility, hazard=hazard)
    if step:
        pool = prepare(FILES[deal]).pool
        text += STEP.format(contract=next(iter(royalties(pool))))
    file = folder / "lively.toml"
    file.write_text(text)
    return prepare(FILES[deal], draw=Draw(file, 10))


def royalties(pool: Any) -> dict[str, Royalty]:
    return {name: one for name, one in pool.contracts.items() if isinstance(one, Royalty)}


def drawn_paths(prepared: Prepared, first: int, after: int) -> Drawn:
    assert prepared.random is not None
    return draw(prepared.random, prepared.performance, Numbers(7, first, after))


def lines_of(prepared: Prepared, drawn: Drawn) -> dict[Line, Int64]:
    pool = project(prepared.resolved_pool, drawn.performance, keep_flows=False)
    return dict(pay_paths(prepared, pool, varying=drawn.period_inputs)[2])


def replay(prepared: Prepared, paths: int) -> None:
    """Every path alone has the cents that it has among the others, and those of the reference interpreter."""
    drawn = drawn_paths(prepared, 1000, 1000 + paths)
    lines = lines_of(prepared, drawn)
    for path in range(paths):
        alone = calculate(given_path(prepared, drawn, path))
        for line, values in alone.lines.items():
            assert (lines[line][path] == values).all(), (path, line)
        among = {line: values[path][None, :] for line, values in lines.items()}
        assert differences(reference_case(alone), among) == [], path


@pytest.mark.parametrize("deal", DEALS)
def test_paths_replayed_alone_have_the_same_cents(tmp_path: Path, deal: str) -> None:
    replay(lively(tmp_path, deal), 20)


@pytest.mark.deep(part="royalties")
@pytest.mark.parametrize("deal", DEALS)
def test_many_paths_replayed_alone_have_the_same_cents(tmp_path: Path, deal: str) -> None:
    replay(lively(tmp_path, deal), 400)


@pytest.mark.parametrize("deal", DEALS)
def test_without_volatility_every_path_is_the_deterministic_run(tmp_path: Path, deal: str) -> None:
    prepared = lively(tmp_path, deal, volatility=0, hazard=0, step=False)
    lines = lines_of(prepared, drawn_paths(prepared, 0, 30))
    for line, values in calculate(prepared).lines.items():
        assert (lines[line] == values).all(), line


@pytest.mark.parametrize("deal", DEALS)
def test_cash_is_that_of_the_second_statement_for_the_same_sales_told(tmp_path: Path, deal: str) -> None:
    """Minimums, caps, tiers and the end of claims bite path by path."""
    prepared = lively(tmp_path, deal, hazard=0)
    paths, ends = 25, prepared.schedule.collection
    drawn = drawn_paths(prepared, 0, paths)
    actual = project(prepared.resolved_pool, drawn.performance)
    base = prepared.deal.performance or Performance()
    for path in range(paths):
        stresses = []
        for name, contract in royalties(prepared.pool).items():
            listed = np.array([amount for _, amount in contract.reports()], np.int64)  # type: ignore[attr-defined]
            sold = multiply_divide(listed, drawn.performance.sales[name][path], RATE_UNITS)
            first = contract.reports()[0][0]  # type: ignore[attr-defined]
            set_all = SimpleNamespace(
                driver="royalty-base", contract=name, from_=first, to=None, scale=None, set_=sold.tolist()
            )
            stresses.append(set_all)
        expected = collections(prepared.pool, list(ends), None, base, SimpleNamespace(stress=stresses))
        for stream in STREAMS:
            assert actual.streams[stream][path].tolist() == expected[stream], stream
        assert actual.sales[path].tolist() == expected["sales"]
    assert len({tuple(row) for row in actual.streams["royalty"].tolist()}) == paths


def test_sales_vary_around_the_forecast_and_more_volatility_hurts_the_lender(tmp_path: Path) -> None:
    losses = []
    for volatility in (0.0, 0.2, 0.6):
        prepared = lively(tmp_path, DEALS[0], volatility, hazard=0, step=False)
        drawn = drawn_paths(prepared, 0, 4000)
        found = project(prepared.resolved_pool, drawn.performance, keep_flows=False)
        error = found.sales.std(axis=0) / np.sqrt(4000)
        assert (np.abs(found.sales.mean(axis=0) - found.forecast_sales) <= 4 * error + 1).all()
        left = lines_of(prepared, drawn)["note", "loan", "closing"][:, -1]
        losses.append(left.mean())
    assert losses == sorted(losses)
    assert losses[0] < losses[-1]


def test_a_told_fall_and_a_drawn_multiple_act_one_after_the_other(tmp_path: Path) -> None:
    prepared = lively(tmp_path, DEALS[0], hazard=0)
    file = tmp_path / "lively.toml"
    lower = prepare(DEALS[0], "royalty-base-down-30", draw=Draw(file, 10))
    whole, less = drawn_paths(prepared, 0, 50), drawn_paths(lower, 0, 50)
    (name,) = royalties(prepared.pool)
    assert (whole.performance.sales[name] == less.performance.sales[name]).all()
    sales = [
        project(each.resolved_pool, drawn.performance).sales
        for each, drawn in ((prepared, whole), (lower, less))
    ]
    assert np.abs(sales[1] - 0.7 * sales[0]).max() <= 4


def test_the_shipped_performance_runs_and_a_path_replays(tmp_path: Path) -> None:
    done = securitize.run(
        DEALS[0], performance="assumed-royalties", paths=400, seed=5, output=tmp_path / "out", workers=2
    )
    pool = done.table("path_pool")
    assert pool["collected_minor"].nunique() == 400
    path = int(pool["collected_minor"].to_numpy().argmin())
    alone = replayed(done, path)
    assert len(alone.table("note_measures")) == 1
    register = done.table("assumptions")
    ours = register[register["file"].str.contains("performance")]
    assert set(ours["kind"]) <= {"assumed"}


STEPS = "[[sales.steps]]\ncontract = 'vabysmo'\nkept = 0\n"
OTHERS = "[sales.contracts.vabysmo]\nsector_loading = 0.1\nsector = 's'"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("market_loading = 0.9\nsector_loading = 0.5\nsector = 's'", "SEC169"),
        ("sector_loading = 0.5", "SEC169"),
        ("market_loading = 1\n" + OTHERS, "SEC169"),
        ("[sales.contracts.nobody]\nvolatility = 0.1", "SEC174"),
        (STEPS.replace("vabysmo", "nobody") + "hazard = 1", "SEC174"),
        (STEPS, "SEC168"),
        (STEPS + "hazard = 1\nuntil = 2030-01-01", "SEC168"),
        (STEPS + "from = 2031-01-01\nuntil = 2030-01-01", "SEC172"),
        (STEPS + "until = 2023-12-15", "SEC175"),
    ],
)
def test_faults_are_told_with_their_line(tmp_path: Path, text: str, code: str) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(f'name = "wrong"\nhazard = 0.1\nloading = 0\n[sales]\nvolatility = 0.2\n{text}\n')
    with pytest.raises(DefinitionError) as told:
        securitize.run(DEALS[0], performance=file, store=False)
    assert [problem.code for problem in told.value.problems] == [code]
    assert told.value.problems[0].line
