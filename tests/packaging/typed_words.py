"""One run of mypy over a tree: its errors, and the comparisons with a word of a closed type, told by types."""

from __future__ import annotations

import ast
import gc
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from mypy import build, nodes, patterns, types
from mypy.fscache import FileSystemCache
from mypy.main import process_options

#: Where an expression stands: line, column, last line, last column.
Span = tuple[int, int, int | None, int | None]
_ERROR = re.compile(r"^(?P<path>[^:]+):(?P<line>\d+): error: ")


@dataclass(frozen=True)
class Typed:
    """errors, with file and line; comparisons with a word of a closed type, with file, line, text and its words."""

    errors: list[tuple[str, int, str]]
    comparisons: list[tuple[str, int, str, frozenset[str]]]


def check(root: Path) -> Typed:
    """Type-check the program below ``root``, once."""
    before = Path.cwd()
    os.chdir(root)
    try:
        cache = FileSystemCache()
        sources, options = process_options(["--cache-dir", os.devnull, "securitize"], fscache=cache)
        options.export_types = options.preserve_asts = True
        options.incremental = False
        result = build.build(sources, options, fscache=cache)
        told = [(m["path"], int(m["line"]), line) for line in result.errors if (m := _ERROR.match(line))]
        found: list[tuple[str, int, str, frozenset[str]]] = []
        for state in result.graph.values():
            if state.tree is not None and state.xpath.startswith("securitize"):
                found += _comparisons(state.xpath, _spans(state.tree, result.types))
        return Typed(told, found)
    finally:
        os.chdir(before)


def _spans(tree: nodes.MypyFile, known: Mapping[nodes.Expression, types.Type]) -> dict[Span, types.Type]:
    found: dict[Span, types.Type] = {}
    for node in _expressions(tree):
        if node in known:
            found.setdefault((node.line, node.column, node.end_line, node.end_column), known[node])
    return found


def _expressions(tree: nodes.MypyFile) -> Iterator[nodes.Expression]:
    """Those of the file itself; a name is not followed to what it stands for."""
    inside = (nodes.Expression, nodes.Statement, nodes.Block, nodes.Argument, patterns.Pattern, list, tuple)
    seen: set[int] = set()
    left: list[object] = list(tree.defs)
    while left:
        node = left.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, nodes.Expression):
            yield node
        if isinstance(node, nodes.RefExpr):
            left += [node.expr] if isinstance(node, nodes.MemberExpr) else []
        else:
            left += [each for each in gc.get_referents(node) if isinstance(each, inside)]


def _comparisons(
    path: str, spans: Mapping[Span, types.Type]
) -> Iterator[tuple[str, int, str, frozenset[str]]]:
    for node in ast.walk(ast.parse(Path(path).read_text(encoding="utf-8"))):
        sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
        for closed, told in [*pairwise(sides), *((b, a) for a, b in pairwise(sides))]:
            at = (closed.lineno, closed.col_offset, closed.end_lineno, closed.end_col_offset)
            if (
                _is_written(told)
                and not isinstance(closed, ast.Constant)
                and (words := _words(spans.get(at)))
            ):
                yield path, closed.lineno, ast.unparse(node), words


def _is_written(node: ast.expr) -> bool:
    parts = node.elts if isinstance(node, ast.Tuple | ast.Set | ast.List) else [node]
    return bool(parts) and all(
        isinstance(part, ast.Constant) and isinstance(part.value, str) for part in parts
    )


def _words(found: types.Type | None) -> frozenset[str]:
    """The words of a union of words, None aside; none of any other type."""
    told = None if found is None else types.get_proper_type(found)
    parts = [types.get_proper_type(part) for part in told.items] if isinstance(told, types.UnionType) else []
    each = [
        part.value for part in parts if isinstance(part, types.LiteralType) and isinstance(part.value, str)
    ]
    others = [part for part in parts if not isinstance(part, types.LiteralType | types.NoneType)]
    return frozenset() if others else frozenset(each)
