"""Verification: every byte of a run is watched, a forged run is found by calculating it again."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from securitize.base.errors import EXIT_BREACH, EXIT_NOT_REPRODUCED, SecuritizeError, UsageError
from securitize.store.identity import canonical, id_of, sha256
from securitize.store.manifest import DATA_PACKAGE, MANIFEST, SEAL, seal
from securitize.store.store import claim
from securitize.store.stored import StoredRun, open_run
from securitize.studies.diff.contents import counts_for_gate
from securitize.studies.diff.fields import InputChange
from securitize.studies.proof import verify
from securitize.studies.proof.leaves import same
from securitize.studies.proof.recalculation import Remade, made_again
from securitize.studies.proof.replay import replay_in_reference
from securitize.studies.proof.standalone import standalone
from securitize.studies.run import api
from securitize.studies.stress.api import stress
from securitize.tables.parquet import to_bytes
from tests.cli.program import securitize as program
from tests.faults.small_run import FACTS, identity, small_tables


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small") / "run"
    with claim(folder, identity()) as claimed:
        claimed.write(small_tables(), FACTS)
    return folder


def is_found(folder: Path) -> bool:
    """Whether something is wrong with the run, however it is told."""
    try:
        return bool(open_run(folder).verify())
    except SecuritizeError:
        return True


def flip(folder: Path, every: int) -> int:
    """Flip one bit of every so many bytes of each file, and back; returns how many were tried."""
    tried = 0
    for file in sorted(folder.rglob("*")):
        if not file.is_file():
            continue
        whole = file.read_bytes()
        for place in range(0, len(whole), every):
            data = bytearray(whole)
            data[place] ^= 1 << (place % 8)
            file.write_bytes(bytes(data))
            assert is_found(folder), f"byte {place} of {file.name}"
            tried += 1
        file.write_bytes(whole)
    assert not is_found(folder)
    return tried


def test_a_flipped_byte_is_found(small: Path) -> None:
    assert flip(small, 23) > 500


@pytest.mark.deep(part="bytes")
def test_every_flipped_byte_is_found(small: Path) -> None:
    assert flip(small, 1) == sum(file.stat().st_size for file in small.rglob("*") if file.is_file())


def test_files_that_are_missing_or_too_many_are_found(small: Path, tmp_path: Path) -> None:
    for name in ("tables/support.parquet", "inputs/deal.toml", MANIFEST, SEAL):
        copy = tmp_path / name.replace("/", "-")
        shutil.copytree(small, copy)
        (copy / name).unlink()
        assert is_found(copy), name
    copy = tmp_path / "more"
    shutil.copytree(small, copy)
    (copy / "tables" / "own.parquet").write_bytes(b"")
    assert is_found(copy)


def forged(
    run: Path, to: Path, name: str, change: Callable[[list[Any]], list[Any]], column: str
) -> StoredRun:
    """A copy in which the cells of a column are others, their digests and the seal made anew."""
    shutil.copytree(run, to)
    stored = open_run(to)
    table = stored.table(name)
    field = table.schema.field(column)
    cells = pa.array(change(table[column].to_pylist()), field.type)
    data = to_bytes(table.set_column(table.schema.names.index(column), field, cells))
    package = json.loads(stored.package())
    for one in package["resources"]:
        if one["name"] == name:
            one |= {"bytes": len(data), "hash": f"sha256:{sha256(data)}"}
    (to / "tables" / f"{name}.parquet").write_bytes(data)
    (to / DATA_PACKAGE).write_bytes(canonical(package))
    digests = {"bytes": len(canonical(package)), "sha256": sha256(canonical(package))}
    tables = {name: {"bytes": len(data), "sha256": sha256(data)}}
    return resealed(to, {"data_package": digests, "tables": tables})


def resealed(folder: Path, changes: Mapping[str, Any], *, with_id: bool = False) -> StoredRun:
    """The run with other leaves in its manifest, sealed anew."""
    content = json.loads((folder / MANIFEST).read_bytes())
    _put(content, changes)
    if with_id:
        digests = {name: entry["sha256"] for name, entry in content["inputs"].items()}
        content["id"] = id_of(digests, content["options"], content["version"], content["seed"])
    (folder / MANIFEST).write_bytes(canonical(content))
    (folder / SEAL).write_bytes(seal(canonical(content)))
    return open_run(folder)


def _put(content: dict[str, Any], changes: Mapping[str, Any]) -> None:
    for key, value in changes.items():
        if isinstance(value, Mapping) and isinstance(content.get(key), dict):
            _put(content[key], value)
        else:
            content[key] = value


@pytest.fixture(scope="module")
def nanshan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nanshan") / "run"
    api.run("nanshan-5-2022", output=folder)
    return folder


@pytest.fixture(scope="module")
def again(nanshan: Path) -> Remade:
    """The run made again."""
    return made_again(open_run(nanshan))


def _a_cent_more(cells: list[Any]) -> list[Any]:
    return [cells[0] + Decimal("0.01"), *cells[1:]]


def test_a_forged_run_passes_its_digests_and_fails_its_rerun(nanshan: Path, tmp_path: Path) -> None:
    stored = forged(nanshan, tmp_path / "forged", "note_measures", _a_cent_more, "total_interest")
    assert stored.verify() == []
    found = verify.rerun(stored)
    assert found.outcome == "not-verified"
    assert list(found.differing) == ["note_measures"]
    assert "total_interest" in found.differing["note_measures"]


def test_the_reference_finds_a_cent_that_is_stored_otherwise(nanshan: Path, tmp_path: Path) -> None:
    stored = forged(nanshan, tmp_path / "forged", "note_cash_flows", _a_cent_more, "interest_paid")
    (found,) = replay_in_reference(stored, 0).differences
    assert "interest_paid" in found


@pytest.mark.parametrize(
    "drawn",
    [
        {},
        {"performance": "assumed-small-companies", "paths": 700, "seed": 5, "keep_paths": 3},
        {"performance": "assumed-small-companies", "paths": 600, "sampling": "importance"},
        {"performance": "assumed-small-companies", "paths": 900, "target_error": "sub=0.02"},
    ],
    ids=["told", "kept", "importance", "target"],
)
def test_a_run_calculated_again_has_the_same_bytes(drawn: dict[str, object], tmp_path: Path) -> None:
    made = api.run("nanshan-5-2022", "nanshan-5-2022-severe", output=tmp_path / "run", **drawn)  # type: ignore[arg-type]
    assert made.stored is not None
    found = verify.rerun(made.stored)
    assert found.passes
    assert found.versions == ()
    assert sorted(found.identical) == sorted(made.names)
    replayed = replay_in_reference(made.stored, 4)
    assert replayed.differences == ()
    assert len(replayed.paths) == (4 if drawn else 0)


NUMPY = {"environment": {"libraries": {"numpy": "1.26.4"}}}


def test_another_version_is_told_and_the_run_reproduced_not_verified(
    nanshan: Path, again: Remade, tmp_path: Path
) -> None:
    shutil.copytree(nanshan, tmp_path / "run")
    found = verify.compared(resealed(tmp_path / "run", NUMPY), again)
    assert (found.outcome, found.passes) == ("reproduced", False)
    (told,) = found.versions
    assert "numpy" in told


@pytest.mark.parametrize(
    ("table", "column", "change", "outcome"),
    [
        (
            "note_cash_flows",
            "interest_paid",
            lambda cells: [one + Decimal("0.01") for one in cells],
            "not-reproduced",
        ),
        ("note_measures", "wal_years", lambda cells: [one * (1 + 1e-13) for one in cells], "reproduced"),
        ("note_measures", "wal_years", lambda cells: [one * (1 + 1e-11) for one in cells], "not-reproduced"),
        ("note_measures", "rank", lambda cells: [one + 1 for one in cells], "not-reproduced"),
        (
            "payment_dates",
            "payment_date",
            lambda cells: [one + dt.timedelta(1) for one in cells],
            "not-reproduced",
        ),
    ],
)
def test_under_another_version_only_a_ratio_has_a_tolerance(
    table: str,
    column: str,
    change: Callable[[list[Any]], list[Any]],
    outcome: str,
    nanshan: Path,
    again: Remade,
    tmp_path: Path,
) -> None:
    forged(nanshan, tmp_path / "run", table, change, column)
    assert verify.compared(resealed(tmp_path / "run", NUMPY), again).outcome == outcome
    # The same cells on the same versions: no tolerance at all.
    here = forged(nanshan, tmp_path / "here", table, change, column)
    assert verify.compared(here, again).outcome == "not-verified"


@pytest.mark.parametrize(
    "changes",
    [
        {"environment": {"libraries": {"numpy": "newest"}}},
        {"environment": {"libraries": {"torch": "2.0"}}},
        {"environment": {"libraries": {"pyarrow": "1.0.0"}}},
        {"environment": {"processor_features": ["SSE2", "AVX"]}},
        {"environment": {"host": "machine-7"}},
        {"environment": {"byte_order": "middle"}},
        {"engine_version": "0123"},
    ],
    ids=repr,
)
def test_what_may_differ_has_its_form(
    changes: Mapping[str, Any], nanshan: Path, again: Remade, tmp_path: Path
) -> None:
    shutil.copytree(nanshan, tmp_path / "run")
    found = verify.compared(resealed(tmp_path / "run", changes), again)
    assert found.outcome == "not-verified"
    assert found.faults


def test_a_program_with_the_same_engine_proves_and_one_with_another_does_not(
    nanshan: Path, again: Remade, tmp_path: Path
) -> None:
    shutil.copytree(nanshan, tmp_path / "run")
    other = {"version": "0.1.0+0123456789ab"}
    stored = resealed(tmp_path / "run", other, with_id=True)
    # The data package is named for the run.
    package = json.loads(stored.package()) | {"name": f"securitize-run-{stored.id}"}
    (tmp_path / "run" / DATA_PACKAGE).write_bytes(canonical(package))
    entry = {"bytes": len(canonical(package)), "sha256": sha256(canonical(package))}
    found = verify.compared(resealed(tmp_path / "run", {"data_package": entry}), again)
    assert (found.outcome, found.program) == ("verified", other["version"])
    found = verify.compared(resealed(tmp_path / "run", {"engine_version": "0123456789abcdef"}), again)
    assert found.outcome == "other-program"
    assert found.differing == {}


def test_a_stress_result_made_again_has_the_same_bytes_and_cents(tmp_path: Path) -> None:
    made = stress(
        "xoma-vabysmo-2023", "disclosure", paths=400, output=tmp_path / "result", workers=2, searches=False
    )
    assert made.stored is not None
    shutil.move(tmp_path / "result", tmp_path / "elsewhere")
    stored = open_run(tmp_path / "elsewhere")
    found = verify.rerun(stored)
    assert found.outcome == "verified"
    assert sorted(found.identical) == sorted(made.names)
    assert set(found.same) == {MANIFEST, DATA_PACKAGE, *stored.manifest.results}
    replayed = replay_in_reference(stored, 5)
    assert replayed.differences == ()
    assert replayed.scenarios == 1 + int(str(made.about["scenarios"]))
    assert [path for _, path in replayed.pairs] == [0, 80, 160, 240, 320]
    assert replayed.pairs[0][0] == "base"
    assert len({name for name, _ in replayed.pairs}) == min(5, replayed.scenarios)
    severe = forged(stored.path, tmp_path / "forged", "stress_balances", _last_a_cent_more, "interest_paid")
    (differs,) = replay_in_reference(severe, 0).differences
    assert "interest_paid" in differs
    told = by_itself(standalone(severe, 3), tmp_path / "standalone.py")
    assert told.returncode == 1
    assert told.stdout.count("DIFFERS") == 1
    assert "random paths: 3 compared; each scenario here has 400" in told.stdout


def _last_a_cent_more(cells: list[Any]) -> list[Any]:
    return [*cells[:-1], cells[-1] + Decimal("0.01")]


def by_itself(text: str, file: Path) -> subprocess.CompletedProcess[str]:
    """A standalone file in a Python without the packages of this environment."""
    file.write_text(text, encoding="utf-8")
    command = [sys.executable, "-I", "-S", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", env={})


def test_a_run_of_nothing_cannot_be_calculated_again(small: Path) -> None:
    with pytest.raises(UsageError):
        replay_in_reference(_without_deal(small), 0)


def _without_deal(folder: Path) -> StoredRun:
    stored = open_run(folder)
    inputs = {name: entry for name, entry in stored.manifest.inputs.items() if name != "deal.toml"}
    return replace(stored, manifest=replace(stored.manifest, inputs=inputs))


def test_only_floating_point_numbers_are_the_same_within_a_tolerance() -> None:
    assert not same(Decimal("1.00"), Decimal("1.01"), 1e-12)
    assert same(1.0, 1.0 + 1e-13, 1e-12)
    assert not same(1.0, 1.0 + 1e-13, 0.0)
    assert not same(1.0, 1.0 + 1e-10, 1e-12)
    assert not same(1, True, 1e-12)
    assert not same("a", "b", 1e-12)
    assert not same(None, 0.0, 1e-12)


@pytest.mark.parametrize(
    ("path", "before", "after", "counts"),
    [
        ("warnings", "[]", "['deal.toml:5: notes.A1: the note is late  [SEC350]']", True),
        ("warnings[0]", "pays 1,000.00 from 2026-01-05  [SEC351]", "pays 2.50 from 2026-02-05  [SEC351]", False),
        ("warnings[0]", "deal.toml:5: notes.A1: late  [SEC350]", "deal.toml:9: notes.A2: late  [SEC350]", True),
        ("warnings[0]", "deal.toml:5: notes.A1: out  [SEC341]", "deal.toml:5: notes.A1: out  [SEC342]", True),
        ("about.title", "One", "Two", True),
        ("about.paths", "1", "2", False),
    ],
)  # fmt: skip
def test_a_warning_that_comes_or_goes_stops_a_gate_and_its_figures_do_not(
    path: str, before: str, after: str, counts: bool
) -> None:
    assert counts_for_gate(InputChange(MANIFEST, path, before, after)) == counts
    assert counts_for_gate(InputChange("datapackage.json", path, before, after))
    assert not counts_for_gate(InputChange("reports/report.html", "", before, after))


def test_exit_codes_of_what_is_not_reproduced_and_of_what_diff_finds(nanshan: Path, tmp_path: Path) -> None:
    forged(nanshan, tmp_path / "run", "note_cash_flows", _a_cent_more, "interest_paid")
    resealed(tmp_path / "run", NUMPY)
    done = program("verify", "run", "--rerun", cwd=tmp_path)
    assert done.returncode == EXIT_NOT_REPRODUCED, done.stderr
    assert "not reproduced here" in " ".join(done.stdout.split())
    assert "recalculation: not verified" in done.stdout
    assert "verified" not in done.stdout.splitlines()
    shutil.copytree(nanshan, tmp_path / "titled")
    resealed(tmp_path / "titled", {"about": {"title": "Another deal"}})
    seen = program("diff", str(nanshan), "titled", "--fail-above", "0", cwd=tmp_path)
    assert seen.returncode == EXIT_BREACH
    assert "about.title" in seen.stdout
    (tmp_path / "titled" / "empty").mkdir()
    found = program("diff", str(nanshan), "titled", cwd=tmp_path)
    assert found.returncode == EXIT_BREACH
    assert "is an empty folder" in found.stdout
