"""The real program in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GOOD = ROOT / "tests" / "fixtures" / "good"
PROGRAM = [sys.executable, "-m", "securitize"]


def environment(**changes: str | None) -> dict[str, str]:
    """This process's environment without what changes output, then ``changes``; None takes a variable away."""
    kept = {
        key: value for key, value in os.environ.items() if key not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR")
    }
    kept |= {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    for key, value in changes.items():
        kept.pop(key, None)
        if value is not None:
            kept[key] = value
    return kept


def securitize(
    *arguments: str | Path, cwd: Path, stdout: int = subprocess.PIPE, **changes: str | None
) -> subprocess.CompletedProcess[str]:
    """What the program printed, and its exit code; its output is read as UTF-8."""
    return subprocess.run(
        [*PROGRAM, *arguments],
        cwd=cwd,
        env=environment(**changes),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        timeout=300,
        check=False,
    )


def small_deal(folder: Path) -> Path:
    """The small deal of the fixtures as a user's folder."""
    for source, target in (
        ("deal.toml", "deal.toml"),
        ("pool.toml", "pool/pool.toml"),
        ("scenario.toml", "scenarios/stress.toml"),
    ):
        (folder / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(GOOD / source, folder / target)
    return folder


def replace(file: Path, old: str, new: str) -> None:
    """Change one place of a file."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    file.write_text(text.replace(old, new), encoding="utf-8")
