"""Every failure: one line a problem on standard error, the exit code of its kind, never a traceback."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import ROOT, environment, replace, securitize, small_deal

USAGE, INVALID, FAILED, BUG, INTERRUPTED = 2, 3, 5, 70, 130


def _text(done: subprocess.CompletedProcess[str]) -> list[str]:
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert all(character.isprintable() or character == "\n" for character in done.stderr)
    return done.stderr.splitlines()


@pytest.mark.parametrize(
    "arguments",
    [
        ["nosuch"],
        ["no\x1b[31msuch"],
        ["--nosuch"],
        ["run"],
        ["run", "nosuch"],
        ["run", "no/such.toml"],
        ["run", "pool"],
        ["run", "\x1b]0;title\x07"],
        ["run", "small", "--scenario", "nosuch"],
        ["run", "small", "--format", "xml"],
        ["run", "small", "--table", "fees"],
        ["run", "small", "--format", "csv", "--table", "../fees"],
        ["run", "small", "--dry-run", "--format", "csv"],
        ["show", "nosuch"],
        ["validate", "nosuch"],
        ["init", "new", "--from", "../deals"],
        ["init", "new"],
        ["schema", "nosuch"],
        ["trace", "nosuch", "--date", "2024-08-29"],
        ["trace", "runs/done", "--date", "2024-02-30"],
        ["trace", "runs/done", "--date", "1066-10-14"],
        ["trace", "runs/done"],
        ["runs", "show", "nosuch"],
        ["runs", "nosuch"],
    ],
)
def test_wrong_usage(place: Path, arguments: list[str]) -> None:
    done = securitize(*arguments, cwd=place)
    assert done.returncode == USAGE, done.stderr
    assert len(_text(done)) == 1


@pytest.mark.parametrize("arguments", [[], ["runs"]])
def test_nothing_to_do_is_answered_with_help(place: Path, arguments: list[str]) -> None:
    done = securitize(*arguments, cwd=place)
    assert done.returncode == USAGE
    assert _text(done)[0].startswith("Usage: securitize")


@pytest.mark.parametrize("command", ["validate", "run", "show"])
def test_five_faults_are_five_lines(tmp_path: Path, command: str) -> None:
    deal = small_deal(tmp_path / "deal")
    shutil.copyfile(ROOT / "tests" / "fixtures" / "bad" / "five-faults.toml", deal / "deal.toml")
    done = securitize(command, "deal", cwd=tmp_path)
    assert done.returncode == INVALID
    lines = [line for line in _text(done) if line.startswith("deal/deal.toml:")]
    assert len(lines) >= 5
    assert all(line.endswith("]") and line.split(":")[1].isdigit() for line in lines)


def test_five_faults_are_told_although_the_pool_is_missing() -> None:
    done = securitize("validate", "five-faults.toml", cwd=ROOT / "tests" / "fixtures" / "bad")
    assert done.returncode == INVALID
    first, *rest = _text(done)
    assert first.startswith("no pool is named five")
    assert len(rest) == 5


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02",
        b"\xff\xfe",
        b"name = ",
        b'name = "\x1b[31m"',
        b"a = " + b"[" * 5000,
        b"a = " + b"9" * 5000,
        b"[notes.A]\nbalance = nan",
        'name = "项目"\nnotes = 3'.encode(),
    ],
)
@pytest.mark.parametrize("command", ["validate", "run"])
def test_hostile_files(tmp_path: Path, command: str, content: bytes) -> None:
    (tmp_path / "deal.toml").write_bytes(content)
    done = securitize(command, "deal.toml", cwd=tmp_path)
    assert done.returncode in (USAGE, INVALID)
    assert _text(done)


@pytest.mark.parametrize("path", ["/dev/null", "/dev/zero", "pipe"])
def test_what_is_no_file_is_not_read(tmp_path: Path, path: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    done = securitize("validate", path, cwd=tmp_path)
    assert done.returncode == INVALID
    assert len(_text(done)) == 1


def test_faults_of_the_pool_and_the_scenario_come_together(tmp_path: Path) -> None:
    deal = small_deal(tmp_path / "deal")
    replace(deal / "pool/pool.toml", 'kind = "trademark"', 'kind = "trade"')
    replace(deal / "scenarios/stress.toml", 'obligor = "o2"', "obligor = 2")
    done = securitize("validate", "deal", "--scenario", "stress", cwd=tmp_path)
    assert done.returncode == INVALID
    files = {line.partition(":")[0] for line in _text(done)}
    assert files == {"deal/pool/pool.toml", "deal/scenarios/stress.toml"}


def test_storage_in_the_way(place: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "mine").write_text("mine")
    for option, path in (
        ("--runs", "file"),
        ("--output", "file"),
        ("--output", "folder"),
        ("--output", "/proc/run"),
    ):
        done = securitize("run", place / "small", option, path, cwd=tmp_path)
        assert done.returncode == FAILED, done.stderr
        assert len(_text(done)) <= 2  # a warning may come before
    done = securitize("init", "file/new", "--from", "licence-back", cwd=tmp_path)
    assert done.returncode == FAILED
    assert len(_text(done)) == 1


def test_a_damaged_run(place: Path, tmp_path: Path) -> None:
    shutil.copytree(place / "runs", tmp_path / "runs")
    with open(tmp_path / "runs/done/manifest.json", "ab") as file:
        file.write(b" ")
    for arguments in (["runs", "show", "runs/done"], ["trace", "runs/done", "--date", "2024-08-29"]):
        done = securitize(*arguments, cwd=tmp_path)
        assert done.returncode == FAILED
        assert "is damaged" in _text(done)[0]
    listed = securitize("runs", "ls", cwd=tmp_path)
    assert "is damaged" in listed.stderr


def _patched(raised: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    program = (
        "import sys, click, securitize.commands.main as m\n"
        f"def fail(self, context): raise {raised}\n"
        "m.LazyGroup.invoke = fail\n"
        "sys.argv = ['securitize', 'version']\n"
        "sys.exit(m.main())"
    )
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment(TMPDIR=str(tmp_path)),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_bug_is_one_line_and_a_file(tmp_path: Path) -> None:
    done = _patched("ValueError('surprise')", tmp_path)
    assert done.returncode == BUG
    [line] = _text(done)
    assert line.startswith("a bug: ValueError: surprise, details in ")
    details = Path(line.rpartition(" ")[2]).read_text(encoding="utf-8")
    assert "Traceback" in details


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        ("KeyboardInterrupt", INTERRUPTED, "interrupted"),
        ("click.Abort", INTERRUPTED, "interrupted"),
        ("MemoryError", FAILED, "not enough memory"),
        ("OSError(28, 'No space left on device')", FAILED, "the system failed: No space left on device"),
    ],
)
def test_what_is_no_bug(tmp_path: Path, raised: str, code: int, said: str) -> None:
    done = _patched(raised, tmp_path)
    assert (done.returncode, _text(done)) == (code, [said])
