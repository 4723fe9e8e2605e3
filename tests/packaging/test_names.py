"""A class name means one thing in the whole program, and the words of its old dialect do not come back."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.packaging.tree import ROOT

#: Whole parts of identifiers that said six things each.
DIALECT = re.compile(r"(?:^|_)(?:told|tell|teller)(?:_|$)|^Told|Told(?=[A-Z]|$)")
#: Names of two classes: of a definition and what it is resolved to; a column stored and one printed.
TWICE = {"Column", "EffectiveNumberLimit"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for file in sorted((ROOT / "securitize").rglob("*.py")):
        yield str(file.relative_to(ROOT)), ast.parse(Path(file).read_text(encoding="utf-8"))


def identifiers(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)) | ast.alias(name=name):
                yield name.rpartition(".")[2]
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Attribute(attr=name):
                yield name


def test_no_identifier_is_of_the_old_dialect() -> None:
    found = [(file, name) for file, tree in modules() for name in identifiers(tree) if DIALECT.search(name)]
    assert [one for one in found if one[0] != "securitize/base/files.py"] == []


def test_no_two_public_classes_share_a_name() -> None:
    """The second engine is written apart, and may call a thing as the first does."""
    places: dict[str, list[str]] = defaultdict(list)
    for file, tree in modules():
        if "/reference/" not in file:
            for node in tree.body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    places[node.name].append(file)
    assert {name for name, files in places.items() if len(files) > 1} == TWICE
