"""The same run elsewhere and again: the same bytes, whatever the time zone, language, hash seed or folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.small_run import identity
from tests.packaging.tree import ROOT

PLACES: dict[str, dict[str, str]] = {
    "plain": {},
    "Shanghai": {
        "TZ": "Asia/Shanghai",
        "LANG": "zh_CN.UTF-8",
        "LC_ALL": "zh_CN.UTF-8",
        "PYTHONHASHSEED": "1",
    },
    "Chatham": {"TZ": "Pacific/Chatham", "LANG": "C", "LC_ALL": "C", "PYTHONHASHSEED": "4294967295"},
    "Berlin": {"TZ": "Europe/Berlin", "LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8", "PYTHONUTF8": "0"},
    "one thread": {"OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "random", "HOSTNAME": "other", "USER": "other"},
}


def written(root: Path, environment: dict[str, str]) -> dict[str, bytes]:
    """The files of a run stored by a process of its own."""
    command = [sys.executable, "-m", "tests.faults.small_run", str(root)]
    full = os.environ | {"PYTHONPATH": str(ROOT)} | environment
    done = subprocess.run(command, cwd=ROOT, env=full, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    run = root / identity().id
    assert done.stdout == f"{run}\n"
    return {str(path.relative_to(run)): path.read_bytes() for path in run.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The run as it is written here."""
    return written(tmp_path_factory.mktemp("here"), {})


@pytest.mark.parametrize("place", PLACES)
def test_same_bytes(tmp_path: Path, place: str, here: dict[str, bytes]) -> None:
    there = written(tmp_path / "elsewhere" / "runs", PLACES[place])
    assert there.keys() == here.keys()
    assert [name for name in here if there[name] != here[name]] == []


def test_again_is_reused_untouched(tmp_path: Path, here: dict[str, bytes]) -> None:
    assert written(tmp_path, {}) == here
    run = tmp_path / identity().id
    before = {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in run.rglob("*")}
    assert written(tmp_path, {"TZ": "Asia/Tokyo"}) == here
    assert {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in run.rglob("*")} == before


def test_nothing_of_this_machine_is_in_it(here: dict[str, bytes], tmp_path: Path) -> None:
    telling = [os.uname().nodename, str(ROOT), os.path.expanduser("~"), str(tmp_path.parent)]
    words = re.compile("|".join(rf"(?<![\w-]){re.escape(word)}(?![\w-])" for word in telling))
    for name, data in here.items():
        assert not words.search(data.decode("utf-8", "replace")), name
