"""kill -9 leaves a whole run or none, and the next writer clears up."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.faults.looking import hidden, visible
from tests.packaging.tree import ROOT

PROGRAMS = {
    "store": [sys.executable, "-m", "tests.faults.small_run", "runs"],
    "securitize run": [sys.executable, "-m", "securitize", "run", "guangzhou-2019"],
}


def kill_loop(root: Path, *how: str) -> dict[str, int]:
    command = [sys.executable, "-m", "tests.faults.kill_loop", str(root), *how]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    seen: dict[str, int] = json.loads(done.stdout)
    print(seen)
    return seen


def test_killed_before_each_system_call(tmp_path: Path) -> None:
    seen = kill_loop(tmp_path / "runs", "each")
    assert seen["killed"] > 60
    assert seen["partial left"] > 40
    # Beside the first and the last writer, which live: those killed after the rename.
    assert 2 < seen["complete"] < 10
    assert seen["hidden at the end"] == 0


@pytest.mark.parametrize("rounds", [60, pytest.param(2000, marks=pytest.mark.deep(part="kills"))])
def test_killed_at_random_moments(tmp_path: Path, rounds: int) -> None:
    seen = kill_loop(tmp_path / "runs", "random", str(rounds))
    assert seen["complete"] + seen["absent"] == rounds + 6
    assert seen["killed"] > rounds // 5
    assert seen["hidden at the end"] == 0


@pytest.mark.parametrize("rounds", [3, pytest.param(300, marks=pytest.mark.deep(part="kills"))])
@pytest.mark.parametrize("program", PROGRAMS)
def test_whole_program_killed_at_random_moments(tmp_path: Path, program: str, rounds: int) -> None:
    """``rounds`` processes die: the moments cover the whole life, and every other one its last fifth."""
    runs = tmp_path / "runs"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            PROGRAMS[program],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def timed() -> float:
        for run in visible(runs):
            shutil.rmtree(run.path)
        began = time.monotonic()
        assert start().wait() == 0
        return time.monotonic() - began

    # The first may compile; a moment after the end of its life would kill nobody.
    assert start().wait() == 0
    whole = min(timed() for _ in range(3))
    assert len(visible(runs)) == 1
    killed, whole_runs, moments = 0, 0, random.Random(20220905)
    for round_ in range(5 * rounds):
        if killed == rounds:
            break
        # What a killed writer left behind stays for the next one to meet; a whole run goes, or it would be reused.
        for run in visible(runs):
            shutil.rmtree(run.path)
        with start() as process:
            time.sleep(moments.uniform(0.0 if round_ % 2 else 0.8 * whole, 1.1 * whole))
            process.kill()
        killed += process.returncode != 0
        whole_runs += len(visible(runs))
    assert start().wait() == 0
    assert len(visible(runs)) == 1
    assert hidden(runs) == []
    print(f"{program}: {killed} killed before their end, {whole_runs} whole runs, none torn")
    assert killed == rounds
