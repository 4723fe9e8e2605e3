"""Which functions and classes of the program are named from where a user comes in: a closure over the syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from tests.packaging.tree import ROOT

#: A module and a name that it defines; "" is what the module does when it is imported.
Place = tuple[str, str]
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass
class Module:
    """A file: the parts of its tree by what they define ("" for the rest), and what its names stand for."""

    name: str
    parts: dict[str, list[ast.AST]]
    modules: dict[str, str] = field(default_factory=dict)
    imported: dict[str, Place] = field(default_factory=dict)

    @property
    def definitions(self) -> list[str]:
        """Functions and classes at the top of the file."""
        return [name for name in self.parts if name]


def _parts(tree: ast.Module) -> dict[str, list[ast.AST]]:
    parts: dict[str, list[ast.AST]] = {"": []}
    for statement in tree.body:
        name = statement.name if isinstance(statement, Definition) else ""
        parts.setdefault(name, []).extend(ast.walk(statement))
    return parts


class Program:
    """The modules of a package, and what is reached from some of them."""

    def __init__(self, root: Path = ROOT, package: str = "securitize") -> None:
        self.modules: dict[str, Module] = {}
        for file in sorted((root / package).rglob("*.py")):
            parts = file.relative_to(root).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            self.modules[name] = Module(name, _parts(ast.parse(file.read_text(encoding="utf-8"))))
        for module in self.modules.values():
            self._read(module)

    def _read(self, module: Module) -> None:
        for node in chain.from_iterable(module.parts.values()):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    module.modules[alias.asname or alias.name.partition(".")[0]] = alias.name
            elif isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    inside = f"{node.module}.{alias.name}"
                    if inside in self.modules:
                        module.modules[alias.asname or alias.name] = inside
                    module.imported[alias.asname or alias.name] = (node.module, alias.name)

    def public(self) -> set[Place]:
        """Every function and class at the top of a module whose name is public."""
        return {
            (name, definition)
            for name, module in self.modules.items()
            for definition in module.definitions
            if not definition.startswith("_")
        }

    def everything(self, within: str) -> set[Place]:
        """All of a module or a package."""
        return {
            (name, definition)
            for name, module in self.modules.items()
            if f"{name}.".startswith(f"{within}.")
            for definition in module.parts
        }

    def home(self, place: Place) -> Place | None:
        """Where a name is defined, through the modules that hand it on; None outside of the program."""
        seen = set()
        while place not in seen:
            seen.add(place)
            module = self.modules.get(place[0])
            if module is None:
                return None
            if place[1] not in module.parts and place[1] in module.imported:
                place = module.imported[place[1]]
        return place

    def reached(self, roots: set[Place]) -> set[Place]:
        """Everything that these name, and what that names in turn. A class is reached as a whole."""
        found: set[Place] = set()
        left = list(roots)
        while left:
            place = left.pop()
            if place in found or place[0] not in self.modules:
                continue
            found.add(place)
            left += [(place[0], ""), *self._named(self.modules[place[0]], place[1])]
        return found

    def _named(self, module: Module, part: str) -> Iterator[Place]:
        for node in module.parts.get(part, ()):
            place: Place | None = None
            if isinstance(node, ast.Name):
                place = module.imported.get(node.id, (module.name, node.id))
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                place = (module.modules.get(node.value.id, ""), node.attr)
            elif isinstance(node, ast.Import):
                yield from ((alias.name, "") for alias in node.names)
            elif isinstance(node, ast.Call):
                yield from self._by_word(module, node)
            home = self.home(place) if place else None
            if home is not None:
                yield home

    def _by_word(self, module: Module, call: ast.Call) -> Iterator[Place]:
        """Of ``getattr(module, name)``: what the file's words name of that module."""
        match call:
            case ast.Call(func=ast.Name(id="getattr"), args=[ast.Name(id=name), *_]) if (
                name in module.modules
            ):
                of = module.modules[name]
                words = (
                    node.value
                    for node in chain.from_iterable(module.parts.values())
                    if isinstance(node, ast.Constant)
                )
                yield from ((of, word) for word in words if isinstance(word, str))
