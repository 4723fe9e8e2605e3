"""The differential test sees every seeded mutant of the engine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import securitize
from tests.properties.mutants import EQUIVALENT, MUTANTS, Mutant

ROOT = Path(__file__).resolve().parents[2]
#: Deals within which a mutant must be seen. They are the same deals everywhere, so that what was seen stays seen.
WITHIN = 1000


def hunted(mutant: Mutant, folder: Path, deals: int) -> tuple[str, int]:
    """How the mutant ended, and after how many deals."""
    source = Path(securitize.__file__).parent
    copy = folder / "securitize"
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__", "*.nbi", "*.nbc"))
    file = copy / "waterfall" / mutant.file
    text = file.read_text(encoding="utf-8")
    assert text.count(mutant.old) == 1, (
        f"{mutant.name}: the text to change occurs {text.count(mutant.old)} times"
    )
    file.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "properties" / "hunt.py"), str(deals)],
        env={**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        # The mutated program cannot even be imported or recorded.
        return "error", 0
    how, count = done.stdout.split()
    return how, int(count)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_mutant_is_killed(
    mutant: Mutant, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    how, deals = hunted(mutant, tmp_path, WITHIN)
    record_property("deals needed", deals)
    record_property("engine mutants killed", int(how != "survives"))
    record_property("engine mutants that a runtime invariant stopped", int(how == "invariant"))
    assert how != "survives", f"{mutant.name}: not seen within {deals} deals"


def test_a_change_without_meaning_survives(tmp_path: Path) -> None:
    assert hunted(EQUIVALENT, tmp_path, 60) == ("survives", 60)
