"""Whatever happens to a stored run, it is seen before it is believed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from securitize.base.errors import SecuritizeError, StorageError
from securitize.store.identity import sha256
from securitize.store.manifest import SEAL, seal
from securitize.store.stored import StoredRun, list_runs, open_run
from tests.faults.small_run import FACTS, identity, small_tables, write_run


@pytest.fixture
def run(tmp_path: Path) -> StoredRun:
    """A small run."""
    return write_run(tmp_path / "runs", identity(), small_tables(), FACTS)


def files(run: StoredRun) -> list[Path]:
    """Every file of the run."""
    return sorted(path for path in run.path.rglob("*") if path.is_file())


def damaged(path: Path) -> bool:
    """Whether opening and verifying finds a fault."""
    try:
        return open_run(path).verify() != []
    except StorageError:
        return True


def flips(data: bytes, step: int) -> Iterator[tuple[int, bytes]]:
    """``data`` with one bit of one byte turned, for every ``step``-th byte."""
    for position in range(0, len(data), step):
        flipped = bytearray(data)
        flipped[position] ^= 1 << position % 8
        yield position, bytes(flipped)


@pytest.mark.parametrize("step", [7, pytest.param(1, marks=pytest.mark.deep(part="bytes"))])
def test_every_single_byte_counts(run: StoredRun, step: int) -> None:
    """Every byte of the manifest, its seal and the inputs; of the rest each ``step``-th."""
    undetected = []
    count = 0
    for path in files(run):
        data = path.read_bytes()
        for position, flipped in flips(data, step if len(data) > 3000 else 1):
            path.write_bytes(flipped)
            count += 1
            if not damaged(run.path):
                undetected.append((path.name, position))
        path.write_bytes(data)
    assert undetected == []
    assert not damaged(run.path)
    assert count >= sum(path.stat().st_size for path in files(run)) // step > 1000


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(path.read_bytes() + b"\n"),
        lambda path: path.write_bytes(b""),
        lambda path: (path.unlink(), path.mkdir()),
        lambda path: (path.unlink(), subprocess.run(["mkfifo", path], check=True)),
        lambda path: (path.unlink(), path.symlink_to(path)),
        lambda path: (path.unlink(), path.symlink_to("/dev/zero")),
    ],
    ids=["missing", "shorter", "longer", "empty", "folder", "pipe", "link to itself", "device"],
)
def test_every_file_counts(run: StoredRun, change: Callable[[Path], object], tmp_path: Path) -> None:
    for path in files(run):
        copy = shutil.copytree(run.path, tmp_path / "copies" / path.name)
        change(copy / path.relative_to(run.path))
        assert damaged(copy), path


def test_strangers_are_seen_and_the_report_with_its_digest_is_none(run: StoredRun) -> None:
    (run.path / "reports").mkdir()
    (run.path / "reports" / "report.html").write_text("later")
    digest = sha256(b"later")
    (run.path / "reports" / "reports.sha256").write_text(f"{digest}  report.html\n")
    (run.path / "signatures").mkdir()
    (run.path / "signatures" / "manager.json.sig").write_text("kept for signatures")
    assert run.verify() == []
    (run.path / "reports" / "report.html").write_text("Later")
    (run.path / "tables" / "extra.parquet").write_bytes(b"")
    (run.path / "run.log.jsonl").write_text("{}\n")
    (run.path / "signatures" / "run.exe").write_bytes(b"")
    assert [str(problem).partition(": ")[2] for problem in run.verify()] == [
        *["does not belong to the run; move it away  [SEC903]"] * 3,
        "is not the report that its digest was made of; make the report again  [SEC903]",
    ]


def test_damaged_table_and_input_are_not_read(run: StoredRun) -> None:
    for inside in ("tables/closing.parquet", "inputs/deal.toml"):
        path = run.path / inside
        path.write_bytes(path.read_bytes().replace(b"s", b"S", 1))
    with pytest.raises(StorageError, match=r"closing.parquet: is damaged \(its digest differs\)"):
        run.table("closing")
    with pytest.raises(StorageError, match=r"deal.toml: is damaged"):
        run.input("deal.toml")
    assert run.table("support").num_rows == 3


def test_damaged_run_is_not_reused_and_not_overwritten(run: StoredRun) -> None:
    path = run.path / "tables" / "closing.parquet"
    path.write_bytes(b"damaged")
    with pytest.raises(
        StorageError,
        match=rf"{run.id}: holds a damaged run \(tables/closing.parquet is damaged\); move the folder away",
    ):
        write_run(run.path.parent, identity(), small_tables(), FACTS)
    assert path.read_bytes() == b"damaged"


def rewritten(run: StoredRun, change: Callable[[bytes], bytes]) -> None:
    """A manifest that was changed together with its seal."""
    manifest = run.path / "manifest.json"
    manifest.write_bytes(change(manifest.read_bytes()))
    (run.path / SEAL).write_bytes(seal(manifest.read_bytes()))


def test_changed_manifest_with_a_new_seal_does_not_give_the_id(run: StoredRun) -> None:
    rewritten(run, lambda data: data.replace(b'"scenario": "base"', b'"scenario": "calm"'))
    assert "has an id that does not follow from its inputs" in str(open_run(run.path).verify()[0])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda data: data.replace(b"closing", b"../../../x"), "leads out of the folder"),
        (lambda data: data.replace(b"deal.toml", b"/deal.toml"), "leads out of the folder"),
        (lambda data: data.replace(b'"1.1"', b'"2.0"', 1), "of format 2.0"),
        (lambda data: data.replace(b"securitize-run", b"other-run"), "not the manifest of a run"),
        (lambda data: data.replace(b"\n  ", b"\n", 1), "not in canonical form"),
        (
            lambda data: data.replace(b'"seed": null', b'"seed": null,\n  "seed": null'),
            "not in canonical form",
        ),
        (lambda data: data.replace(b'"rows"', b'"lines"'), "not a manifest|not in canonical form"),
        (lambda data: b"[]\n", "not a manifest"),
        (lambda data: b"null\n", "not a manifest"),
        (lambda data: b"\xff", "utf-8"),
        (lambda data: b"[" * 100_000, "not a manifest"),
        (lambda data: b"1" * 5000 + b"\n", "digits|canonical|manifest"),
    ],
)
def test_hostile_manifest_is_refused(run: StoredRun, change: Callable[[bytes], bytes], why: str) -> None:
    rewritten(run, change)
    with pytest.raises(SecuritizeError, match=rf"manifest.json: cannot be understood \(.*({why})") as caught:
        open_run(run.path)
    assert "\n" not in str(caught.value)


def test_damaged_run_is_listed_as_an_error(run: StoredRun) -> None:
    root = run.path.parent
    write_run(root, identity("other"), small_tables(), FACTS)
    (root / "unrelated").mkdir()
    (run.path / "manifest.json").write_bytes(b"{}")
    runs, errors = list_runs(root)
    assert [each.id for each in runs] == [identity("other").id]
    assert len(errors) == 1
    assert run.id in str(errors[0])
