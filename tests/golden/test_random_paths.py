"""Random paths of every shipped deal: one at a time, by the deterministic engine and by the reference interpreter."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from securitize.assets.collections import project
from securitize.library import list_deals
from securitize.performance.copulas import Copula, double_t, gaussian, student_t
from securitize.performance.random_defaults import (
    ObligorRisk,
    RandomDefaults,
    default_dates,
    path_of,
    with_random_defaults,
)
from securitize.performance.resolved import NEVER
from securitize.runs.calculation import calculate, pay_paths
from securitize.runs.prepare import Prepared, prepare
from tests.golden.test_shipped_against_reference import as_case
from tests.properties.comparison import differences

DEALS = [deal.path for deal in list_deals()]
COPULAS = [gaussian(), student_t(4), double_t(None, 5)]


def model(prepared: Prepared, copula: Copula, hazard: float = 0.15) -> RandomDefaults:
    return RandomDefaults(
        copula,
        {name: ObligorRisk(hazard * (1 + 0.1 * k), 0.5) for k, name in enumerate(prepared.pool.obligors)},
    )


def replay(deal: Path, copula: Copula, paths: int) -> int:
    """Every path alone has the cents that it has among the others; returns the paths with a default."""
    prepared = prepare(deal)
    drawn = with_random_defaults(
        prepared.performance, model(prepared, copula), prepared.pool, prepared.schedule, 7, 1000, 1000 + paths
    )
    _, _, lines, _ = pay_paths(prepared, project(prepared.resolved_pool, drawn, keep_flows=False))
    for path in range(paths):
        alone = calculate(replace(prepared, performance=path_of(drawn, path)))
        for line, values in alone.lines.items():
            assert (lines[line][path] == values).all(), (path, line)
        among = {line: values[path][None, :] for line, values in lines.items()}
        assert differences(as_case(alone), among) == [], path
    dates = np.array([named.dates for named in drawn.defaults.values()])
    return int((dates < NEVER).any(axis=0).sum())


@pytest.mark.parametrize("deal", DEALS, ids=lambda path: path.stem)
def test_paths_replayed_alone_have_the_same_cents(deal: Path) -> None:
    assert replay(deal, COPULAS[DEALS.index(deal) % 3], 60) > 0


@pytest.mark.deep
@pytest.mark.parametrize("copula", COPULAS, ids=lambda copula: copula.name)
@pytest.mark.parametrize("deal", DEALS, ids=lambda path: path.stem)
def test_many_paths_replayed_alone_have_the_same_cents(deal: Path, copula: Copula) -> None:
    assert replay(deal, copula, 200) > 0


@pytest.mark.parametrize("deal", DEALS, ids=lambda path: path.stem)
def test_without_hazard_every_path_is_the_deterministic_run(deal: Path) -> None:
    prepared = prepare(deal)
    drawn = with_random_defaults(
        prepared.performance,
        model(prepared, gaussian(), hazard=0),
        prepared.pool,
        prepared.schedule,
        1,
        0,
        50,
    )
    _, _, lines, _ = pay_paths(prepared, project(prepared.resolved_pool, drawn, keep_flows=False))
    for line, values in calculate(prepared).lines.items():
        assert (lines[line] == values).all(), line


def test_blocks_of_paths_are_parts_of_the_whole() -> None:
    prepared = prepare("guangzhou-2019")
    risks = model(prepared, student_t(4))
    whole = default_dates(risks, prepared.schedule, 3, 0, 3000)
    for first, after in ((0, 1500), (1500, 3000), (1023, 1025)):
        part = default_dates(risks, prepared.schedule, 3, first, after)
        assert all((part[name] == dates[first:after]).all() for name, dates in whole.items())
    fewer = RandomDefaults(risks.copula, dict(list(risks.obligors.items())[2:4]))
    alone = default_dates(fewer, prepared.schedule, 3, 0, 3000)
    assert all((whole[name] == dates).all() for name, dates in alone.items())


def test_dates_have_the_probabilities_of_their_hazards() -> None:
    prepared = prepare("guangzhou-2019")
    risks, paths = model(prepared, double_t(None, 5)), 100_000
    ends = [day.toordinal() for day in prepared.schedule.collection]
    for name, dates in default_dates(risks, prepared.schedule, 9, 0, paths).items():
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
    drawn = with_random_defaults(
        prepared.performance, model(prepared, gaussian()), prepared.pool, prepared.schedule, 2, 0, 500
    )
    assert drawn.defaults[name].recoveries == named.recoveries
    assert drawn.defaults[name].dates.max() == named.dates[0]
    assert drawn.defaults[name].dates.min() < named.dates[0]


def test_what_cannot_be_drawn_is_refused() -> None:
    prepared = prepare("guangzhou-2019")
    performance, pool, schedule = prepared.performance, prepared.pool, prepared.schedule
    with pytest.raises(ValueError, match="not negative"):
        default_dates(RandomDefaults(gaussian(), {"a": ObligorRisk(-0.1, 0)}), schedule, 1, 0, 1)
    stranger = RandomDefaults(gaussian(), {"nobody": ObligorRisk(0.1, 0)})
    with pytest.raises(ValueError, match="nobody"):
        with_random_defaults(performance, stranger, pool, schedule, 1, 0, 1)
    drawn = with_random_defaults(performance, model(prepared, gaussian()), pool, schedule, 1, 0, 2)
    with pytest.raises(ValueError, match="one path"):
        with_random_defaults(drawn, model(prepared, gaussian()), pool, schedule, 1, 0, 2)
    assert default_dates(RandomDefaults(gaussian(), {}), schedule, 1, 0, 1) == {}
