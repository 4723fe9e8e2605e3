"""The shipped lithium-battery pool, built once a process."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from securitize.library.find import library_root
from securitize.store.run import Run
from securitize.studies.pool.build import build

SHIPPED = library_root() / "pools" / "lithium-battery"
CHAIN = library_root() / "pools" / "chains" / "lithium-battery.toml"
Rows = list[dict[str, Any]]


@cache
def built() -> Run:
    """The build; its folder lives as long as the process."""
    folder = Path(tempfile.mkdtemp(prefix="lithium-"))
    return build("lithium-battery", output=folder / "built")


def table(run: Run, name: str) -> Rows:
    found: Rows = run.arrow(name).to_pylist()
    return found


def copied(folder: Path, *edits: tuple[str, str]) -> Path:
    """The pool's folder with its build file changed."""
    shutil.copytree(SHIPPED, folder)
    path = folder / "build.toml"
    text = path.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return folder
