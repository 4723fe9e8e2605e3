"""Hunts mutants: compares deal after deal until engine and reference differ.

``python hunt.py ROOT DEALS`` reads mutants from its standard input, one a line, ``[file, old, new, first]`` in JSON,
and answers each with a line: "differs N", "invariant N" or "error N" where deal N showed it, else "survives DEALS".
Deal ``first`` is tried before the others, which go in their order.

Each mutant lives in a process of its own, forked from this one, which has the whole program in memory. The fork
forgets the floor of the mutant and all floors above it, and loads them again, the mutant among them; a floor below
imports none above it, so what is kept is what would be loaded.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
import tomllib
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType

#: Deals that are drawn once for all mutants.
DRAWN = 100
#: What the hunt itself calls; the rest of the program follows.
CALLED = (
    "securitize.base.errors",
    "securitize.engine.reference_case",
    "tests.properties.comparison",
    "tests.properties.generated_deals",
)
_loaded = SourceFileLoader.get_code
_compiled: dict[str, CodeType | None] = {}


def compiled_once(loader: SourceFileLoader, name: str) -> CodeType | None:
    """The code of a module, which every fork inherits: none of them compiles it again."""
    if loader.path not in _compiled:
        _compiled[loader.path] = _loaded(loader, name)
    return _compiled[loader.path]


def floors(root: Path) -> list[str]:
    """The packages of ``securitize`` from the highest to the lowest, as the contract of the floors has them."""
    contracts = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = next(one["layers"] for one in contracts["contracts"] if one["type"] == "layers")
    return [name.strip("() ") for layer in layers for name in layer.replace(":", "|").split("|")]


def forget(highest: list[str], floor: str) -> None:
    """Take this floor, those above it and the tests' use of them out of memory.

    A mutant of the definitions is in the deals too: they are drawn anew.
    """
    gone = tuple(f"securitize.{name}" for name in highest[: highest.index(floor) + 1])
    used = ["tests.properties.comparison"]
    if "securitize.definitions" in gone:
        used.append("tests.properties.generated_")
        CASES.clear()
    for name in list(sys.modules):
        if name.startswith((*(f"{one}." for one in gone), *used)) or name in gone:
            del sys.modules[name]


def hunt(deals: int, first: int) -> str:
    """What killed the mutant that this process has loaded, and which deal showed it."""
    errors, case_module, comparison, generated = (importlib.import_module(name) for name in CALLED)
    for number in (first, *(number for number in range(deals) if number != first)):
        case = CASES[number] if number in CASES else generated.numbered_deal(number)
        try:
            how = "differs" if case_module.differences(case, comparison.engine_lines(case)) else ""
        except errors.CalculationError:
            how = "invariant"
        except Exception:
            how = "error"
        if how:
            return f"{how} {number}"
    return f"survives {deals}"


def changed(root: Path, file: str, old: str, new: str) -> tuple[str, CodeType]:
    """The path of the module with one change of text, and its code."""
    path = (root / "securitize" / "waterfall" / file).resolve()
    text = path.read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise ValueError(f"the text to change occurs {text.count(old)} times")
    if str(path) not in _compiled:
        raise ValueError(f"nothing that the hunt loads imports {path.name}")
    return str(path), compile(text.replace(old, new), str(path), "exec", dont_inherit=True)


def answer(root: Path, deals: int, mutant: list[str], first: int) -> str:
    """The hunt in a forked process."""
    path, code = changed(root, *mutant)
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder, "told")
        child = os.fork()
        if child == 0:
            try:
                _compiled[path] = code
                forget(FLOORS, Path(path).relative_to(root / "securitize").parts[0])
                told.write_text(hunt(deals, first), encoding="utf-8")
            except BaseException:
                # The mutated program cannot even be imported.
                told.write_text("error 0", encoding="utf-8")
            os._exit(0)
        os.waitpid(child, 0)
        return told.read_text(encoding="utf-8") if told.exists() else "error 0"


if __name__ == "__main__":
    ROOT = Path(sys.argv[1]).resolve()
    SourceFileLoader.get_code = compiled_once  # type: ignore[method-assign,assignment]
    FLOORS = floors(ROOT)
    for module in CALLED:
        importlib.import_module(module)
    generated = importlib.import_module("tests.properties.generated_deals")
    CASES = {number: generated.numbered_deal(number) for number in range(DRAWN)}
    for line in sys.stdin:
        *text, asked = json.loads(line)
        try:
            print(answer(ROOT, int(sys.argv[2]), text, asked), flush=True)
        except ValueError as error:
            print(f"refused {error}", flush=True)
