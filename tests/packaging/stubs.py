"""A copy of the program in which every union has one more class, and every Literal one more word."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.packaging.vocabularies import UNTYPED, Alias, Module, Vocabularies

WORD = "stub"
#: Line, column in bytes, and what is put there.
Edit = tuple[int, int, str]


def add_stubs(known: Vocabularies, root: Path) -> tuple[int, int]:
    """Write the stubs into the files below ``root``, of which ``known`` was read; how many unions and Literals."""
    edits: dict[str, list[Edit]] = {}
    for module, node in known.literals:
        if not module.path.startswith(UNTYPED):
            first = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
            word = _word(known, module, node)
            edits.setdefault(module.path, []).append((first.lineno, first.col_offset, f'"{word}", '))
    unions = [union for union in known.unions if not union.parts]
    for union in unions:
        edits.setdefault(union.module.path, []).extend(_with_class(known, union))
    for module in known.modules:
        if found := edits.get(module.path):
            (root / module.path).write_text(_edited(module.source, found), encoding="utf-8")
    return len(unions), sum(not module.path.startswith(UNTYPED) for module, _ in known.literals)


def _word(known: Vocabularies, module: Module, literal: ast.Subscript) -> str:
    """Of a discriminator that has several words: one of its own, as the words of a union differ."""
    for node in module.tree.body:
        tags = {u.tag for u in known.unions if isinstance(node, ast.ClassDef) and node.name in u.members}
        for item in node.body if isinstance(node, ast.ClassDef) else []:
            if (
                isinstance(item, ast.AnnAssign)
                and item.annotation is literal
                and ast.unparse(item.target) in tags
            ):
                return f"{WORD}-{item.lineno}"
    return WORD


def _with_class(known: Vocabularies, union: Alias) -> list[Edit]:
    tag = _tag(known, union)
    models = any(
        isinstance(node, ast.ImportFrom) and any(name.name == "Model" for name in node.names)
        for node in union.module.tree.body
    )
    name = f"Stub{union.name}"
    body = f"    {tag}: StubLiteral['{WORD}-{union.name}']\n" if tag else "    pass\n"
    text = f"class {name}{'(Model)' if models else ''}:\n    '''A stub.'''\n{body}\n"
    future = next(node for node in union.module.tree.body if isinstance(node, ast.ImportFrom))
    parts = _classes(union.node)
    return [
        ((future.end_lineno or 0) + 1, 0, "from typing import Literal as StubLiteral\n"),
        (union.node.lineno, 0, text),
        (parts.end_lineno or 0, parts.end_col_offset or 0, f" | {name}"),
    ]


def _tag(known: Vocabularies, union: Alias) -> str:
    """The discriminator of a union, or of one that it is part of."""
    around = [_tag(known, other) for other in known.unions if union.name in other.parts]
    return union.tag or next((tag for tag in around if tag), "")


def _classes(node: ast.Assign | ast.AnnAssign) -> ast.expr:
    """The expression ``A | B`` of an alias."""
    value = node.value
    assert value is not None
    if isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Tuple):
        return value.slice.elts[0]
    return value


def _edited(source: str, edits: list[Edit]) -> str:
    lines = source.encode().split(b"\n")
    for line, column, text in sorted(set(edits), reverse=True):
        old = lines[line - 1]
        lines[line - 1] = old[:column] + text.encode() + old[column:]
    return b"\n".join(lines).decode()
