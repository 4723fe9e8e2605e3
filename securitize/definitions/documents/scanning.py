"""The look at a TOML text before and after it is parsed: nothing in it may make a parser run away."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from securitize.base.errors import DefinitionError, Problem
from securitize.base.messages import Message
from securitize.definitions.documents.locator import STRINGS

DEPTH_LIMIT = 32
DIGIT_LIMIT = 40
KEY_LIMIT = 200
#: Signs without a blank or a sign of TOML between them, beyond ASCII too: slips of a keyboard are looked for in each.
RUN_LIMIT = 1_000
VALUE_LIMIT = 200_000
TABLE_LIMIT = 30_000

# What the scan before parsing tells apart: strings, comments, brackets, words (keys, numbers), the rest.
# A string without an end is swallowed whole: the parser will say so.
_TOKEN = re.compile(
    "|".join(STRINGS[mark].pattern for mark in ('"""', "'''"))
    + r"""|"{3}[\s\S]*|'{3}[\s\S]*|"""
    + "|".join(STRINGS[mark].pattern for mark in ('"', "'"))
    + r"""|"[^\n]*|'[^\n]*|\#[^\n]*"""
    + r"|(?P<open>[\[{])|(?P<close>[\]}])|(?P<dot>\.)|(?P<word>[A-Za-z0-9_+-]+)|(?P<end>[=,\n])|[^\S\n]+|."
)
_HUGE_EXPONENT = re.compile(r"[+-]?[0-9_]+[eE][+-]?[0-9_]{5,}")


def refusal(path: Path, line: int, what: str, found: str, repair: str, code: str) -> DefinitionError:
    """The error of a file that cannot be read further."""
    return DefinitionError([Problem(str(path), line, "", what, found, repair, code)])


def scan(path: Path, text: str) -> None:
    """Refuse what makes a parser run away: deep nesting, long dotted keys, long numbers, many values."""
    depth = dots = values = tables = run = 0
    line = 1
    for match in _TOKEN.finditer(text):
        token, kind = match.group(), match.lastgroup
        run = run + len(token) if kind == "word" or _is_loose(token, kind) else 0
        if run > RUN_LIMIT:
            what = Message("a word has more than {key_limit} characters", key_limit=RUN_LIMIT)
            raise refusal(path, line, what, "", "shorten it, or put it in quotes", "SEC109")
        if kind == "open":
            depth, tables = depth + 1, tables + 1
        elif kind == "close":
            depth -= 1
        elif kind == "dot":
            dots += 1
        elif kind == "word":
            if len(token) > DIGIT_LIMIT and sum(c.isdigit() for c in token) > DIGIT_LIMIT:
                what = Message("a number has more than {digit_limit} digits", digit_limit=DIGIT_LIMIT)
                raise refusal(path, line, what, short_text(token), "write fewer digits", "SEC106")
            if _HUGE_EXPONENT.fullmatch(token):
                raise refusal(
                    path,
                    line,
                    "a number has a huge exponent",
                    short_text(token),
                    "write the number out",
                    "SEC106",
                )
            if len(token) > KEY_LIMIT:
                what = Message("a word has more than {key_limit} characters", key_limit=KEY_LIMIT)
                raise refusal(path, line, what, short_text(token), "shorten it", "SEC109")
        elif kind == "end":
            dots, values = 0, values + 1
        if depth > DEPTH_LIMIT or dots > DEPTH_LIMIT:
            what = Message(
                "tables or arrays are nested more than {depth_limit} deep", depth_limit=DEPTH_LIMIT
            )
            raise refusal(path, line, what, "", "flatten them", "SEC105")
        if values > VALUE_LIMIT or tables > TABLE_LIMIT:
            what = Message(
                "the file holds more than {value_limit:,} values or {table_limit:,} tables and arrays",
                value_limit=VALUE_LIMIT,
                table_limit=TABLE_LIMIT,
            )
            raise refusal(path, line, what, "", "split it", "SEC103")
        if "\n" in token:
            line += token.count("\n")
            if kind == "end" and depth < 0:
                depth = 0


def _is_loose(token: str, kind: str | None) -> bool:
    """Whether it is one sign of a word that TOML does not know."""
    return kind is None and len(token) == 1 and not token.isspace() and token not in "\"'#"


def check_depth(path: Path, raw: dict[str, Any]) -> None:
    """Refuse nesting by dotted keys and brackets together."""
    waiting: list[tuple[Any, int]] = [(raw, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEPTH_LIMIT:
            what = Message(
                "tables or arrays are nested more than {depth_limit} deep", depth_limit=DEPTH_LIMIT
            )
            raise refusal(path, 0, what, "", "flatten them", "SEC105")
        if isinstance(value, dict | list):
            inner = value.values() if isinstance(value, dict) else value
            waiting.extend((item, depth + 1) for item in inner if isinstance(item, dict | list))


def short_text(text: str, limit: int = 40) -> str:
    """The text, cut short."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
