"""Hunts mutants: compares deal after deal until engine and reference differ.

``python hunt.py ROOT DEALS`` reads mutants from its standard input, one a line, ``[file, old, new]`` in JSON, and
answers each with a line: "differs N", "invariant N" or "error N" after N deals, else "survives DEALS".

Each mutant lives in a process of its own, forked from this one, which has the libraries in memory but no part of the
program: the fork loads the program from a mutated copy.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

# Loaded once for all mutants.
import numpy  # noqa: F401
import pydantic  # noqa: F401

from tests.properties.generated_deals import numbered_deal

#: Deals that are drawn once for all mutants; most need fewer.
DRAWN = 100


def hunt(deals: int) -> str:
    """What killed the mutant that this process has loaded, and after how many deals."""
    from securitize.base.errors import CalculationError
    from securitize.engine.reference_case import differences
    from tests.properties.comparison import engine_lines

    for number in range(deals):
        case = CASES[number] if number < DRAWN else numbered_deal(number)
        try:
            how = "differs" if differences(case, engine_lines(case)) else ""
        except CalculationError:
            how = "invariant"
        except Exception:
            how = "error"
        if how:
            return f"{how} {number + 1}"
    return f"survives {deals}"


def mutated(root: Path, folder: Path, file: str, old: str, new: str) -> None:
    """A copy of the program in ``folder`` with one change of text."""
    copy = folder / "securitize"
    shutil.copytree(root / "securitize", copy, ignore=shutil.ignore_patterns("__pycache__", "*.nbi", "*.nbc"))
    path = copy / "waterfall" / file
    text = path.read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise ValueError(f"the text to change occurs {text.count(old)} times")
    path.write_text(text.replace(old, new), encoding="utf-8")


def answer(root: Path, deals: int, mutant: list[str]) -> str:
    """The hunt in a forked process."""
    with tempfile.TemporaryDirectory() as folder:
        mutated(root, Path(folder), *mutant)
        told = Path(folder, "told")
        child = os.fork()
        if child == 0:
            try:
                sys.path.insert(0, folder)
                told.write_text(hunt(deals), encoding="utf-8")
            except BaseException:
                # The mutated program cannot even be imported.
                told.write_text("error 0", encoding="utf-8")
            os._exit(0)
        os.waitpid(child, 0)
        return told.read_text(encoding="utf-8") if told.exists() else "error 0"


if __name__ == "__main__":
    CASES = [numbered_deal(number) for number in range(DRAWN)]
    for line in sys.stdin:
        try:
            print(answer(Path(sys.argv[1]), int(sys.argv[2]), json.loads(line)), flush=True)
        except ValueError as error:
            print(f"refused {error}", flush=True)
