"""The command line and the package answer at once: nothing heavy is imported before it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.tree import ROOT

HEAVY = {"QuantLib", "numba", "numpy", "pandas", "polars", "pyarrow", "pydantic", "scipy"}


def _imported(*arguments: str) -> set[str]:
    command = [sys.executable, "-X", "importtime", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}


@pytest.mark.parametrize("arguments", [["-m", "securitize", "--help"], ["cli.py", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    imported = _imported(*arguments)
    assert "click" in imported
    assert not imported & HEAVY


@pytest.mark.parametrize("module", ["securitize", "securitize.library.find"])
def test_module_imports_nothing_heavy(module: str) -> None:
    imported = _imported("-c", f"import {module}")
    assert "securitize" in imported
    assert not imported & (HEAVY | {"click", "rich"})


def test_every_lazy_name_is_there() -> None:
    listing = "import securitize; print([getattr(securitize, name) for name in securitize.__all__])"
    subprocess.run([sys.executable, "-c", listing], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def test_unknown_name_is_an_attribute_error() -> None:
    import securitize

    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = securitize.nothing


def test_reference_interpreter_uses_the_standard_library_only() -> None:
    allowed = sys.stdlib_module_names | {"securitize.reference"}
    files = sorted((ROOT / "securitize" / "reference").rglob("*.py"))
    assert files
    assert not [
        f"{file.name}: {name}"
        for file in files
        for name in _imports(file)
        if name.partition(".")[0] not in allowed and not name.startswith("securitize.reference")
    ]


def _imports(file: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.append(node.module or "")
    return names


#: What a run loads of others, at most: NumPy and Arrow for its tables, Pydantic for its files.
OF_A_RUN = {"numpy", "pyarrow", "pydantic"}


def test_a_run_imports_no_more_than_it_needs(tmp_path: Path) -> None:
    imported = _imported("-m", "securitize", "run", "guangzhou-2019", "--output", str(tmp_path / "run"))
    assert imported & HEAVY == OF_A_RUN


def test_a_question_imports_no_more_than_a_run() -> None:
    asked = (
        "import securitize; print(securitize.load('nanshan-5-2022').run().line('note', 'A', 'opening').sum())"
    )
    assert _imported("-c", asked) & HEAVY <= OF_A_RUN
