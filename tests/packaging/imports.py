"""Which module imports which, read from the sources: imports inside functions and for types alone are counted."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

Graph = Mapping[str, frozenset[str]]


def import_graph(root: Path, package: str) -> Graph:
    """Module -> the modules of ``package`` that it imports anywhere in its text.

    A name taken from a package counts as an import of its submodule of that name, else of the package itself.
    """
    files = {_module(file, root): file for file in (root / package).rglob("*.py")}
    return {
        module: frozenset(_imported(ast.parse(file.read_text(encoding="utf-8")), files) - {module})
        for module, file in files.items()
    }


def _module(file: Path, root: Path) -> str:
    return ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def _imported(tree: ast.Module, files: Mapping[str, Path]) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name in files}
        elif isinstance(node, ast.ImportFrom) and node.module is not None and node.module in files:
            for alias in node.names:
                inside = f"{node.module}.{alias.name}"
                found.add(inside if inside in files else node.module)
    return found


def siblings(graph: Graph, parent: str) -> Graph:
    """The packages and modules directly inside ``parent``, and which of them imports which other."""
    depth = parent.count(".") + 2

    def room(module: str) -> str:
        return ".".join(module.split(".")[:depth])

    found: dict[str, set[str]] = {}
    for module, imported in graph.items():
        if module.startswith(f"{parent}."):
            inside = {room(name) for name in imported if name.startswith(f"{parent}.")}
            found.setdefault(room(module), set()).update(inside)
    return {name: frozenset(into - {name}) for name, into in found.items()}


def circles(graph: Graph) -> list[list[str]]:
    """The groups of two and more that import one another in a circle, sorted."""
    found = []
    seen: set[str] = set()
    for name in graph:
        if name not in seen:
            group = {other for other in _reached(graph, name) if name in _reached(graph, other)} | {name}
            seen |= group
            if len(group) > 1:
                found.append(sorted(group))
    return sorted(found)


def _reached(graph: Graph, start: str) -> set[str]:
    found: set[str] = set()
    waiting = [*graph.get(start, ())]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += graph.get(name, ())
    return found


def packages(graph: Graph) -> Iterator[str]:
    """Every package: a module that others lie in."""
    yield from sorted({module.rpartition(".")[0] for module in graph} - {""})
