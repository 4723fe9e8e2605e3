"""Where output goes and what it looks like: pipes, terminals, locales, colours, widths."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.cli.program import PROGRAM, environment, from_the_start, securitize

LOOKS = (
    ["list"],
    ["show", "small"],
    ["show", "small", "--assumptions"],
    ["runs", "show", "runs/done"],
    ["trace", "runs/done", "--date", "2024-08-29"],
    ["runs", "ls"],
)


@pytest.mark.parametrize("arguments", [*LOOKS, ["--help"], ["schema", "deal"]], ids=" ".join)
def test_a_reader_that_leaves_is_no_failure(place: Path, arguments: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    done = from_the_start(*arguments, cwd=place, stdout=write)
    os.close(write)
    assert (done.returncode, done.stderr.replace("\n", "")[:8]) in ((0, ""), (0, "warning:"))


def test_a_full_disk_and_a_closed_output_are_told(place: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = from_the_start("list", cwd=place, stdout=full.fileno())
    assert (done.returncode, done.stderr) == (5, "the system failed: No space left on device\n")
    command = f"'{PROGRAM[0]}' -m securitize list >&-"
    closed = subprocess.run(
        ["sh", "-c", command], cwd=place, env=environment(), capture_output=True, text=True, check=False
    )
    assert (closed.returncode, closed.stderr) == (5, "standard output is closed\n")


@pytest.mark.parametrize("arguments", LOOKS, ids=" ".join)
def test_eighty_columns_are_enough(place: Path, arguments: list[str]) -> None:
    done = securitize(*arguments, cwd=place, COLUMNS="80")
    wide = [line for line in done.stdout.splitlines() if cell_len(line) > 80 and str(place) not in line]
    assert not wide
    assert not [line for line in done.stdout.splitlines() if line != line.rstrip()]


def test_a_wide_terminal_has_one_table(place: Path) -> None:
    arguments = ("trace", "runs/done", "--date", "2024-08-29")
    narrow = securitize(*arguments, cwd=place, COLUMNS="80").stdout
    wide = securitize(*arguments, cwd=place, COLUMNS="200").stdout
    assert narrow.count("interest:A") == 2
    assert wide.count("interest:A") == 1
    assert "Left in" in wide
    assert "collection + reserve" in wide


def test_figures_survive_a_narrow_terminal(place: Path) -> None:
    done = securitize("runs", "show", "runs/done", cwd=place, COLUMNS="20")
    assert "60,000,000.00" in done.stdout


@pytest.mark.parametrize("locale", ["C", "POSIX", "C.UTF-8", "zh_CN.GB18030"])
def test_any_locale_prints_chinese_or_its_numbers(place: Path, locale: str) -> None:
    done = securitize("show", "small", cwd=place, LC_ALL=locale)
    assert done.returncode == 0, done.stderr
    assert "小型项目" in done.stdout


def test_an_output_without_chinese_gets_its_numbers(place: Path) -> None:
    done = securitize("show", "small", cwd=place, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "\\u5c0f\\u578b\\u9879\\u76ee" in done.stdout


def test_data_is_utf8_in_every_locale(place: Path, tmp_path: Path) -> None:
    done = securitize(
        "run", place / "small", "--format", "json", cwd=tmp_path, PYTHONIOENCODING="ascii", LC_ALL="C"
    )
    assert json.loads(done.stdout)["about"]["title_zh"] == "小型项目"


def _in_a_terminal(place: Path, *arguments: str, **changes: str | None) -> str:
    ours, theirs = pty.openpty()
    command = [*PROGRAM, *arguments]
    settings = environment(TERM="xterm-256color", **changes)
    with subprocess.Popen(
        command, cwd=place, env=settings, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL
    ) as process:
        os.close(theirs)
        told = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # Linux says so when the other side is closed
                break
            if not piece:
                break
            told += piece
    os.close(ours)
    assert process.returncode == 0
    return told.decode()


def test_styles_on_a_terminal_only_and_not_with_no_color(place: Path) -> None:
    arguments = ("runs", "show", "runs/done")
    assert "\x1b[1m" in _in_a_terminal(place, *arguments)
    assert "\x1b" not in _in_a_terminal(place, *arguments, NO_COLOR="1")
    assert "\x1b" not in securitize(*arguments, cwd=place, FORCE_COLOR="1").stdout
