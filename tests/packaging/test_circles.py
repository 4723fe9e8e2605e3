"""No circle of imports: neither of modules nor of the rooms of a floor; lazy imports and those for types count."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests.packaging.imports import Graph, circles, import_graph, packages, siblings
from tests.packaging.tree import ROOT

#: Circles that only types close, each with its reason. It is to stay empty.
ALLOWED: dict[tuple[str, ...], str] = {}


@cache
def graph() -> Graph:
    return import_graph(ROOT, "securitize")


def test_no_modules_import_one_another_in_a_circle() -> None:
    assert len(graph()) > 400
    assert [circle for circle in circles(graph()) if tuple(circle) not in ALLOWED] == []


def test_no_rooms_of_a_floor_import_one_another_in_a_circle() -> None:
    found = {parent: circles(siblings(graph(), parent)) for parent in packages(graph())}
    assert {"securitize", "securitize.engine", "securitize.studies"} <= found.keys()
    assert {parent: circle for parent, circle in found.items() if circle} == {}


def test_a_circle_is_seen_however_it_is_imported(tmp_path: Path) -> None:
    for name, text in {
        "__init__": "",
        "a": "def f():\n    from house import b\n",
        "b": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from house.c import C\n",
        "c": "import house.a\nclass C: ...\n",
        "d": "from house.a import f\n",
    }.items():
        (tmp_path / "house").mkdir(exist_ok=True)
        (tmp_path / "house" / f"{name}.py").write_text(text)
    assert circles(import_graph(tmp_path, "house")) == [["house.a", "house.b", "house.c"]]


def test_rooms_in_a_circle_are_seen_where_their_modules_are_not(tmp_path: Path) -> None:
    for name, text in {
        "one/a": "",
        "one/b": "from house.two import d\n",
        "two/c": "from house.one.a import x\n",
        "two/d": "",
    }.items():
        file = tmp_path / "house" / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        (file.parent / "__init__.py").touch()
    (tmp_path / "house" / "__init__.py").touch()
    found = import_graph(tmp_path, "house")
    assert circles(found) == []
    assert circles(siblings(found, "house")) == [["house.one", "house.two"]]
