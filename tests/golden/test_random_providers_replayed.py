"""Paths with guarantors that default at random, replayed alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import securitize
from securitize.assets.collections import project
from securitize.base.money import RATE_UNITS
from securitize.base.streams import Numbers
from securitize.engine.calculation import calculate, given_path, pay_paths
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.reference_case import differences, reference_case
from securitize.performance.random.draw import draw
from tests.golden.provider_deals import ALL, GUARANTEE, ONE, prepared_with, steps_with, without_limit, written


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("providers")


def replay(prepared: Prepared, paths: int) -> int:
    """Every path alone has the cents that it has among the others; returns the paths in which support pays less."""
    assert prepared.random is not None
    drawn = draw(prepared.random, prepared.performance, Numbers(7, 1000, 1000 + paths))
    pool = project(prepared.resolved_pool, drawn.performance, keep_flows=False)
    _, _, lines, _ = pay_paths(prepared, pool, varying=drawn.period_inputs)
    for path in range(paths):
        alone = calculate(given_path(prepared, drawn, path))
        for line, values in alone.lines.items():
            assert (lines[line][path] == values).all(), (path, line)
        among = {line: values[path][None, :] for line, values in lines.items()}
        assert differences(reference_case(alone), among) == [], path
    lower = np.array(
        [values.min(axis=1) < RATE_UNITS for name, values in drawn.period_inputs.items() if "pays" in name]
    )
    drew = sum(lines[line].sum(axis=1) for line in lines if line[0] == "support" and line[-1] == "drawn")
    return int((lower.any(axis=0) & (np.asarray(drew) > 0)).sum())


HARSH = f"{ONE}hazard = 0.3\nrecovery = 0.3333\n"
CASES: dict[str, tuple[str, str]] = {
    "undertaking": ("guangzhou-2019", HARSH),
    "undertaking and loans": (
        "nanshan-5-2022",
        f'{HARSH}company = "x"\n[providers.loans]\ncompany = "x"\nsource = "{GUARANTEE}"\n',
    ),
    "party": ("ningbo-1-2024", "[providers.guarantor]\nhazard = 0.3\nrecovery = 0.1234\n"),
    "all": ("lithium-battery", f"{ALL}recovery = 0.4\n"),
    "guaranty": ("biopharma-2000", "[providers.guaranty]\nhazard = 0.3\nrecovery = 0.1\n"),
    "two": ("", f"{HARSH}[providers.second]\nhazard = 0.5\nrecovery = 0.7\n"),
}


def case_of(desk: Path, name: str) -> Prepared:
    deal, text = CASES[name]
    behind = without_limit(desk, *steps_with('"second", "undertaking"'))
    return prepared_with(deal or behind, written(desk, text))


@pytest.mark.parametrize("case", CASES)
def test_paths_with_providers_in_default_replayed_alone_have_the_same_cents(desk: Path, case: str) -> None:
    assert replay(case_of(desk, case), 15) > 0


@pytest.mark.deep(part="paths")
@pytest.mark.parametrize("case", CASES)
def test_many_paths_with_providers_in_default_have_the_same_cents(desk: Path, case: str) -> None:
    assert replay(case_of(desk, case), 400) > 0


def test_the_shipped_chain_replays_too_and_traces(tmp_path: Path) -> None:
    from securitize.studies.run.path_replay import replayed

    prepared = prepared_with("lithium-battery", "lithium-battery-chain")
    replay(prepared, 20)
    done = securitize.run(
        "lithium-battery", performance="lithium-battery-chain", paths=300, seed=5, output=tmp_path / "out"
    )
    assert "pool/chains/lithium-battery.toml" in (done.stored.manifest.inputs if done.stored else ())
    pool = done.table("path_pool")
    replayed(done, int(pool["defaulted_minor"].to_numpy().argmax()))
    assert (done.about["support"], done.about["providers"]) == (0, 1)
