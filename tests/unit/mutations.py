"""The good files of the tests, made faulty in one place."""

from __future__ import annotations

from pathlib import Path

from securitize.base.errors import DefinitionError, Problem
from securitize.definitions import checks
from securitize.definitions.loading import load_all, load_deal, load_pool

FIXTURES = Path(__file__).parents[1] / "fixtures"
GOOD = FIXTURES / "good"

#: What is replaced by what.
Edits = tuple[tuple[str, str], ...]


def edited(name: str, folder: Path, *edits: tuple[str, str]) -> Path:
    """A copy of a good file with each text replaced at its first occurrence."""
    text = (GOOD / name).read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text, f"{name} does not hold {old!r}"
        text = text.replace(old, new, 1)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def problems_of_deal(path: Path) -> list[Problem]:
    """Errors and warnings of a deal by itself."""
    try:
        return checks.check_deal(load_deal(path))
    except DefinitionError as error:
        return list(error.problems)


def problems_of_pool(path: Path) -> list[Problem]:
    """Errors and warnings of a pool by itself."""
    try:
        return checks.check_pool(load_pool(path))
    except DefinitionError as error:
        return list(error.problems)


def problems_together(folder: Path, name: str, *edits: tuple[str, str]) -> list[Problem]:
    """Errors and warnings of a run's four files with edits in one of them."""
    files = [
        edited(file, folder, *(edits if file == name else ()))
        for file in ("deal.toml", "pool.toml", "scenario.toml", "market.toml")
    ]
    try:
        return list(load_all(*files).warnings)
    except DefinitionError as error:
        return list(error.problems)
