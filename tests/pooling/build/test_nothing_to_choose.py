"""Files of candidates that hold nothing, or of which nothing is left, and pools into which nothing may come."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from securitize.base.errors import DefinitionError, InfeasibleError, UsageError
from securitize.studies.pool import build as building

SHIPPED = Path(__file__).parents[3] / "pools/lithium-battery"


@pytest.fixture
def pool(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "pool"))


@pytest.mark.parametrize("table", building.NEEDED)
def test_a_heading_alone_is_refused_with_its_file(table: str, pool: Path) -> None:
    file = pool / f"{table}.csv"
    file.write_bytes(file.read_bytes().split(b"\n", 1)[0] + b"\n")
    with pytest.raises(DefinitionError) as refused:
        building.read(building.prepare_build(pool))
    (problem,) = refused.value.problems
    assert (problem.file, problem.line, problem.code) == (str(file), 1, "SEC400")
    assert problem.what == "the file holds no rows"


def test_rows_that_are_all_rejected_are_listed(pool: Path) -> None:
    file = pool / "patents.csv"
    heading, *rows = file.read_text(encoding="utf-8").splitlines()
    damaged = [f"129-311,{row.partition(',')[2]}" for row in rows[:3]]
    file.write_text("\n".join([heading, *damaged, ""]), encoding="utf-8")
    with pytest.raises(DefinitionError) as refused:
        building.read(building.prepare_build(pool))
    first, *others = refused.value.problems
    assert first.what == "no row of the file can be used: all 3 are rejected"
    assert [one.line for one in others] == [2, 3, 4]


def test_events_and_comparables_may_hold_nothing(pool: Path) -> None:
    for table in ("legal_events", "comparables"):
        file = pool / f"{table}.csv"
        file.write_bytes(file.read_bytes().split(b"\n", 1)[0] + b"\n")
    assert building.read(building.prepare_build(pool)).patents.num_rows


def test_without_limits_and_contracts_that_pass_there_is_no_pool(pool: Path, tmp_path: Path) -> None:
    file = pool / "build.toml"
    terms, _, _ = file.read_text(encoding="utf-8").partition("[limits.")
    terms = terms.replace("legal_final = 2029-12-31", "legal_final = 2025-07-31")
    file.write_text(terms, encoding="utf-8")
    with pytest.raises(InfeasibleError, match="there is nothing to choose from"):
        building.build(pool, output=tmp_path / "built")
    assert not (tmp_path / "built").exists()


def test_a_bound_of_a_frontier_is_finite() -> None:
    with pytest.raises(UsageError):
        building.frontier("lithium-battery", "size", float("nan"), 1.0, 3)
