"""What the checkout holds, for the tests of packaging."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DATA_FOLDERS = ("deals", "pools", "scenarios")
DATA_SUFFIXES = {".csv", ".toml"}
BUILT_FROM = ("pyproject.toml", "README.md", "LICENSE", "securitize", *DATA_FOLDERS)


def project() -> dict[str, Any]:
    """``pyproject.toml``."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def copy_of_tree(to: Path) -> Path:
    """A copy of what a distribution is built from, without anything that was built in the checkout."""
    to.mkdir()
    for name in BUILT_FROM:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, to / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, to / name)
    return to


def code_files() -> list[str]:
    """Every file of the program, relative to the checkout."""
    return _below("securitize")


def data_files() -> list[str]:
    """Every file of the data folders, relative to the checkout."""
    return [file for folder in DATA_FOLDERS for file in _below(folder)]


def _below(folder: str) -> list[str]:
    files = (ROOT / folder).rglob("*")
    return sorted(
        str(file.relative_to(ROOT)) for file in files if file.is_file() and "__pycache__" not in file.parts
    )
