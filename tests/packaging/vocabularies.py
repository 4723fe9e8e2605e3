"""The closed words of the program, found in its source: Literals, unions of classes, and what is declared of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

#: Plain dicts from a TOML file, without types: its own tests put an unknown word to each of its dispatches.
UNTYPED = "securitize/reference/"


@dataclass(frozen=True)
class Module:
    """A file of the program, parsed."""

    path: str
    source: str
    tree: ast.Module


@dataclass(frozen=True)
class Alias:
    """A name for closed words: ``members`` are classes of a union, ``parts`` other aliases in it.

    tag : the discriminator, empty where there is none
    """

    name: str
    module: Module
    node: ast.Assign | ast.AnnAssign
    words: frozenset[str]
    members: tuple[str, ...]
    parts: tuple[str, ...]
    tag: str


class Vocabularies:
    """What is closed in a tree, and which fields and properties are of it. Names are those of the source."""

    def __init__(self, root: Path) -> None:
        files = sorted((root / "securitize").rglob("*.py"))
        named = [(str(file.relative_to(root)), file.read_text(encoding="utf-8")) for file in files]
        self.modules = [Module(path, source, ast.parse(source)) for path, source in named]
        self.classes: dict[str, list[ast.ClassDef]] = {}
        for module in self.modules:
            for node in ast.walk(module.tree):
                if isinstance(node, ast.ClassDef):
                    self.classes.setdefault(node.name, []).append(node)

    @cached_property
    def aliases(self) -> dict[str, list[Alias]]:
        """Aliases by name; two files may use one name."""
        found: dict[str, list[Alias]] = {}
        assigned = [
            (m, n) for m in self.modules for n in m.tree.body if isinstance(n, ast.Assign | ast.AnnAssign)
        ]
        for _ in range(3):  # An alias may stand before the alias that it is part of, in another file.
            found_before = {name: list(aliases) for name, aliases in found.items()}
            found = {}
            for module, node in assigned:
                if alias := self._alias(module, node, found_before):
                    found.setdefault(alias.name, []).append(alias)
        return found

    def _alias(
        self, module: Module, node: ast.Assign | ast.AnnAssign, known: Mapping[str, list[Alias]]
    ) -> Alias | None:
        name = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
        if isinstance(node, ast.AnnAssign) and "TypeAlias" not in ast.unparse(node.annotation):
            return None
        if not isinstance(name, ast.Name) or node.value is None:
            return None
        words: set[str] = set()
        members: list[str] = []
        parts: list[str] = []
        for part in pieces(node.value):
            if literal := literal_words(part):
                words |= literal
            elif isinstance(part, ast.Name) and part.id in known:
                parts.append(part.id)
            elif isinstance(part, ast.Name) and part.id in self.classes:
                members.append(part.id)
            else:
                return None
        inner = [alias for part in parts for alias in known[part]]
        every = [*members, *(member for alias in inner for member in alias.members)]
        words |= {word for alias in inner for word in alias.words}
        if len(words) + len(every) < 2:
            return None
        return Alias(
            name.id, module, node, frozenset(words), tuple(every), tuple(parts), _discriminator(node.value)
        )

    @property
    def unions(self) -> list[Alias]:
        """Aliases of classes."""
        return [alias for aliases in self.aliases.values() for alias in aliases if len(alias.members) > 1]

    @property
    def literals(self) -> list[tuple[Module, ast.Subscript]]:
        """Every Literal of two words or more, named or not."""
        return [
            (module, node)
            for module in self.modules
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Subscript) and len(literal_words(node)) > 1
        ]

    @cached_property
    def members(self) -> frozenset[str]:
        """Classes that are members of a union, and classes that some of the members of one have as a base."""
        found: set[str] = set()
        for union in self.unions:
            found |= set(union.members)
            bases = [self._bases(member) for member in union.members]
            shared = set.intersection(*bases)
            found |= set().union(*bases) - shared
        return frozenset(found)

    def _bases(self, name: str) -> set[str]:
        direct = {
            base.id
            for node in self.classes.get(name, [])
            for base in node.bases
            if isinstance(base, ast.Name)
        } & set(self.classes)
        return direct.union(*(self._bases(base) for base in direct))

    @cached_property
    def fields(self) -> dict[str, set[frozenset[str]]]:
        """Words of each attribute that is declared closed somewhere: a field, a property, or a discriminator."""
        found: dict[str, set[frozenset[str]]] = {}
        for nodes in self.classes.values():
            for node in nodes:
                for name, annotation in _declared(node):
                    if len(words := self.words_of(annotation)) > 1:
                        found.setdefault(name, set()).add(words)
        for union in self.unions:
            if words := self._tags(union):
                found.setdefault(union.tag, set()).add(words)
        return found

    @cached_property
    def returns(self) -> dict[str, set[frozenset[str]]]:
        """Words of what each function gives that is declared closed."""
        found: dict[str, set[frozenset[str]]] = {}
        nodes = (node for module in self.modules for node in ast.walk(module.tree))
        for node in nodes:
            told = node.returns if isinstance(node, ast.FunctionDef) else None
            if isinstance(node, ast.FunctionDef) and told and len(words := self.words_of(told)) > 1:
                found.setdefault(node.name, set()).add(words)
        return found

    def _tags(self, union: Alias) -> frozenset[str]:
        nodes = [node for member in union.members for node in self.classes[member]]
        told = [annotation for node in nodes for name, annotation in _declared(node) if name == union.tag]
        return frozenset(word for annotation in told for word in self.words_of(annotation))

    def words_of(self, annotation: ast.expr) -> frozenset[str]:
        """The words of an annotation; none where it admits anything beside words and None."""
        found: set[str] = set()
        for part in pieces(annotation):
            if literal := literal_words(part):
                found |= literal
            elif isinstance(part, ast.Name) and part.id in self.aliases:
                found |= {word for alias in self.aliases[part.id] for word in alias.words}
            elif not (isinstance(part, ast.Constant) and part.value is None):
                return frozenset()
        return frozenset(found)


def pieces(node: ast.expr) -> Iterator[ast.expr]:
    """The parts of a union; ``Annotated`` is looked through."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        yield from pieces(node.left)
        yield from pieces(node.right)
    elif isinstance(node, ast.Subscript) and ast.unparse(node.value) in {
        "Annotated",
        "Optional",
        "Union",
        "Final",
    }:
        inner = node.slice
        several = isinstance(inner, ast.Tuple)
        parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        for part in parts[:1] if several and ast.unparse(node.value) == "Annotated" else parts:
            yield from pieces(part)
    else:
        yield node


def literal_words(node: ast.expr) -> frozenset[str]:
    """The words of ``Literal[...]``; none of anything else."""
    if not (isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal"):
        return frozenset()
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    words = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return frozenset(words) if len(words) == len(parts) else frozenset()


def _discriminator(node: ast.expr) -> str:
    for call in ast.walk(node):
        if (
            isinstance(call, ast.keyword)
            and call.arg == "discriminator"
            and isinstance(call.value, ast.Constant)
        ):
            return str(call.value.value)
    return ""


def _declared(node: ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    """Annotated fields and properties of a class."""
    for item in node.body:
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
            yield item.target.id, item.annotation
        if isinstance(item, ast.FunctionDef) and item.returns is not None and _is_property(item):
            yield item.name, item.returns


def _is_property(item: ast.FunctionDef) -> bool:
    return any(isinstance(each, ast.Name) and "property" in each.id for each in item.decorator_list)
