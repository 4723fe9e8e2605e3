"""A run that an earlier version wrote opens, is reported and compared; recalculating it says first who made it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

import securitize
from securitize.base.errors import EXIT_BREACH, EXIT_DONE, EXIT_OTHER_PROGRAM
from securitize.store.manifest import MANIFEST, SEAL, seal
from tests.cli.program import securitize as program
from tests.packaging.tree import ROOT

VERSIONS = {"0.1.0": ROOT / "tests" / "fixtures" / "old-runs" / "run-0.1.0.zip"}


@pytest.fixture(params=VERSIONS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A run of guangzhou-2019 under guangzhou-2019-severe, with 32 random paths, as that version stored it."""
    with zipfile.ZipFile(VERSIONS[request.param]) as packed:
        packed.extractall(tmp_path)
    return tmp_path / f"run-{request.param}"


def test_every_table_opens(old: Path) -> None:
    run = securitize.open_run(old)
    assert {"note_measures", "path_measures", "steps"} <= set(run.names)
    for name in run.names:
        assert run.arrow(name).num_rows == run.stored.manifest.tables[name].rows  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "words",
    [
        ["runs", "show", "RUN"],
        ["trace", "RUN", "--date", "2020-03-11"],
        ["report", "RUN", "--workbook", "run.xlsx"],
        ["price", "RUN"],
        ["savings", "RUN"],
        ["check", "RUN", "--preset", "exchange"],
        ["verify", "RUN"],
        ["verify", "RUN", "--reference", "2"],
    ],
    ids=" ".join,
)
def test_it_is_shown_traced_reported_priced_and_verified(old: Path, words: list[str]) -> None:
    done = program(*(str(old) if word == "RUN" else word for word in words), cwd=old.parent)
    assert done.returncode == EXIT_DONE, done.stderr


def test_nothing_of_it_is_written_anew(old: Path) -> None:
    before = {file: file.read_bytes() for file in old.rglob("*") if file.is_file()}
    program("report", str(old), cwd=old.parent)
    assert {file: file.read_bytes() for file in before} == before


def test_it_is_compared_with_a_run_of_today(old: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    made = program(
        "run", "guangzhou-2019", "--scenario", "guangzhou-2019-severe", "--performance",
        "assumed-small-companies", "--paths", "32", "--output", str(new), cwd=tmp_path,
    )  # fmt: skip
    assert made.returncode == EXIT_DONE, made.stderr
    assert program("diff", str(old), str(new), cwd=tmp_path).returncode == EXIT_DONE


def test_calculating_it_again_says_first_that_another_program_made_it(old: Path) -> None:
    version = securitize.open_run(old).stored.manifest.version  # type: ignore[union-attr]
    done = program("verify", str(old), "--rerun", cwd=old.parent)
    assert done.returncode == EXIT_OTHER_PROGRAM
    assert done.stdout.splitlines()[0].startswith(f"made by another program: securitize {version}")
    told = json.loads(program("verify", str(old), "--rerun", "--format", "json", cwd=old.parent).stdout)
    assert told["rerun"]["made_by_another_program"] == version
    assert told["passes"] is False


def test_damage_is_damage_whoever_made_it(old: Path) -> None:
    table = old / "tables" / "note_measures.parquet"
    table.write_bytes(table.read_bytes()[:-1])
    assert program("verify", str(old), "--rerun", cwd=old.parent).returncode == EXIT_BREACH


def test_inputs_that_this_program_no_longer_takes_are_told_line_by_line(old: Path) -> None:
    deal = old / "inputs" / "deal.toml"
    deal.write_text(
        deal.read_text(encoding="utf-8").replace("[dates]", "[dates]\nno_such_field = 1", 1), "utf-8"
    )
    _sealed_again(old)
    done = program("verify", str(old), "--rerun", cwd=old.parent)
    assert done.returncode == EXIT_OTHER_PROGRAM, done.stderr
    assert "not taken by this program: " in done.stdout
    assert "no_such_field" in done.stdout


def _sealed_again(run: Path) -> None:
    """The manifest as it would be with the input ``deal.toml`` as it lies there now."""
    from securitize.store.identity import canonical, id_of, sha256

    content = json.loads((run / MANIFEST).read_bytes())
    data = (run / "inputs" / "deal.toml").read_bytes()
    content["inputs"]["deal.toml"] = {"bytes": len(data), "sha256": sha256(data)}
    digests = {name: entry["sha256"] for name, entry in content["inputs"].items()}
    content["id"] = id_of(digests, content["options"], content["version"], content["seed"])
    (run / MANIFEST).write_bytes(canonical(content))
    (run / SEAL).write_bytes(seal(canonical(content)))
