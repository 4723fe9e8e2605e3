"""A run that an earlier version wrote opens, is reported and compared; recalculating it says first who made it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import securitize
from securitize.base.errors import EXIT_BREACH, EXIT_DONE, EXIT_OTHER_PROGRAM
from securitize.store.manifest import MANIFEST, SEAL, seal
from securitize.tables.dictionary import load
from tests.cli.program import securitize as program
from tests.packaging.tree import ROOT

FOLDER = ROOT / "tests" / "fixtures" / "old-runs"
VERSIONS = ("0.1.0",)
KINDS = ("run", "stress")


def _unpacked(name: str, folder: Path) -> Path:
    with zipfile.ZipFile(FOLDER / f"{name}.zip") as packed:
        packed.extractall(folder)
    return folder / name


@pytest.fixture(params=VERSIONS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A run of guangzhou-2019 under guangzhou-2019-severe, with 32 random paths, as that version stored it."""
    return _unpacked(f"run-{request.param}", tmp_path)


@pytest.fixture(params=VERSIONS)
def old_stress(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The supervisory suite on guangzhou-2019, with searches and 32 random paths, as that version stored it."""
    return _unpacked(f"stress-{request.param}", tmp_path)


@pytest.fixture(params=[f"{kind}-{version}" for version in VERSIONS for kind in KINDS])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """One of these."""
    return _unpacked(request.param, tmp_path)


def _as_stored(run: Path, table: str) -> pa.Table:
    """A table as any reader finds it, without this program."""
    return pq.read_table(run / "tables" / f"{table}.parquet")


def test_every_table_opens_in_the_form_of_today(either: Path) -> None:
    run = securitize.open_run(either)
    assert {"note_measures", "path_measures", "steps"} <= set(run.names)
    for name in run.names:
        table, written = run.arrow(name), _as_stored(either, name)
        assert table.num_rows == written.num_rows
        assert table.schema.names == [column.name for column in load(name).columns]
        assert table.schema.remove_metadata().equals(load(name).arrow_schema().remove_metadata())


def test_a_renamed_column_has_its_figures_and_what_was_not_recorded_is_null(old: Path) -> None:
    written, run = _as_stored(old, "note_measures"), securitize.open_run(old)
    table = run.arrow("note_measures")
    assert table["principal_loss"].to_pylist() == written["loss"].to_pylist()
    assert table["written_off"].to_pylist() == written["loss"].to_pylist()
    assert run.arrow("path_measures")["principal_loss_minor"].equals(
        _as_stored(old, "path_measures")["loss_minor"]
    )
    for name in ("state", "lent", "interest_loss", "first_late_date", "life_coverage"):
        assert table[name].null_count == table.num_rows, name


def test_words_of_old_suites_are_those_of_today_and_what_holds_meant_is_not_on_time(old_stress: Path) -> None:
    run = securitize.open_run(old_stress)
    written = _as_stored(old_stress, "suite_scenarios")["applies"].to_pylist()
    applies = run.arrow("suite_scenarios")["applies"].to_pylist()
    assert True in written
    assert False in written
    assert applies == ["whole" if one else "not-applicable" for one in written]
    status = run.arrow("break_evens")["status"].to_pylist()
    assert set(status) == {"found", "not reached", "not-applicable"}
    assert True in _as_stored(old_stress, "stress_results")["holds"].to_pylist()
    for name, column in (("stress_results", "holds"), ("support_worth", "holds_without")):
        assert set(run.arrow(name)[column].to_pylist()) == {None}


def test_the_state_of_a_note_is_said_to_be_unknown(either: Path) -> None:
    shown = program("runs", "show", str(either), "--language", "en", cwd=either.parent).stdout
    assert "stored by an earlier version of this program" in shown
    notes = shown.partition("Notes, CNY")[2].partition("Lowest coverage")[0]
    assert notes.count("not recorded") == 2
    assert not [word for word in ("on time", "late ", "loses", "holds") if word in notes]
    assert "published" not in shown.partition("Lowest coverage")[2].partition("Fees")[0]
    done = program("report", str(either), "--language", "en", cwd=either.parent)
    assert done.returncode == EXIT_DONE, done.stderr
    cards = (either / "reports" / "report.html").read_text(encoding="utf-8")
    cards = cards.partition('id="answers"')[2].partition("</section>")[0]
    assert cards.count("recorded no state") == 2
    assert "every scenario that applies whole" not in cards
    assert "loses in" not in cards


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
