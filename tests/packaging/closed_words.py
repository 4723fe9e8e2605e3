"""Every dispatch on closed words in the source of the program, and what is wrong with it.

A dispatch is proper where a word that is added is refused: a match that ends in ``assert_never``, or a table or a
partition that is proved complete. Everything else that asks which word or which class it has is a fault.
Whether an expression is of a closed type is told by names: of annotated parameters and variables, of attributes that
some class declares closed. What escapes that is found with the types themselves, in ``test_stub_words.py``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tests.packaging.vocabularies import UNTYPED, Module, Vocabularies

#: Helpers of ``securitize.base.closed`` that refuse what is incomplete.
PROVED = {"complete", "partition"}
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, order=True)
class Dispatch:
    """A proper one.

    subject : what is matched
    checked : whether a word that is added is an error of the type checker (``assert_never``), or of the import (a table
        of a module); the others refuse it as they meet it
    """

    path: str
    line: int
    last: int
    form: Literal["match", "table"]
    function: str
    subject: str = ""
    checked: bool = False


@dataclass(frozen=True, order=True)
class Fault:
    """A dispatch that treats an unknown word as another one."""

    path: str
    line: int
    function: str
    text: str
    why: str


@dataclass
class Found:
    """All of a tree."""

    dispatches: list[Dispatch] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def scan(known: Vocabularies) -> Found:
    """Every dispatch of a tree, in the order of its files."""
    found = Found()
    proved = {
        name for module in known.modules for name, value in _assigned(module.tree.body) if _is_proved(value)
    }
    for module in known.modules:
        if not module.path.startswith(UNTYPED):
            _Scan(known, module, proved, found).visit(module.tree)
    return found


def _assigned(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for node in body:
        targets = (
            node.targets
            if isinstance(node, ast.Assign)
            else [node.target]
            if isinstance(node, ast.AnnAssign)
            else []
        )
        for target in targets:
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
            for name in names:
                if isinstance(name, ast.Name) and value is not None:
                    yield name.id, value


def _is_proved(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in PROVED


class _Scan(ast.NodeVisitor):
    """One file. ``local`` are the words of each name of the function, ``tables`` its dicts that are written out."""

    def __init__(self, known: Vocabularies, module: Module, proved: set[str], found: Found) -> None:
        self.known, self.module, self.proved, self.found = known, module, proved, found
        self.function: list[str] = []
        self.local: list[dict[str, set[frozenset[str]]]] = [{}]
        self.tables = {
            name: value for name, value in _assigned(module.tree.body) if isinstance(value, ast.Dict)
        }
        self.asserted: set[ast.expr] = set()

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._within(node.name, {}, node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        told = {a.arg: self.known.words_of(a.annotation) for a in arguments if a.annotation is not None}
        self._within(node.name, {name: {words} for name, words in told.items() if words}, node)

    def _within(self, name: str, local: dict[str, set[frozenset[str]]], node: ast.AST) -> None:
        self.function.append(name)
        self.local.append(local)
        outer = self.tables
        inner = [each for each in ast.walk(node) if isinstance(each, ast.Assign | ast.AnnAssign)]
        if not isinstance(node, ast.ClassDef):
            self.tables = {**outer, **{k: v for k, v in _assigned(list(inner)) if isinstance(v, ast.Dict)}}
            for assigned, value in _assigned(list(inner)):
                local.setdefault(assigned, set()).update(self._words(value))
        self.generic_visit(node)
        self.tables = outer
        self.local.pop()
        self.function.pop()

    def _words(self, node: ast.expr) -> set[frozenset[str]]:
        """The vocabularies that an expression may be of; none where it is not closed."""
        if isinstance(node, ast.Attribute):
            return self.known.fields.get(node.attr, set())
        if isinstance(node, ast.Call):
            return self.known.returns.get(ast.unparse(node.func).rpartition(".")[2], set())
        if isinstance(node, ast.Name):
            return next((told[node.id] for told in reversed(self.local) if node.id in told), set())
        return set()

    def visit_Assert(self, node: ast.Assert) -> None:
        self.asserted |= set(node.test.values if isinstance(node.test, ast.BoolOp) else [node.test])
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        sides = [node.left, *node.comparators]
        for one, operator, other in zip(sides, node.ops, sides[1:], strict=False):
            if not isinstance(operator, ast.Eq | ast.NotEq | ast.In | ast.NotIn):
                continue
            for closed, told in ((one, other), (other, one)):
                words = self._constants(told)
                if words and any(words <= known for known in self._words(closed)):
                    self._fault(node, "a comparison says nothing of a word that is added")
                    break
        self.generic_visit(node)

    def _constants(self, node: ast.expr) -> frozenset[str]:
        """The words that are written out, here or in a table or tuple of this module."""
        if isinstance(node, ast.Name) and node.id in self.tables and node.id not in self.proved:
            return self._keys(self.tables[node.id])
        parts = node.elts if isinstance(node, ast.Tuple | ast.Set | ast.List) else [node]
        words = [
            part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)
        ]
        return frozenset(words) if len(words) == len(parts) else frozenset()

    @staticmethod
    def _keys(node: ast.expr) -> frozenset[str]:
        keys = node.keys if isinstance(node, ast.Dict) else []
        words = [key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
        return frozenset(words) if len(words) == len(keys) else frozenset()

    def visit_Match(self, node: ast.Match) -> None:
        patterns = [each for case in node.cases for each in ast.walk(case.pattern)]
        words = {
            each.value.value
            for each in patterns
            if isinstance(each, ast.MatchValue)
            and isinstance(each.value, ast.Constant)
            and isinstance(each.value.value, str)
        }
        classes = {
            each.cls.id
            for each in patterns
            if isinstance(each, ast.MatchClass) and isinstance(each.cls, ast.Name)
        }
        vocabularies = self._words(node.subject) or {
            alias.words for aliases in self.known.aliases.values() for alias in aliases if len(words) > 1
        }
        if classes & self.known.members or (words and any(words <= known for known in vocabularies)):
            self._judge(node)
        self.generic_visit(node)

    def _judge(self, node: ast.Match) -> None:
        last = node.cases[-1]
        catches_all = (
            isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None and last.guard is None
        )
        if catches_all and _refuses(last.body):
            never = not isinstance(last.body[-1], ast.Raise)
            self._dispatch(node, "match", ast.unparse(node.subject), checked=never)
        else:
            self._fault(node.subject, "a match of closed words ends in `case _: assert_never(...)`")

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in {"isinstance", "issubclass"} and node not in self.asserted:
            asked = {each.id for each in ast.walk(node.args[1]) if isinstance(each, ast.Name)}
            if asked & self.known.members:
                self._fault(node, "a class of a union is asked for in a match, or its property is")
        if name in PROVED:
            self._dispatch(node, "table", checked=not self.function)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
            self._lookup(node, node.func.value, node.args[0])
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self._lookup(node, node.value, node.slice)
        self.generic_visit(node)

    def _lookup(self, node: ast.expr, table: ast.expr, key: ast.expr) -> None:
        written = self.tables.get(table.id) if isinstance(table, ast.Name) else table
        keys = self._keys(written) if written is not None else frozenset()
        if keys and any(keys <= words for words in self._words(key)):
            self._fault(node, "a table of closed words is made by complete(...)")

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        told = node.annotation
        if (
            isinstance(node.value, ast.Dict)
            and isinstance(told, ast.Subscript)
            and isinstance(told.slice, ast.Tuple)
        ):
            keys = self._keys(node.value)
            if len(keys) > 1 and keys <= self.known.words_of(told.slice.elts[0]):
                self._fault(node.target, "a table of closed words is made by complete(...)")
        self.generic_visit(node)

    def _dispatch(
        self, node: ast.Match | ast.Call, form: Literal["match", "table"], subject: str = "", *, checked: bool
    ) -> None:
        last, function = node.end_lineno or node.lineno, ".".join(self.function)
        found = Dispatch(self.module.path, node.lineno, last, form, function, subject, checked)
        self.found.dispatches.append(found)

    def _fault(self, node: ast.expr, why: str) -> None:
        text = ast.unparse(node)
        self.found.faults.append(Fault(self.module.path, node.lineno, ".".join(self.function), text, why))


def _refuses(body: list[ast.stmt]) -> bool:
    last = body[-1]
    if isinstance(last, ast.Raise):
        return True
    call = last.value if isinstance(last, ast.Expr) else None
    return isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] == "assert_never"
