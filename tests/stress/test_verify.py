"""Verification: every byte of a run is watched, a forged run is found by calculating it again."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from securitize.base.errors import SecuritizeError, UsageError
from securitize.store.identity import canonical, sha256
from securitize.store.manifest import MANIFEST, SEAL, seal
from securitize.store.store import claim
from securitize.store.stored import StoredRun, open_run
from securitize.studies.proof import verify
from securitize.studies.run import api
from securitize.studies.stress.api import stress
from securitize.tables.parquet import to_bytes
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


def forged(run: Path, to: Path) -> StoredRun:
    """A copy in which a cent of a table is another one, its digest and the seal made anew."""
    shutil.copytree(run, to)
    stored = open_run(to)
    table = stored.table("note_measures")
    place, interest = table.column_names.index("total_interest"), table["total_interest"].to_pylist()
    interest[0] += Decimal("0.02")
    field = table.schema.field("total_interest")
    changed = table.set_column(place, field, pa.array(interest, field.type))
    data = to_bytes(changed)
    (to / "tables" / "note_measures.parquet").write_bytes(data)
    manifest = json.loads((to / MANIFEST).read_bytes())
    manifest["tables"]["note_measures"] |= {"bytes": len(data), "sha256": sha256(data)}
    (to / MANIFEST).write_bytes(canonical(manifest))
    (to / SEAL).write_bytes(seal(canonical(manifest)))
    return open_run(to)


def test_a_forged_run_passes_its_digests_and_fails_its_rerun(tmp_path: Path) -> None:
    api.run("nanshan-5-2022", output=tmp_path / "run")
    stored = forged(tmp_path / "run", tmp_path / "forged")
    assert stored.verify() == []
    found = verify.rerun(stored)
    assert not found.passes
    assert list(found.differing) == ["note_measures"]
    assert "total_interest" in found.differing["note_measures"]


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
    replayed = verify.replay_in_reference(made.stored, 4)
    assert replayed.differences == ()
    assert len(replayed.paths) == (4 if drawn else 0)


def test_another_version_is_told_and_compared_within_the_tolerance(tmp_path: Path) -> None:
    api.run("nanshan-5-2022", output=tmp_path / "run")
    manifest = json.loads((tmp_path / "run" / MANIFEST).read_bytes())
    manifest["environment"]["libraries"]["numpy"] = "1.0"
    (tmp_path / "run" / MANIFEST).write_bytes(canonical(manifest))
    (tmp_path / "run" / SEAL).write_bytes(seal(canonical(manifest)))
    found = verify.rerun(open_run(tmp_path / "run"))
    assert found.passes
    assert len(found.versions) == 1
    assert "numpy" in found.versions[0]


def test_a_stress_result_calculated_again_has_the_same_bytes(tmp_path: Path) -> None:
    made = stress(
        "xoma-vabysmo-2023", "disclosure", paths=400, output=tmp_path / "result", workers=2, searches=False
    )
    assert made.stored is not None
    shutil.move(tmp_path / "result", tmp_path / "elsewhere")
    found = verify.rerun(open_run(tmp_path / "elsewhere"))
    assert found.passes
    assert sorted(found.identical) == sorted(made.names)
    assert found.within == ()


def test_a_run_of_nothing_cannot_be_calculated_again(small: Path) -> None:
    with pytest.raises(UsageError):
        verify.replay_in_reference(_without_deal(small), 0)


def _without_deal(folder: Path) -> StoredRun:
    stored = open_run(folder)
    inputs = {name: entry for name, entry in stored.manifest.inputs.items() if name != "deal.toml"}
    return replace(stored, manifest=replace(stored.manifest, inputs=inputs))


def test_cells_are_the_same_within_a_cent_and_no_further() -> None:
    assert verify.same(Decimal("1.00"), Decimal("1.01"))
    assert not verify.same(Decimal("1.00"), Decimal("1.02"))
    assert verify.same(1.0, 1.0 + 1e-13)
    assert not verify.same(1.0, 1.0 + 1e-10)
    assert not verify.same("a", "b")
    assert not verify.same(None, 0.0)
