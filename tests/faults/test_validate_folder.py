"""``validate FOLDER``: each file of each kind is checked, and nothing is accepted that breaks what uses it."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from securitize.studies.roll.api import roll
from securitize.studies.validate import walk
from securitize.studies.validate.folder import check_folder
from tests.cli.program import ROOT, replace, securitize, small_deal
from tests.faults import desk_folder
from tests.faults.mutations import Mutation, mutations
from tests.faults.uses import FILES, beside, uses_of

INVALID = 3
#: Exit codes of a command that could use a file: done, a limit was breached, there is no solution.
USABLE = (0, 1, 4)
#: Kinds of change that are tried on every landing, each on one file of its own.
QUICK = {
    "pipe financing.toml",
    "gzip scenarios/markets/lpr.toml",
    "zip scenarios/base.toml",
    "folder scenarios/suites/desk.toml",
    "link-to-device scenarios/performance/desk.toml",
    "link-outside scenarios/policies/city.toml",
    "socket scenarios/presets/desk.toml",
    "empty actuals.csv",
    "long-cell pool/cash.csv",
    "heading-renamed balances.csv",
    "text-unknown scenarios/largest-obligor-default.toml",
    "key-renamed scenarios/alternatives/bank.toml",
    "date-none scenarios/markets/desk.toml",
    "zeros scenarios/capital/ratings.toml",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a file of every kind."""
    return desk_folder.make(tmp_path_factory.mktemp("desk") / "d")


def _changed(mutation: Mutation, desk: Path, place: Path) -> Path:
    """A copy of what the changed file needs, in a folder of its own, with the change."""
    shutil.rmtree(place, ignore_errors=True)
    for one in beside(mutation.file):
        (place / "d" / one).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(desk / one, place / "d" / one)
    shutil.copytree(desk.with_name("first-run"), place / "first-run")
    mutation.apply(place / "d" / mutation.file)
    return place / "d"


def _outcome(mutation: Mutation, desk: Path, place: Path) -> tuple[str, list[str]]:
    """Refused, warned or accepted; and what is wrong with that."""
    deal = _changed(mutation, desk, place)
    done = securitize("validate", deal, cwd=place)
    # Candidates without a row are a fault of the build that has to choose among them.
    places = {Path(mutation.file).name, *(("build.toml",) if str(mutation.file).startswith("built/") else ())}
    located = any(place in done.stderr for place in places)
    if done.returncode == INVALID:
        return "refused", [] if located else [f"{mutation}: refused, but not located: {done.stderr}"]
    if done.returncode != 0:
        return "failed", [f"{mutation}: exit code {done.returncode}: {done.stderr}"]
    if located:
        return "warned", []
    broken = []
    for command in uses_of(mutation.file, deal):
        used = securitize(*command, cwd=place)
        if used.returncode not in USABLE:
            broken.append(
                f"{mutation}: accepted, but {command[0]} ends with {used.returncode}: {used.stderr}"
            )
    return "accepted", broken


def _tried(tried: Sequence[Mutation], desk: Path, place: Path) -> tuple[Counter[tuple[str, str]], list[str]]:
    counts: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    for mutation in tried:
        outcome, found = _outcome(mutation, desk, place)
        counts[mutation.kind, outcome] += 1
        counts[mutation.file, outcome] += 1
        wrong += found
    return counts, wrong


def test_a_file_of_every_kind_is_read_and_used(desk: Path) -> None:
    found = check_folder(desk)
    assert [str(one) for one in found.problems] == []
    assert found.warnings == []
    read = {str(one.file.relative_to(desk)): str(one.done) for one in found.files}
    assert set(FILES) <= read.keys()
    assert read["financing.toml"] == "costs and savings were calculated with it"
    assert read["scenarios/suites/desk.toml"] == "its scenarios were calculated: 3"
    assert read["actuals.csv"] == "the deal was rolled forward with it"
    assert [str(one.relative_to(desk)) for one in found.not_read] == ["README.md"]


def test_a_deal_in_mid_life_is_asked_what_its_companies_still_save(desk: Path, tmp_path: Path) -> None:
    rolled = tmp_path / "rolled"
    roll(desk.with_name("first-run"), desk / "actuals.csv", output=rolled)
    shutil.copy(desk / "financing.toml", rolled)
    for table in ("actuals.csv", "balances.csv"):  # lines that end as they once did on some desks
        text = (desk / table).read_bytes().replace(b"\r\n", b"\n")
        (rolled / table).write_bytes(text.replace(b"\n", b"\r"))
    found = check_folder(rolled)
    read = {one.file.name: str(one.done) for one in found.files}
    assert read["financing.toml"] == "costs and savings were calculated with it"
    assert read["actuals.csv"] == "its rows were read"
    # Figures of a period that is over are refused, by line and column.
    assert {one.file.rpartition("/")[2] for one in found.problems} <= {"balances.csv"}
    assert all(one.line > 1 and one.path == "period" for one in found.problems)


def test_some_changes_of_each_kind_are_refused(desk: Path, tmp_path: Path) -> None:
    tried = [one for one in mutations(desk, FILES) if str(one) in QUICK]
    assert {str(one) for one in tried} == QUICK
    counts, wrong = _tried(tried, desk, tmp_path / "w")
    assert wrong == []
    refused = {name for name, outcome in counts if name in FILES and outcome == "refused"}
    assert len(refused) >= len(QUICK) - 1  # A title may be any text.


@pytest.mark.deep(part="folders")
def test_no_change_is_accepted_that_breaks_a_file(desk: Path, tmp_path: Path) -> None:
    tried = list(mutations(desk, FILES))[::2]
    assert len(tried) > 400
    counts, wrong = _tried(tried, desk, tmp_path / "w")
    outcomes = ("refused", "warned", "accepted", "failed")
    for name in sorted({name for name, _ in counts}):
        print(f"{name:45}", *(f"{counts[name, outcome]:4} {outcome}" for outcome in outcomes))
    assert wrong == []


def test_a_file_is_checked_with_the_deal_beside_it(tmp_path: Path) -> None:
    deal = small_deal(tmp_path / "d")
    replace(deal / "scenarios/stress.toml", 'obligor = "o2"', 'obligor = "nobody"')
    (deal / "financing.toml").write_text('name = "x"\ndeal = "another"\n', encoding="utf-8")
    shutil.copyfile(deal / "pool/pool.toml", deal / "scenarios/assets.toml")
    shutil.copyfile(ROOT / "scenarios/policies/zhuhai.toml", deal / "scenarios/zhuhai.toml")
    (deal / "runs").mkdir()
    done = securitize("run", deal, "--output", deal / "runs/one", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    with open(deal / "runs/one/tables/fees.parquet", "ab") as table:
        table.write(b" ")
    found = {(Path(one.file).name, one.code) for one in check_folder(deal).problems}
    assert found == {
        ("stress.toml", "SEC174"),
        ("financing.toml", "SEC655"),
        ("zhuhai.toml", "SEC144"),
        ("assets.toml", "SEC144"),
        ("fees.parquet", "SEC903"),
    }


def test_what_no_command_finds_is_warned_of_or_named(tmp_path: Path) -> None:
    deal = small_deal(tmp_path / "d")
    (deal / "scenario").mkdir()
    shutil.move(deal / "scenarios/stress.toml", deal / "scenario/stress.toml")
    for name in (".hidden", "notes.txt", "deal.toml~", "other.csv"):
        (deal / name).write_text("a,b\n1,2\n", encoding="utf-8")
    found = check_folder(deal)
    assert found.problems == []
    assert [one for one in found.warnings if "SEC326" in one and "move it to scenarios/NAME.toml" in one]
    assert [one.name for one in found.not_read] == [".hidden", "deal.toml~", "notes.txt", "other.csv"]
    said = securitize("validate", deal, cwd=tmp_path)
    assert said.returncode == 0
    assert "notes.txt" in said.stdout


def test_deals_in_folders_of_a_folder_are_each_checked_by_their_own(tmp_path: Path) -> None:
    for name in ("one", "two"):
        small_deal(tmp_path / "all" / name)
    replace(tmp_path / "all/two/scenarios/stress.toml", 'obligor = "o2"', 'obligor = "nobody"')
    found = check_folder(tmp_path / "all")
    assert [Path(one.file).relative_to(tmp_path) for one in found.problems] == [
        Path("all/two/scenarios/stress.toml")
    ]
    assert len(found.deals) == 2


def test_links_in_circles_and_deep_folders_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b/up").symlink_to(tmp_path / "a")
    (tmp_path / "inside").symlink_to("a")
    (tmp_path / "a/file.toml").write_text("", encoding="utf-8")
    deep = tmp_path.joinpath(*["n"] * (walk.MOST_DEPTH + 2))
    deep.mkdir(parents=True)
    os.mkfifo(tmp_path / "\x1b[31m")
    found = walk.contents_of(tmp_path)
    assert [one.relative_to(tmp_path) for one in found.files] == [
        Path("a/file.toml"),
        Path("inside/file.toml"),
    ]
    said = [one.text("en") for one in found.problems]
    assert len(said) == 4
    assert sum("in a circle" in one for one in said) == 2
    assert sum("12 folders deep" in one for one in said) == 1
    assert sum("\\x1b[31m: is neither" in one for one in said) == 1
    monkeypatch.setattr(walk, "MOST_ENTRIES", 3)
    assert "more than 3 entries" in " ".join(one.what for one in walk.contents_of(tmp_path).problems)
