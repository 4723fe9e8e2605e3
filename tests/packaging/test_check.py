"""The command that runs every check, and the parts of the deep suite."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import check
from tests import deep
from tests.packaging.tree import ROOT

PARTS = list(deep.PARTS)


def python(text: str) -> list[str]:
    return [sys.executable, "-c", text]


@pytest.mark.parametrize(("types", "tests", "code"), [(0, 0, 0), (1, 0, 1), (0, 1, 1)])
def test_the_closing_line_is_that_of_the_tests(
    types: int, tests: int, code: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "CHECKS", (("style", python("print('styled')")),))
    monkeypatch.setattr(check, "TYPES", python(f"print('typed'); raise SystemExit({types})"))
    monkeypatch.setattr(
        check, "TESTS", python(f"import time; time.sleep(2); print('9 passed'); exit({tests})")
    )
    assert check.everything() == code
    said = capfd.readouterr()
    assert said.out.splitlines()[-1] == "9 passed"
    assert re.search(r"styled\n.*typed\n.*9 passed", said.out, re.S)
    named = [name for name, failed in (("types", types), ("tests", tests)) if failed]
    assert (said.err.splitlines() or [""])[-1] == (f"failed: {', '.join(named)}" if named else "")


def test_types_that_take_longer_than_the_tests_still_count(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "CHECKS", ())
    monkeypatch.setattr(
        check, "TYPES", python("import time; time.sleep(0.5); print('wrong'); raise SystemExit(1)")
    )
    monkeypatch.setattr(check, "TESTS", python("print('9 passed')"))
    assert check.everything() == 1
    said = capfd.readouterr()
    assert said.out.splitlines()[-1] == "9 passed"
    assert said.err.splitlines()[1:] == ["wrong", "failed: types"]


def test_every_part_has_tests_and_folders_that_exist() -> None:
    for part in deep.PARTS.values():
        assert part.files
        assert all((ROOT / "tests" / file).exists() for file in part.files)
        assert all((ROOT / "securitize" / folder).is_dir() for folder in part.folders)
        assert 0 < part.seconds <= 600


def test_every_folder_of_the_program_calls_for_a_part() -> None:
    folders = {file.parent.name for file in (ROOT / "securitize").glob("*/__init__.py")}
    assert folders == {folder for part in deep.PARTS.values() for folder in part.folders}


def test_every_part_that_is_marked_is_told_and_the_other_way_round() -> None:
    texts = [file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py")]
    marked = {name for text in texts for name in re.findall(r'mark\.deep\(part=f?"([a-z-]+)', text)}
    assert marked | {part for _, part in deep.sampled().values()} == {name.rstrip("1234") for name in PARTS}


def test_what_is_sampled_exists_in_its_part() -> None:
    for test, (every, part) in deep.sampled().items():
        file, _, name = test.partition("::")
        assert f"\ndef {name}(" in (ROOT / "tests" / file).read_text(encoding="utf-8")
        assert any(file.startswith(home) for home in deep.PARTS[part].files), test
        assert every != 1


def test_of_a_sampled_test_the_first_and_every_nth_case_are_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deep, "sampled", lambda: {"a::b": (3, "paths"), "a::c": (0, "kills")})
    asked = ["a::b", "a::b", "a::d", "a::b", "a::c", "a::b"]
    assert deep.parts_of_cases(asked) == [None, "paths", None, "paths", "kills", None]


def test_everybody_has_a_turn() -> None:
    turns = Counter(deep.due_parts(count, [])[0] for count in range(100, 100 + 3 * len(PARTS)))
    assert set(turns) == set(PARTS)
    assert set(turns.values()) == {3}


@pytest.mark.parametrize(
    ("file", "called"),
    [
        ("securitize/reports/html/page.py", ["viewers"]),
        ("tests/properties/test_split.py", ["splits"]),
        ("README.md", []),
        ("securitize/__init__.py", []),
        ("securitize/library/find.py", ["pools"]),
    ],
)
def test_what_has_changed_calls_for_its_parts(file: str, called: list[str]) -> None:
    turn = PARTS.index("system-calls")
    assert deep.due_parts(turn, [file]) == ["system-calls", *called]


def test_parts_that_are_called_for_go_round_from_the_turn() -> None:
    everywhere = [f"securitize/{folder}/x.py" for part in deep.PARTS.values() for folder in part.folders]
    for count in (0, 3, len(PARTS) + 5):
        first = count % len(PARTS)
        assert deep.due_parts(count, everywhere) == PARTS[first:] + PARTS[:first]


def test_a_part_that_would_overrun_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def passed(name: str, seconds: float | None) -> str:
        asked.append(name)
        return deep.DONE

    monkeypatch.setattr(deep, "run_part", passed)
    takes = {name: deep.PARTS[name].seconds for name in ("splits", "viewers")}
    found = deep.run_parts(["splits", "viewers"], takes["viewers"] + 1, 1.0)
    assert asked == ["viewers"]
    assert found["splits"].startswith(f"not reached: takes {takes['splits']} s, ")
    assert found["viewers"] == "passed after 0 s"
    assert deep.run_parts(["viewers"], takes["viewers"] + 1, 2.0)["viewers"].startswith("not reached")
    assert list(deep.run_parts(["splits"], None, 9.0).values()) == ["passed after 0 s"]


@pytest.mark.parametrize(
    ("command", "seconds", "patience", "outcome"),
    [
        ("pass", 60, 60, deep.DONE),
        ("raise SystemExit(5)", 60, 60, deep.FAILED),
        # Time enough to get as far as the sleep, also on a busy machine.
        ("import time; time.sleep(60)", 5, 60, deep.STOPPED),
        (
            "import time\ntry: time.sleep(60)\nexcept KeyboardInterrupt: raise SystemExit(1)",
            5,
            60,
            deep.FAILED,
        ),
        (
            "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); time.sleep(60)",
            2,
            1,
            deep.STOPPED,
        ),
    ],
)
def test_a_part_that_overruns_is_stopped(command: str, seconds: float, patience: float, outcome: str) -> None:
    assert deep.ended(python(command), seconds, patience) == outcome


def test_one_failure_among_the_parts_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes = {"splits": deep.FAILED, "viewers": deep.DONE}
    monkeypatch.setattr(deep, "run_part", lambda name, seconds: outcomes[name])
    assert deep.main(["splits", "viewers"], None, None, None) == 1
    assert deep.main(["viewers"], None, None, None) == 0
    assert "deep splits: failed\ndeep viewers: passed after 0 s\n" in capsys.readouterr().out
    assert deep.main(["unheard-of"], None, None, None) == 2
    assert deep.main([], None, None, None) == 0


def test_a_slow_machine_is_given_more_time_and_a_fast_one_no_less() -> None:
    taken = (None, deep.TESTS_TAKE / 2, deep.TESTS_TAKE * 2)
    assert [deep.slowness(took) for took in taken] == [1.0, 1.0, 2.0]


def git(folder: Path, *arguments: str, date: int = 0) -> None:
    when = {"GIT_AUTHOR_DATE": f"{date} +0000", "GIT_COMMITTER_DATE": f"{date} +0000"} if date else {}
    names = {f"GIT_{who}_{what}": "a" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = os.environ | names | when | {"GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True, env=environment)


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three commits, each of a file of its own: two hours apart, after a pause of a week."""
    monkeypatch.setattr(deep, "ROOT", tmp_path)
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    for name, date in (("first", 1_700_000_000), ("second", 1_700_600_000), ("third", 1_700_607_200)):
        (tmp_path / name).write_text(name)
        git(tmp_path, "add", name)
        git(tmp_path, "commit", "--quiet", f"-m{name}", date=date)
    return tmp_path


def test_what_has_changed_counts_from_a_day_before_the_last_commit(history: Path) -> None:
    assert deep.commits() == 3
    assert deep.changed_files() == ["second", "third"]
    assert deep.changed_files("HEAD~1") == ["third"]


def test_what_a_merge_brings_has_changed(history: Path) -> None:
    git(history, "checkout", "--quiet", "-b", "side", "HEAD~1")
    (history / "beside").write_text("beside")
    git(history, "add", "beside")
    git(history, "commit", "--quiet", "-mbeside", date=1_700_607_300)
    git(history, "checkout", "--quiet", "main")
    git(history, "merge", "--quiet", "--no-ff", "side", "-mmerged", date=1_700_607_400)
    assert deep.changed_files() == ["beside"]


def trial(folder: Path, text: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """A file of tests under the hooks of the project's."""
    (folder / "test_trial.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-n0", "-c", os.devnull, "--rootdir", str(folder)]
    command += ["-p", "tests.conftest", str(folder / "test_trial.py")]
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    environment |= {"PYTHONPATH": str(ROOT), **changes}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("reason", "changes", "code"),
    [
        ("no Chromium on this machine", {}, 0),
        ("no Chromium on this machine", {"CI": "true"}, 1),
        ("no file system may be mounted here: why not", {"CI": "true"}, 0),
    ],
)
def test_what_is_skipped_fails_in_ci(reason: str, changes: dict[str, str], code: int, tmp_path: Path) -> None:
    done = trial(tmp_path, f"import pytest\ndef test_it(): pytest.skip('{reason}')", **changes)
    assert done.returncode == code, done.stdout
    assert ("skipped with CI=true: " in done.stdout) == (code == 1)


def test_a_stopped_run_tells_whether_a_test_had_failed(tmp_path: Path) -> None:
    stop = "def test_stop(): raise KeyboardInterrupt"
    assert trial(tmp_path, f"def test_first(): assert False\n{stop}").returncode == 1
    assert trial(tmp_path, stop).returncode == 2


def test_a_deep_test_without_a_part_is_refused(tmp_path: Path) -> None:
    done = trial(tmp_path, "import pytest\n@pytest.mark.deep(part='none')\ndef test_it(): pass")
    assert done.returncode == 4
    assert "mark it with a part" in done.stderr
