"""The ledger of figures: what every shipped result holds is what it held, and what moved was told."""

from __future__ import annotations

import copy
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from securitize.store.environment import processor_features
from securitize.tables.dictionary import load
from tests.golden import ledger
from tests.packaging.tree import ROOT

COMMANDS = sorted(ledger.results())
LEDGER = "tests/golden/figures.toml"


@cache
def held() -> dict[str, Any]:
    return ledger.held()


def _parameters() -> list[Any]:
    return [
        pytest.param(command, marks=pytest.mark.deep(part=part))
        if (part := ledger.deep_part(command))
        else command
        for command in COMMANDS
    ]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("command", _parameters())
def test_every_table_is_as_the_ledger_holds_it(command: str, tmp_path: Path) -> None:
    found = ledger.made_lines(command, tmp_path, held())
    before = held().get(command, {})
    same_processor = held()["features"] == processor_features()
    moved = [
        table
        for table in sorted({*found, *before})
        if table not in found
        or table not in before
        or not ledger.same(found[table], before[table], same_processor)
    ]
    assert not moved, (
        "python -m tests.golden.ledger writes these lines anew; the fragment says why they moved"
    )


def test_the_ledger_holds_every_shipped_result_and_no_other() -> None:
    assert sorted(held().keys() - {"features", "renamed"}) == COMMANDS


def test_the_ledger_is_written_in_its_one_form() -> None:
    lines = {command: held()[command] for command in COMMANDS}
    assert ledger.FIGURES.read_text(encoding="utf-8") == ledger.text_of(held(), lines)


TABLE = pa.table(
    {
        "note": ["A", "B", None],
        "paid": pa.array([1, 2, 3], pa.decimal128(18, 2)),
        "coverage": [1.5, None, 2.5],
    }
)
CHANGED = {
    "a value": TABLE.set_column(1, "paid", pa.array([1, 2, 4], pa.decimal128(18, 2))),
    "a type": TABLE.set_column(1, "paid", pa.array([1, 2, 3], pa.decimal128(18, 4))),
    "a name": TABLE.rename_columns(["note", "paid_in", "coverage"]),
    "a null": TABLE.set_column(2, "coverage", pa.array([1.5, 0.0, 2.5])),
    "a ratio": TABLE.set_column(2, "coverage", pa.array([1.5, None, 2.5 + 1e-7])),
    "the order of rows": TABLE.take([1, 0, 2]),
    "the order of ratios": TABLE.set_column(2, "coverage", pa.array([2.5, None, 1.5])),
    "the order of columns": TABLE.select(["paid", "note", "coverage"]),
    "a row": TABLE.slice(0, 2),
    "null and its name": TABLE.set_column(0, "note", pa.array(["A", "B", "null"])),
}


@pytest.mark.parametrize("what", CHANGED)
@pytest.mark.parametrize("same_processor", [True, False])
def test_a_line_moves_with(what: str, same_processor: bool) -> None:
    before = ledger.line(TABLE, {})
    assert ledger.same(ledger.line(TABLE, {}), before, same_processor)
    assert not ledger.same(ledger.line(CHANGED[what], {}), before, same_processor)


def test_a_line_stands_under_a_renamed_column_and_new_metadata() -> None:
    renamed = TABLE.rename_columns(["note", "paid_in", "coverage"]).replace_schema_metadata({"id": "x"})
    assert ledger.line(renamed, {"paid_in": "paid"}) == ledger.line(TABLE, {})


def test_a_line_stands_with_a_column_that_was_added() -> None:
    more = TABLE.add_column(1, "note_zh", pa.array(["甲", None, None]))
    assert ledger.line(more, {}, {"note_zh"}) == ledger.line(TABLE, {})
    assert not ledger.same(ledger.line(more, {}), ledger.line(TABLE, {}), same_processor=True)


def test_a_line_stands_with_the_older_texts_of_a_column() -> None:
    now = TABLE.set_column(0, "note", pa.array(["senior", "class B, 1 of 2", None]))

    def old(text: str) -> str:
        return {"senior": "A", "class B, 1 of 2": "B"}.get(text, text)

    assert ledger.line(now, {}, texts={"note": old}) == ledger.line(TABLE, {})
    assert not ledger.same(ledger.line(now, {}), ledger.line(TABLE, {}), same_processor=True)
    assert not ledger.same(
        ledger.line(now, {}, texts={"paid": old}), ledger.line(TABLE, {}), same_processor=True
    )


def test_older_texts_are_those_of_the_deal_and_of_figures_in_them() -> None:
    names, royalty = (ledger.old_texts(f"run {deal}")["steps.step_name"] for deal in ("x", "running-royalty"))
    assert names("expenses") == "expenses 费用"
    assert royalty("expenses") == "expenses"
    assert names("a step of no shipped deal") == "a step of no shipped deal"
    screened = ledger.old_texts("build x")["screens.text_zh"]
    assert screened("3件专利均不符合合格标准") == "3件专利均未通过筛选"
    assert screened("无法判定：专利权?期限届满，早于2030-01-01（法定到期日加缓冲期）") == (
        "无法判定：?届满，早于法定到期日加缓冲2030-01-01"
    )


def test_every_older_text_is_another_and_is_of_a_column() -> None:
    for entry in tomllib.loads(ledger.OLD_NAMES.read_text(encoding="utf-8"))["names"]:
        table, _, column = entry["column"].partition(".")
        assert column in load(table).arrow_schema().names
        assert "of" in entry or all(new != old for new, old in entry["texts"].items())
    for added in held()["renamed"]["added"]:
        table, _, column = added.partition(".")
        assert load(table).column(column).nullable


def test_the_last_bits_of_a_ratio_are_held_on_the_same_processor_alone() -> None:
    near = TABLE.set_column(2, "coverage", pa.array([1.5, None, 2.5 + 1e-15]))
    assert not ledger.same(ledger.line(near, {}), ledger.line(TABLE, {}), same_processor=True)
    assert ledger.same(ledger.line(near, {}), ledger.line(TABLE, {}), same_processor=False)


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


def moved_lines(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """The tables that one ledger holds otherwise than an earlier one, or no longer."""
    same_processor = before["features"] == after["features"]
    return {
        table
        for command in before.keys() - {"features", "renamed"}
        for table, line in before[command].items()
        if (found := after.get(command, {}).get(table)) is None
        or not ledger.same(found, line, same_processor)
    }


def untold(moved: set[str], fragments: str) -> set[str]:
    """Of the tables that moved, those that no fragment names as impacted."""
    told = "".join(re.findall(r"Impacted\s+results:\s+yes\b.*?(?=\Z|\0)", fragments, re.S))
    return {table for table in moved if not re.search(rf"\b{re.escape(table)}\b", told)}


def test_every_commit_that_moved_a_line_says_so_in_its_fragment() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: what a commit changed is unknown")
    commits = _git("log", "--format=%H", "--no-merges", "--", LEDGER).split()
    silent = {}
    for commit in commits[:-1]:
        before, after = (tomllib.loads(_git("show", f"{at}:{LEDGER}")) for at in (f"{commit}^", commit))
        changed = _git(
            "diff", "--name-only", "--diff-filter=AM", f"{commit}^", commit, "--", "changes"
        ).split()
        fragments = "\0".join(_git("show", f"{commit}:{name}") for name in changed)
        if missing := untold(moved_lines(before, after), fragments):
            silent[commit[:12]] = sorted(missing)
    assert not silent, "these commits moved lines of the ledger and name no reason"


def test_a_moved_line_is_untold_without_its_name_behind_impacted_results() -> None:
    before: dict[str, Any] = {"features": [], "renamed": {}, "run x": {"fees": ledger.line(TABLE, {})}}
    after = copy.deepcopy(before)
    assert not moved_lines(before, after)
    after["run x"]["fees"] = ledger.line(CHANGED["a value"], {})
    assert moved_lines(before, after) == {"fees"}
    assert moved_lines(before, {"features": [], "renamed": {}}) == {"fees"}
    assert untold({"fees"}, "Fees are right. Impacted results: no.")
    assert untold({"fees"}, "fees. Impacted results: yes, notes.")
    assert not untold({"fees"}, "Mended. Impacted results: yes, `fees` by one fen a period.")
