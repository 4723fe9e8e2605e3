"""Completion in a real shell, and what the doctor says."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import environment, securitize


def completed(folder: Path, *words: str) -> list[str]:
    """What bash offers after these words; the last one is being typed."""
    program = folder / "securitize"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m securitize "$@"\n')
    program.chmod(0o755)
    typed = " ".join(f"'{word}'" for word in ("securitize", *words))
    script = f"""
        eval "$(./securitize completion bash)"
        COMP_WORDS=({typed}); COMP_CWORD={len(words)}; COMP_LINE="${{COMP_WORDS[*]}}"
        _securitize_completion ./securitize; printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    # compopt speaks outside a real completion; nothing else may.
    assert all("compopt" in line for line in done.stderr.splitlines()), done.stderr
    return done.stdout.split()


@pytest.mark.skipif(shutil.which("bash") is None, reason="completion is tried in bash")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("ro",), ["roll"]),
        (("run", "guang"), ["guangzhou-2019"]),
        (("run", "guangzhou-2019", "--scen"), ["--scenario"]),
        (("run", "guangzhou-2019", "--scenario", "late"), ["late-90-days"]),
        (("init", "x", "--from", "run"), ["running-royalty"]),
    ],
)
def test_bash_completes(words: tuple[str, ...], offered: list[str], tmp_path: Path) -> None:
    assert completed(tmp_path, *words) == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_has_a_script(shell: str, tmp_path: Path) -> None:
    done = securitize("completion", shell, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "_SECURITIZE_COMPLETE" in done.stdout


def test_the_doctor_finds_a_healthy_machine(tmp_path: Path) -> None:
    done = securitize("doctor", "--json", cwd=tmp_path)
    findings = {one["what"]: one["outcome"] for one in json.loads(done.stdout)["findings"]}
    assert done.returncode == 0, findings
    assert "problem" not in findings.values()
    assert {
        "Python",
        "folder",
        "disk",
        "open files",
        "terminal",
        "shipped files",
        "holidays",
    } <= findings.keys()
    assert list(tmp_path.iterdir()) == []


def test_the_doctor_says_that_the_working_folder_is_gone(tmp_path: Path) -> None:
    place = tmp_path / "closed"
    place.mkdir()
    done = subprocess.run(
        ["bash", "-c", f'rmdir "{place}"; exec "{sys.executable}" -m securitize doctor'],
        cwd=place,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 5
    assert "the folder you are in does not exist any more" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_the_doctor_names_a_terminal_without_chinese(tmp_path: Path) -> None:
    done = securitize("doctor", cwd=tmp_path, LC_ALL="C", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "has no Chinese" in done.stdout
