"""A class in every union and a word in every Literal that nobody knows: each dispatch refuses them.

The type checker runs once over a copy of the program with the stubs in it; what it cannot see is refused as the copy
is imported, or as the stub is met.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from tests.packaging.closed_words import Dispatch, Found, scan
from tests.packaging.stubs import WORD, add_stubs
from tests.packaging.tree import ROOT, copy_of_tree
from tests.packaging.typed_words import Typed, check
from tests.packaging.vocabularies import UNTYPED, Vocabularies

pytestmark = pytest.mark.deep(part="words")
#: (file, function) of a match over some of a union only -> why a stub cannot get there. The list only gets shorter.
NARROWED = {
    ("securitize/assets/royalty_rates.py", "rate_on"): "its callers have matched the whole union",
    ("securitize/waterfall/rules/reserves.py", "_proportional"): "its caller has matched the whole union",
}

#: Imports every module, with tables that are incomplete told instead of refused.
IMPORTED = """
import importlib, json, pkgutil, sys
from securitize.base import closed
import securitize
refused, require_all = [], closed._require_all
def told(wanted, there):
    try:
        require_all(wanted, there)
    except TypeError as error:
        frame = sys._getframe(1)
        while frame.f_code.co_filename == closed.__file__:
            frame = frame.f_back
        refused.append((frame.f_code.co_filename, frame.f_lineno, str(error)))
closed._require_all = told
for module in pkgutil.walk_packages(securitize.__path__, "securitize."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print(json.dumps(refused))
"""


@dataclass(frozen=True)
class Stubbed:
    """The copy, its dispatches, and what mypy says of it."""

    root: Path
    found: Found
    typed: Typed
    unions: int
    literals: int


@pytest.fixture(scope="module")
def stubbed(tmp_path_factory: pytest.TempPathFactory) -> Stubbed:
    """Made once."""
    root = copy_of_tree(tmp_path_factory.mktemp("stubs") / "tree")
    unions, literals = add_stubs(Vocabularies(root), root)
    return Stubbed(root, scan(Vocabularies(root)), check(root), unions, literals)


def _matches(found: Found) -> Iterator[list[Dispatch]]:
    """Matches of one function on one subject together: after the first, the stub is known to be none of it."""
    groups: dict[tuple[str, str, str], list[Dispatch]] = {}
    for one in found.dispatches:
        if one.form == "match" and one.checked and (one.path, one.function) not in NARROWED:
            groups.setdefault((one.path, one.function, one.subject), []).append(one)
    yield from groups.values()


def test_the_type_checker_names_every_match(stubbed: Stubbed) -> None:
    lines = {(path, line) for path, line, _ in stubbed.typed.errors}
    silent = [
        f"{group[0].path}:{group[0].line}: {group[0].function}: {group[0].subject}"
        for group in _matches(stubbed.found)
        if not any((one.path, line) in lines for one in group for line in range(one.line, one.last + 1))
    ]
    counts = {form: sum(one.form == form for one in stubbed.found.dispatches) for form in ("match", "table")}
    errors = len(stubbed.typed.errors)
    print(
        f"\nunions {stubbed.unions}, Literals {stubbed.literals}, dispatches {counts}, errors of mypy {errors}"
    )
    assert not silent, "\n".join(silent)


def test_no_comparison_of_a_closed_type_is_hidden_from_names(stubbed: Stubbed) -> None:
    known = Vocabularies(stubbed.root)
    words = {word for _, node in known.literals for word in known.words_of(node)}
    told = {(one.path, one.line) for one in stubbed.found.faults}
    hidden = [
        f"{path}:{line}: {text}"
        for path, line, text, of in stubbed.typed.comparisons
        if (path, line) not in told and of <= words and not path.startswith(UNTYPED)
    ]
    assert not hidden, "\n".join(hidden)


def test_every_table_is_refused_as_it_is_imported(stubbed: Stubbed) -> None:
    command = [sys.executable, "-W", "ignore", "-c", IMPORTED]
    done = subprocess.run(command, cwd=stubbed.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    refused = {
        (str(Path(file).relative_to(stubbed.root)), line): said
        for file, line, said in json.loads(done.stdout.splitlines()[-1])
    }
    tables = [one for one in stubbed.found.dispatches if one.form == "table" and one.checked]
    print(f"\ntables of modules {len(tables)}, refused {len(refused)}")
    assert [f"{one.path}:{one.line}" for one in tables if (one.path, one.line) not in refused] == []
    assert all(WORD in said.lower() for said in refused.values())


def _discriminated() -> list[tuple[str, str, str]]:
    return [(alias.module.path, alias.name, alias.tag) for alias in Vocabularies(ROOT).unions if alias.tag]


@pytest.mark.parametrize(("path", "name", "tag"), _discriminated())
def test_a_definition_with_an_unknown_kind_is_refused_by_name(path: str, name: str, tag: str) -> None:
    from importlib import import_module

    union = getattr(import_module(path.removesuffix(".py").replace("/", ".")), name)
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(union).validate_python({tag: WORD})
    said = str(refused.value)
    assert f"'{WORD}'" in said
    assert tag in said
