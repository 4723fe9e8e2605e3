"""The engine version: no comment, docstring or blank line changes it, whatever can change a figure does."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

from securitize.store.engine_version import engine_version_of, files_that_count, reduced
from tests.packaging.tree import ROOT

SOURCE = '''"""A module."""
import math  # why


def area(radius: float) -> float:
    """Of a circle."""
    # pi
    text = """two

lines"""
    return math.pi * radius**2 + len("# no comment" + text)
'''
SAME = [
    SOURCE.replace("# why", "# because"),
    SOURCE.replace("  # why", ""),
    SOURCE.replace("Of a circle.", "Of a circle,\n    units squared."),
    SOURCE.replace("    # pi\n", "\n\n    # the constant\n"),
    SOURCE + "\n# end\n",
]
OTHER = [
    SOURCE.replace("**2", "**3"),
    SOURCE.replace("no comment", "a comment"),
    SOURCE.replace("two\n\nlines", "two\nlines"),
    SOURCE.replace("import math", "import cmath as math"),
]
DATA = "a = 1  # one\n\n# two\nb = '# c'\n"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    for folder in ("risk", "reports", "library"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.py").write_text(SOURCE)
        (tmp_path / folder / "a.toml").write_text(DATA)
    return tmp_path


def test_words_do_not_count_and_code_does(program: Path) -> None:
    before, file = engine_version_of(program), program / "risk" / "a.py"
    for text in SAME:
        file.write_text(text)
        assert engine_version_of(program) == before, text
    for text in OTHER:
        file.write_text(text)
        assert engine_version_of(program) != before, text


def test_data_and_rooms(program: Path) -> None:
    before = engine_version_of(program)
    for inside in ("reports/a.py", "reports/a.toml", "library/a.toml"):
        (program / inside).write_text("x = 2\n")
        assert engine_version_of(program) == before, inside
    (program / "risk" / "a.toml").write_text("a = 1\nb = '# c'\n")
    assert engine_version_of(program) == before
    (program / "risk" / "a.toml").write_text("a = 1\nb = '# d'\n")
    assert engine_version_of(program) != before


def test_every_reduced_file_means_the_same() -> None:
    counted = list(files_that_count(ROOT / "securitize"))
    rooms = {inside.partition("/")[0] for inside, _ in counted}
    assert {"engine", "waterfall", "library", "store", "studies"} <= rooms
    assert not {"commands", "reports", "reference"} & rooms
    # The largest of each room: every file takes eight seconds.
    largest = {inside.partition("/")[0] + file.suffix: file for inside, file in sorted(counted, key=_size)}
    for file in largest.values():
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".toml":
            assert tomllib.loads(reduced(text, ".toml")) == tomllib.loads(text), file
        else:
            assert _tree(reduced(text, ".py")) == _tree(text), file


@pytest.mark.deep(part="bytes")
def test_every_reduced_source_has_the_tree_of_the_whole_one() -> None:
    for inside, file in files_that_count(ROOT / "securitize"):
        if file.suffix == ".py":
            text = file.read_text(encoding="utf-8")
            assert _tree(reduced(text, ".py")) == _tree(text), inside


def _size(named: tuple[str, Path]) -> int:
    return named[1].stat().st_size


def _tree(source: str) -> str:
    """The syntax tree without docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        has = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if has and ast.get_docstring(node, clean=False) is not None:  # type: ignore[arg-type]
            node.body[0] = ast.Expr(ast.Constant(...))  # type: ignore[attr-defined]
    return ast.dump(tree)
