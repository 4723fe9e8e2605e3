"""Rows are gathered by the names of their columns: a figure cannot slip into its neighbour."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from securitize.tables.rows import Rows
from tests.packaging.tree import ROOT, code_files


def positional_rows(source: str) -> Iterator[int]:
    """Lines on which a row is added by position, or its values are unpacked from a sequence."""
    tree = ast.parse(source)
    gathered = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        if isinstance(node.value.func, ast.Name) and node.value.func.id == "Rows"
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="add"), args=[_, *_]):
                if name in gathered:
                    yield node.lineno


def test_no_row_is_added_by_position() -> None:
    files = [file for file in code_files() if file.endswith(".py")]
    texts = {file: (ROOT / file).read_text(encoding="utf-8") for file in files}
    assert sum("Rows(" in text for text in texts.values()) > 15
    faults = [f"{file}:{line}" for file, text in texts.items() for line in positional_rows(text)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("call", ["rows.add(1, 2)", "rows.add(*both)", "rows.add(1, b=2)"])
def test_a_row_by_position_is_noticed(call: str) -> None:
    assert list(positional_rows(f'rows = Rows("t")\n{call}')) == [2]


@pytest.mark.parametrize("call", ["rows.add(a=1, **more)", "members.add(member)"])
def test_a_row_by_name_is_let_be(call: str) -> None:
    assert not list(positional_rows(f'rows = Rows("t")\n{call}'))


def test_rows_become_columns_of_the_dictionary() -> None:
    rows = Rows("key_rates")
    rows.add(months=12, duration=0.5, scenario="", note="A")
    assert rows.columns == {"note": ["A"], "scenario": [""], "months": [12], "duration": [0.5]}


def test_rows_of_some_columns() -> None:
    rows = Rows("key_rates", ("note", "months"))
    rows.add(note="A", months=1)
    assert rows.columns == {"note": ["A"], "months": [1]}


def test_a_row_with_other_names_is_refused() -> None:
    rows = Rows("key_rates")
    with pytest.raises(TypeError, match="a row of key_rates lacks duration, scenario and has no column name"):
        rows.add(name="A", note="A", months=1)
    with pytest.raises(TypeError, match=r"a row of key_rates lacks note, scenario$"):
        rows.add(duration=0.1, months=1)
    with pytest.raises(TypeError, match=r"a row of key_rates has no column term$"):
        rows.add(note="A", scenario="", months=1, duration=0.1, term=2)
    assert not any(rows.columns.values())
    with pytest.raises(TypeError):
        rows.add("A", "", 1, 0.1)  # type: ignore[call-arg]


def test_rows_of_no_table_are_refused() -> None:
    with pytest.raises(KeyError, match="no table 'key_rate'"):
        Rows("key_rate")
