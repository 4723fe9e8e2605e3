"""Random recoveries, late payment, prepayment and rights of every shipped deal: each path against its replays.

A drawn path is replayed alone by the deterministic engine and by the reference interpreter, and told as a scenario
of dated stresses; all have the same cents.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import securitize
from securitize.assets.collections import Collections, project
from securitize.base.streams import Numbers
from securitize.definitions.figures import STREAMS
from securitize.definitions.scenarios.random_performance import RandomPerformance
from securitize.engine.calculation import calculate, given_path, pay_paths
from securitize.engine.drawing import Draw
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.reference_case import differences, reference_case
from securitize.engine.simulate import simulate
from securitize.library import list_deals, list_templates
from securitize.performance.random.draw import Drawn, draw, path_of
from securitize.performance.random.model import resolve_random_performance
from securitize.performance.stresses import resolve_performance
from securitize.studies.run.path_replay import replayed
from tests.golden.paths_as_stresses import NoStressError, as_stresses
from tests.risk.drawn_payments import written

DEALS = [deal.path for deal in list_deals()] + [template.path for template in list_templates()]
COPULAS: list[dict[str, Any]] = [
    {"kind": "gaussian"},
    {"kind": "student-t", "degrees": 4},
    {"kind": "double-t", "market_degrees": 5},
]


def everything(prepared: Prepared, copula: dict[str, Any], strength: float = 1.0) -> RandomPerformance:
    """All processes at once, harsh enough to strike in a few paths; nothing happens at strength 0."""
    base = prepared.deal.performance
    recovery = [
        {
            "source": source,
            "deviation": 0.2 * strength,
            "loading": 0.5,
            **({"mean": 0.4} if strength else {}),
            "cost": 0.1 * strength,
        }
        for source in dict.fromkeys(one.source for one in (base.recoveries if base else ()))
    ]
    return written(
        hazard=0.15 * strength,
        loading=0.5,
        copula=copula,
        recovery=recovery,
        late={
            "probability": 0.2 * strength,
            "delays": [{"days": 20, "share": 0.5}, {"days": 200, "share": 0.5}],
            "loading": 0.4,
            "persistence": 0.5,
        },
        prepayment={"hazard": 0.15 * strength, "loading": 0.3},
        rights={
            "lapse": {"curve": "domestic-company", "age": 6.5, "multiplier": strength},
            "challenge": {"hazard": 0.1 * strength, "invalid": 0.3, "partly": 0.2, "partly_fails": 0.5},
            "obsolescence": {"hazard": 0.05 * strength},
            "families": {"f": tuple(prepared.pool.collateral)[:2]} if prepared.pool.collateral else {},
        },
    )


def drawn_beside(prepared: Prepared, performance: RandomPerformance, numbers: Numbers) -> Drawn:
    model = resolve_random_performance(performance, prepared.deal, prepared.pool, prepared.schedule)
    return draw(model, prepared.performance, numbers)


def same_cash(many: Collections, path: int, alone: Collections) -> None:
    for name in STREAMS:
        assert many.streams[name][path].tolist() == alone.streams[name][0].tolist(), (path, name)
    assert many.performing[path].tolist() == alone.performing[0].tolist(), path
    assert many.defaulted[path].tolist() == alone.defaulted[0].tolist(), path
    assert many.sales[path].tolist() == alone.sales[0].tolist(), path


def told(prepared: Prepared, drawn: Drawn, path: int) -> Collections | None:
    """The path told as a scenario; None where a scenario cannot tell it."""
    try:
        scenario = as_stresses(path_of(drawn.performance, path), prepared.resolved_pool)
    except NoStressError:
        return None
    performance = resolve_performance(prepared.deal.performance, scenario, prepared.pool, prepared.schedule)
    return project(prepared.resolved_pool, performance)


def replay(deal: Path, copula: dict[str, Any], paths: int) -> None:
    prepared = prepare(deal)
    drawn = drawn_beside(prepared, everything(prepared, copula), Numbers(7, 1000, 1000 + paths))
    many = project(prepared.resolved_pool, drawn.performance, keep_flows=False)
    _, _, lines, _ = pay_paths(prepared, many)
    compared = 0
    for path in range(paths):
        alone = calculate(given_path(prepared, drawn, path))
        same_cash(many, path, alone.collections)
        for line, values in alone.lines.items():
            assert (lines[line][path] == values).all(), (path, line)
        among = {line: values[path][None, :] for line, values in lines.items()}
        assert differences(reference_case(alone), among) == [], path
        by_stress = told(prepared, drawn, path)
        if by_stress is not None:
            same_cash(many, path, by_stress)
            compared += 1
    assert compared > paths / 2
    # The paths differ, and so from the told one.
    assert len({many.performing[path].tobytes() + _cash(many, path) for path in range(paths)}) > 1


def _cash(many: Collections, path: int) -> bytes:
    return b"".join(many.streams[name][path].tobytes() for name in STREAMS)


@pytest.mark.parametrize("deal", DEALS, ids=lambda path: path.stem)
def test_paths_replayed_alone_or_told_as_stresses_have_the_same_cents(deal: Path) -> None:
    replay(deal, COPULAS[DEALS.index(deal) % 3], 10)


@pytest.mark.deep(part="paths")
@pytest.mark.parametrize("copula", COPULAS, ids=lambda copula: copula["kind"])
@pytest.mark.parametrize("deal", DEALS, ids=lambda path: path.stem)
def test_many_paths_replayed_alone_or_told_as_stresses(deal: Path, copula: dict[str, Any]) -> None:
    replay(deal, copula, 100)


@pytest.mark.parametrize("deal", DEALS, ids=lambda path: path.stem)
def test_without_probability_every_path_is_the_deterministic_run(deal: Path) -> None:
    prepared = prepare(deal)
    drawn = drawn_beside(prepared, everything(prepared, COPULAS[0], 0.0), Numbers(1, 0, 20))
    _, _, lines, _ = pay_paths(prepared, project(prepared.resolved_pool, drawn.performance, keep_flows=False))
    for line, values in calculate(prepared).lines.items():
        assert (lines[line] == values).all(), line


@pytest.mark.parametrize("table", ["recovery", "late", "prepayment", "rights"])
def test_a_table_left_out_draws_nothing_and_moves_nothing_else(table: str) -> None:
    prepared = prepare("lithium-battery")
    whole = everything(prepared, COPULAS[0])
    nothing: Any = () if table == "recovery" else None
    fewer = whole.model_copy(update={table: nothing})
    one, other = (drawn_beside(prepared, each, Numbers(2, 0, 50)).performance for each in (whole, fewer))
    for name, named in one.defaults.items():
        assert (other.defaults[name].dates == named.dates).all()
        assert table != "recovery" or other.defaults[name].recoveries is None
    for field, of in (("delays", "late"), ("prepayments", "prepayment"), ("failures", "rights")):
        assert getattr(one, field)
        assert bool(getattr(other, field)) == (table != of)
    for name, delays in other.delays.items():
        assert (delays == one.delays[name]).all()


def test_failures_bite_in_the_cash() -> None:
    """Where the contract says so: fees are cut, rights are bought back."""
    for deal in DEALS:
        prepared = prepare(deal)
        contracts = prepared.resolved_pool.claims
        consequences = {one.contract.consequence("lapse") for one in contracts if one.rights}
        rights = everything(prepared, COPULAS[0]).rights
        only = written(hazard=0.0, rights=None).model_copy(update={"rights": rights})
        found = project(
            prepared.resolved_pool,
            drawn_beside(prepared, only, Numbers(3, 0, 50)).performance,
            keep_flows=False,
        )
        lost = sum((one.lost for one in found.contracts), np.zeros(50, np.int64))
        bought = found.streams["prepayment"].sum(axis=1)
        assert bool(lost.any()) == ("cut" in consequences), deal
        assert bool((bought > 0).any()) == ("repurchase" in consequences), deal


WRITTEN = """
name = "everything"
hazard = 0.15
loading = 0.5
[[recovery]]
source = "pledged rights"
mean = 0.2
deviation = 0.15
loading = 0.6
cost_amount = 100_000
[late]
probability = 0.2
delays = [{ days = 20, share = 0.5 }, { days = 200, share = 0.5 }]
persistence = 0.5
[prepayment]
hazard = 0.1
[rights]
lapse = { curve = "domestic-company" }
"""


def test_a_run_is_the_same_in_blocks_and_replays_from_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "everything.toml"
    file.write_text(WRITTEN, encoding="utf-8")
    done = securitize.run("lithium-battery", performance=file, paths=300, seed=5, output=tmp_path / "out")
    for path in (0, 17, 299):
        replayed(done, path)  # refuses other cents
    plain = tmp_path / "plain.toml"
    plain.write_text(
        WRITTEN.split("[[recovery]]", maxsplit=1)[0].replace("everything", "plain"), encoding="utf-8"
    )
    less = securitize.run("lithium-battery", performance=plain, paths=300, seed=5, store=False)
    one, other = done.table("path_pool"), less.table("path_pool")
    # Who defaults is as before; what comes in is not.
    assert (one["obligors_defaulted"] == other["obligors_defaulted"]).all()
    assert (one["collected_minor"] != other["collected_minor"]).any()
    prepared = prepare("lithium-battery", draw=Draw(str(file), 300, 5))
    found = [simulate(calculate(prepared), workers=w, block=b).collected for w, b in ((1, 77), (2, 128))]
    assert (found[0] == found[1]).all()
    assert (found[0] == one["collected_minor"].to_numpy()).all()
