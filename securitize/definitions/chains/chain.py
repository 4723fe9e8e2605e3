"""An industry chain as written: its nodes, who supplies whom, and the rules by which patents are placed on it.

The meaning of every field, and how a patent is placed, is in ``docs/reference/chains.md``.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from securitize.definitions.figures import FigureKind, Model, Name, Prose, Text, fault

Stage = Literal["upstream", "midstream", "downstream"]
STAGES: tuple[Stage, ...] = ("upstream", "midstream", "downstream")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_PATTERN = re.compile(r"[A-H][0-9]{2}[A-Z](\*|[1-9][0-9]{0,3}(\*|/[0-9]{2,6}\*?))")


def _code(text: str) -> str:
    if not _CODE.fullmatch(text):
        repair = "use ASCII letters, digits, dots, - and _, at most 40, starting with a letter or digit"
        raise fault("SEC460", "this is not a code of a node", repair)
    return text


def _pattern(text: str) -> str:
    if not _PATTERN.fullmatch(text):
        repair = "write H01M10/42 for one symbol, H01M10/42* with all below it, H01M4* or B60L*"
        raise fault("SEC461", "this is not an IPC symbol or pattern", repair)
    return text


def _keyword(text: str) -> str:
    if text != text.strip() or not any(character.isalnum() for character in text):
        raise fault("SEC462", "this is not a keyword", "write a word without blanks around it")
    return text


#: Code of a node, such as ``2.3.1.1``; in TOML a key with dots stands in quotes.
NodeCode = Annotated[str, AfterValidator(_code)]
#: An IPC symbol, or a symbol with a star: ``H01M10/0525``, ``H01M10/42*``, ``H01M4*``, ``B60L*``.
Pattern = Annotated[str, AfterValidator(_pattern)]
Keyword = Annotated[str, StringConstraints(min_length=1, max_length=60), AfterValidator(_keyword)]
Keywords = Annotated[tuple[Keyword, ...], Field(max_length=500)]


class Node(Model):
    """A place on the chain.

    stage      : a node with others below it may leave it out where theirs differ
    stage_kind : whether a source says the stage, or it is ours
    official   : whether the source names the node
    """

    title: Text = ""
    title_zh: Text = ""
    stage: Stage | None = None
    stage_kind: FigureKind = "assumed"
    parent: NodeCode | None = None
    official: bool = False


class Edge(Model):
    """One node, and all below it, supplies another."""

    from_: NodeCode = Field(alias="from")
    to: NodeCode
    kind: FigureKind = "assumed"


class Rule(Model):
    """What places a patent on a node: IPC patterns and, unless ``ipc_only``, one of the keywords.

    keywords          : of the source, in its language
    keywords_en       : ours, for titles in English
    excluded_keywords : one of them in the text, and the rule does not hold
    scope             : what the source says of the rule beside patterns and keywords
    """

    node: NodeCode
    patterns: tuple[Pattern, ...] = Field(min_length=1, max_length=1000)
    exclusions: tuple[Pattern, ...] = Field(default=(), max_length=1000)
    keywords: Keywords = ()
    keywords_en: Keywords = ()
    excluded_keywords: Keywords = ()
    ipc_only: bool = False
    scope: Text = ""


class Chain(Model):
    """An industry chain: ``pools/chains/NAME.toml`` or a user's file.

    scope_keywords : a patent without any IPC symbol is placed by its words only where one of these is among them
    """

    name: Name
    title: Text = ""
    title_zh: Text = ""
    description: Prose = ""
    sources: tuple[Prose, ...] = ()
    scope_keywords: Keywords = ()
    nodes: dict[NodeCode, Node] = Field(min_length=1, max_length=2000)
    edges: tuple[Edge, ...] = Field(default=(), max_length=10_000)
    rules: tuple[Rule, ...] = Field(default=(), max_length=5000)

    def children(self) -> dict[str, list[str]]:
        """The nodes directly below each node, as written; every node is a key."""
        found: dict[str, list[str]] = {code: [] for code in self.nodes}
        for code, node in self.nodes.items():
            if node.parent in found:
                found[node.parent].append(code)
        return found

    def leaves(self) -> list[str]:
        """The nodes with nothing below them, as written."""
        return [code for code, below in self.children().items() if not below]
