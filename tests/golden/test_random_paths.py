"""Random paths of every shipped deal: one at a time, by the deterministic engine and by the reference interpreter."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from securitize.assets.collections import project
from securitize.base.arithmetic import Int64
from securitize.base.streams import Numbers
from securitize.engine.calculation import calculate, given_path, pay_paths
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.reference_case import differences, reference_case
from securitize.library import list_deals
from securitize.performance.random.companies import ObligorRisk
from securitize.performance.random.copulas import Copula, double_t, gaussian, student_t
from securitize.performance.random.draw import Drawn, Factors, RandomModel, draw
from securitize.performance.random.obligors import RandomDefaults, default_dates
from securitize.performance.resolved import NEVER

DEALS = [deal.path for deal in list_deals()]
COPULAS = [gaussian(), student_t(4), double_t(None, 5)]


def defaults(prepared: Prepared, copula: Copula, hazard: float = 0.15) -> RandomDefaults:
    obligors = {
        name: ObligorRisk(hazard * (1 + 0.1 * k), 0.5) for k, name in enumerate(prepared.pool.obligors)
    }
    return RandomDefaults(copula, obligors, prepared.pool, prepared.schedule)


def drawn_beside(prepared: Prepared, process: RandomDefaults, numbers: Numbers) -> Drawn:
    return draw(RandomModel(process.copula, (process,)), prepared.performance, numbers)


def dates_of(process: RandomDefaults, numbers: Numbers) -> dict[str, Int64]:
    return default_dates(process, numbers, Factors(*process.copula.shared(numbers)))


def replay(deal: Path, copula: Copula, paths: int) -> int:
    """Every path alone has the cents that it has among the others; returns the paths with a default."""
    prepared = prepare(deal)
    drawn = drawn_beside(prepared, defaults(prepared, copula), Numbers(7, 1000, 1000 + paths))
    _, _, lines, _ = pay_paths(prepared, project(prepared.resolved_pool, drawn.performance, keep_flows=False))
    for path in range(paths):
        alone = calculate(given_path(prepared, drawn, path))
        for line, values in alone.lines.items():
            assert (lines[line][path] == values).all(), (path, line)
        among = {line: values[path][None, :] for line, values in lines.items()}
        assert differences(reference_case(alone), among) == [], path
    dates = np.array([named.dates for named in drawn.performance.defaults.values()])
    return int((dates < NEVER).any(axis=0).sum())


@pytest.mark.parametrize("deal", DEALS, ids=lambda path: path.stem)
def test_paths_replayed_alone_have_the_same_cents(deal: Path) -> None:
    assert replay(deal, COPULAS[DEALS.index(deal) % 3], 24) > 0


@pytest.mark.deep(part="paths")
@pytest.mark.parametrize("copula", COPULAS, ids=lambda copula: copula.name)
@pytest.mark.parametrize("deal", DEALS, ids=lambda path: path.stem)
def test_many_paths_replayed_alone_have_the_same_cents(deal: Path, copula: Copula) -> None:
    assert replay(deal, copula, 200) > 0


@pytest.mark.parametrize("deal", DEALS, ids=lambda path: path.stem)
def test_without_hazard_every_path_is_the_deterministic_run(deal: Path) -> None:
    prepared = prepare(deal)
    drawn = drawn_beside(prepared, defaults(prepared, gaussian(), hazard=0), Numbers(1, 0, 50))
    _, _, lines, _ = pay_paths(prepared, project(prepared.resolved_pool, drawn.performance, keep_flows=False))
    for line, values in calculate(prepared).lines.items():
        assert (lines[line] == values).all(), line


def test_blocks_of_paths_are_parts_of_the_whole() -> None:
    prepared = prepare("guangzhou-2019")
    risks = defaults(prepared, student_t(4))
    whole = dates_of(risks, Numbers(3, 0, 3000))
    for first, after in ((0, 1500), (1500, 3000), (1023, 1025)):
        part = dates_of(risks, Numbers(3, first, after))
        assert all((part[name] == dates[first:after]).all() for name, dates in whole.items())
    fewer = replace(risks, obligors=dict(list(risks.obligors.items())[2:4]))
    alone = dates_of(fewer, Numbers(3, 0, 3000))
    assert all((whole[name] == dates).all() for name, dates in alone.items())


def test_dates_have_the_probabilities_of_their_hazards() -> None:
    prepared = prepare("guangzhou-2019")
    risks, paths = defaults(prepared, double_t(None, 5)), 100_000
    ends = [day.toordinal() for day in prepared.schedule.collection]
    for name, dates in dates_of(risks, Numbers(9, 0, paths)).items():
        assert dates.min() > ends[0]
        assert dates[dates < NEVER].max() <= ends[-1]
        for end in ends[1:]:
            expected = -np.expm1(-risks.obligors[name].hazard * (end - ends[0]) / 365)
            error = np.sqrt(expected * (1 - expected) / paths)
            assert abs((dates <= end).mean() - expected) <= 4 * error, (name, end)
        within = (dates[dates <= ends[1]] - ends[0] - 0.5) / (ends[1] - ends[0])
        assert abs(within.mean() - 0.5) <= 4 / np.sqrt(12 * len(within))


def test_a_told_default_stays_unless_it_is_drawn_sooner() -> None:
    prepared = prepare("guangzhou-2019", "guangzhou-2019-largest-obligor")
    (name, named), *_ = prepared.performance.defaults.items()
    drawn = drawn_beside(prepared, defaults(prepared, gaussian()), Numbers(2, 0, 500))
    found = drawn.performance.defaults[name]
    assert found.recoveries == named.recoveries
    assert found.dates.max() == named.dates[0]
    assert found.dates.min() < named.dates[0]


def test_what_cannot_be_drawn_is_refused() -> None:
    prepared = prepare("guangzhou-2019")
    risks = defaults(prepared, gaussian())
    (name, *_) = prepared.pool.obligors
    with pytest.raises(ValueError, match="not negative"):
        replace(risks, obligors={name: ObligorRisk(-0.1, 0)})
    with pytest.raises(ValueError, match="nobody"):
        replace(risks, obligors={"nobody": ObligorRisk(0.1, 0)})
    drawn = drawn_beside(prepared, risks, Numbers(1, 0, 2))
    with pytest.raises(ValueError, match="one path"):
        draw(RandomModel(gaussian(), (risks,)), drawn.performance, Numbers(1, 0, 2))
    assert dates_of(replace(risks, obligors={}), Numbers(1, 0, 2)) == {}
