"""The statements of a TOML text that cannot be parsed as a whole: each fault, and the text that is left without it.

A statement is a heading ``[table]`` or a pair ``key = value``. One that is faulty ends where the next one begins, so
that no fault hides another. Lines keep their numbers.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, DecimalException
from typing import Any, NamedTuple

from securitize.base.messages import Message
from securitize.definitions.documents.locator import STRINGS

#: Stands for a value that could not be read: no field takes a time of day.
UNREADABLE = "23:59:59.987654"
_KEY_PART = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_KEYS = rf"{_KEY_PART}(?:[ \t]*\.[ \t]*{_KEY_PART})*"
_PAIR = re.compile(rf"[ \t]*({_KEYS})[ \t]*=")
_HEADER = re.compile(r"[ \t]*\[\[?[ \t]*[A-Za-z\"'][^\[\],={}\n]*\]?\]?[ \t]*(?:#[^\n]*)?(?=\n|$)")
_BEFORE_HEADER = re.compile(rf"\n(?={_HEADER.pattern})")
_HEADING = re.compile(r"[ \t]*\[")
_TABLE = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_KEYS})")
_BLANK = re.compile(r"[ \t]*(?:#[^\n]*)?(?=\n|$)")
_TOKEN = re.compile(
    "|".join(
        [
            *(pattern.pattern for pattern in STRINGS.values()),
            r"(?P<unclosed>\"\"\"|\'\'\'|\"[^\n]*|\'[^\n]*)",
            *(r"#[^\n]*", r"\n", r"[\[{}\]]", r"[^\"'#\n\[\]{}]+"),
        ]
    )
)
_ELEMENT = re.compile(r"""[ \t]*[\[{"'\w+-]""")
_WHERE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)")
_NOT_CLOSED = ("the text is not closed", "close it with the quote that opens it")
_MENDS = 20
_LONGEST_MENDED = 100_000
#: Characters that are parsed again at most while equal names are looked for.
_MOST_PARSED = 40_000_000
_TWICE = ("Cannot overwrite", "Cannot declare", "Duplicate", "Cannot mutate", "Cannot redefine")


class SyntaxFault(NamedTuple):
    """A fault: on which line and column (0: the whole line), what it is and what to write."""

    line: int
    column: int
    what: str
    repair: str
    twice: bool = False


@dataclass
class Statement:
    """One statement: the line it begins on, its text, and the text to parse in its place."""

    line: int
    text: str
    instead: str = ""

    @property
    def is_heading(self) -> bool:
        """Whether it is the heading of a table."""
        return _PAIR.match(self.text) is None and _HEADING.match(self.text) is not None


@dataclass
class Rest:
    """What is left of a text.

    text  : without its faults, line by line as it was
    raw   : what ``tomllib`` makes of it
    whole : whether every key is known that stands in the text; where not, one that is missed may be there
    """

    text: str
    raw: dict[str, Any]
    faults: list[SyntaxFault] = field(default_factory=list)
    whole: bool = True


def rest_of(text: str) -> Rest:
    """What is left of a text of which some is faulty, and the faults."""
    rest = Rest(text, {})
    statements = list(_split(text))
    heading_lost = False
    for statement in statements:
        statement.instead = statement.text
        if statement.is_heading:
            heading_lost = not _heading(statement, rest)
        else:
            _pair(statement, rest)
            if heading_lost:
                statement.instead = ""
    _parse_without_twins(statements, text, rest)
    return rest


def parse(text: str) -> dict[str, Any]:
    """What ``tomllib`` makes of a text; a ValueError of any kind where it cannot."""
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except (DecimalException, RecursionError, OverflowError) as error:
        raise ValueError(str(error).partition(";")[0] or type(error).__name__) from None


def _split(text: str) -> Iterator[Statement]:
    at, line = 0, 1
    while at < len(text):
        blank = _BLANK.match(text, at)
        if blank:
            at, line = blank.end() + 1, line + 1
            continue
        end = _end_of(text, at)
        yield Statement(line, text[at:end])
        line += text.count("\n", at, end) + 1
        at = end + 1


def _end_of(text: str, start: int) -> int:
    """Where the statement that begins at ``start`` ends: at the end of a line."""
    open_brackets: list[str] = []
    in_heading = _HEADER.match(text, start) is not None and _PAIR.match(text, start) is None
    at = start
    for token in _TOKEN.finditer(text, start):
        sign, at = token.group(), token.start()
        if sign in ('""', "''") and text.startswith(sign[0], token.end()):
            return next_heading(text, at)
        if sign == "\n":
            if in_heading or not open_brackets or _begins(text, at + 1, open_brackets[-1]):
                return at
        elif sign in ("[", "{"):
            open_brackets.append(sign)
        elif sign in ("]", "}") and open_brackets:
            open_brackets.pop()
        at = token.end()
    return at


def next_heading(text: str, at: int) -> int:
    """The end of the line before the next heading; until there reaches a text of several lines that is never closed."""
    found = _BEFORE_HEADER.search(text, at)
    return found.start() if found else len(text)


def _begins(text: str, at: int, bracket: str) -> bool:
    """Whether a statement must begin on this line although a bracket is open."""
    while (blank := _BLANK.match(text, at)) and blank.end() < len(text):
        at = blank.end() + 1
    if _HEADER.match(text, at) and not re.match(r"[ \t]*\[[ \t]*(?:\[[ \t]*)?[\"']", text[at : at + 200]):
        return True
    if not _PAIR.match(text, at):
        return False
    return bracket == "[" or not _closes(text, at)


def _closes(text: str, at: int) -> bool:
    """Whether the table in braces that is open is closed by a line of its own, before any heading."""
    for line in text[at:].split("\n", 60)[:60]:
        if re.match(r"[ \t]*\}", line):
            return True
        if _HEADER.match(line) or (line.strip() and not (_PAIR.match(line) or _BLANK.match(line))):
            return False
    return False


def _heading(statement: Statement, rest: Rest) -> bool:
    """Whether the table is known, be the heading faulty or not."""
    try:
        parse(statement.text)
    except ValueError as error:
        rest.faults.append(_fault(str(error), statement.text, statement.line))
    else:
        return True
    found = _TABLE.match(statement.text)
    closing = {"[": "]", "[[": "]]"}
    statement.instead = f"{found[1]}{found[2]}{closing[found[1]]}" if found else ""
    rest.whole = rest.whole and found is not None
    return found is not None


def _pair(statement: Statement, rest: Rest) -> None:
    """The faults of a pair; what cannot be read is put as a value that no field takes."""
    lines: set[int] = set()
    endless = _endless(statement.text)
    if endless >= 0:
        line = statement.text.count("\n", 0, endless)
        column = endless - statement.text.rfind("\n", 0, endless)
        rest.faults.append(SyntaxFault(statement.line + line, column, *_NOT_CLOSED))
    for _ in range(0 if endless >= 0 else _MENDS if len(statement.instead) <= _LONGEST_MENDED else 1):
        try:
            parse(statement.instead)
        except ValueError as error:
            fault = _fault(str(error), statement.instead, statement.line)
        else:
            return
        if fault.line in lines:
            break
        lines.add(fault.line)
        if len(rest.faults) < _most():
            rest.faults.append(fault)
        if not _mend(statement, fault):
            break
    pair = _PAIR.match(statement.text)
    statement.instead = f"{pair[1]} = {UNREADABLE}" if pair else ""
    rest.whole = rest.whole and pair is not None


def _endless(text: str) -> int:
    """Where a text of several lines begins that is never closed (in a long one, any text); -1 where there is none."""
    for token in _TOKEN.finditer(text):
        if token.group() in ('""', "''") and text.startswith(token.group()[0], token.end()):
            return token.start()
        if token["unclosed"] and len(text) > _LONGEST_MENDED:
            return token.start()
    return -1


def _most() -> int:
    from securitize.definitions.documents.loaded import PROBLEM_LIMIT

    return PROBLEM_LIMIT + 1


def _mend(statement: Statement, fault: SyntaxFault) -> bool:
    """Whether one fault of a pair of several lines could be put aside, so that its other lines are read."""
    lines = statement.instead.split("\n")
    place = fault.line - statement.line
    if fault.what.startswith("an inline table"):
        statement.instead = _on_one_line(statement.instead)
        return True
    if fault.what.startswith("a comma is missing") and fault.column:
        lines[place] = lines[place][: fault.column - 1] + "," + lines[place][fault.column - 1 :]
    elif 0 < place < len(lines) - 1 and _ELEMENT.match(lines[place]) and _depth(lines[:place]) == 1:
        if _depth([lines[place]]) < 0:
            return False
        lines[place] = f"{UNREADABLE},"
    else:
        return False
    statement.instead = "\n".join(lines)
    return True


def _on_one_line(text: str) -> str:
    """Tables in braces without the line ends, comments and last commas that TOML 1.0 does not let stand there."""
    found, braces, ends = "", [], 0
    for token in _TOKEN.finditer(text):
        sign = token.group()
        if sign in ("[", "{"):
            braces.append(sign)
        elif sign in ("]", "}") and braces and braces.pop() == "{":
            found = found.rstrip().removesuffix(",")
        if "{" in braces and (sign == "\n" or sign.startswith("#")):
            ends += sign == "\n"
            continue
        found += sign
    return found + "\n" * ends


def _depth(lines: list[str]) -> int:
    depth = 0
    for token in _TOKEN.finditer("\n".join(lines)):
        depth += (token.group() in ("[", "{")) - (token.group() in ("]", "}"))
    return depth


def _fault(message: str, text: str, first: int) -> SyntaxFault:
    """An error of ``tomllib`` in one statement, in the words of a writer of files."""
    where = _WHERE.search(message)
    what = _WHERE.sub("", message)
    lines = text.split("\n")
    row, column = (int(where[1]), int(where[2])) if where and where[1] else (len(lines), len(lines[-1]) + 1)
    row = min(row, len(lines))
    at = sum(len(line) + 1 for line in lines[: row - 1]) + column - 1
    named, repair = _in_words(what, text, at)
    if what.startswith(_TWICE):
        return SyntaxFault(first + row - 1, 0, named, repair, twice=True)
    if named.startswith("a comma is missing"):
        at = len(text[:at].rstrip())
    elif named.endswith("is not closed") and at >= len(text):
        at = _opening(text)
    elif where is None:
        return SyntaxFault(first, 0, named, repair)
    line = text.count("\n", 0, at)
    return SyntaxFault(first + line, at - (text.rfind("\n", 0, at) + 1) + 1, named, repair)


def _opening(text: str) -> int:
    """Where the bracket or quote stands that is never closed."""
    waiting: list[int] = []
    for token in _TOKEN.finditer(text):
        sign = token.group()
        if sign in ("[", "{"):
            waiting.append(token.start())
        elif sign in ("]", "}") and waiting:
            waiting.pop()
        elif token["unclosed"]:
            return token.start()
    return waiting[-1] if waiting else 0


def _in_words(what: str, text: str, at: int) -> tuple[str, str]:
    here, before = text[at : at + 1], text[:at].rstrip()
    word = re.match(r"[A-Za-z][\w./ -]*", text[at:])
    if what.startswith(_TWICE):
        return "the name is given twice", "write each key once"
    if what.startswith(("Illegal character '\\n'", "Unterminated string")):
        opened = text[:at].rpartition("\n")[2]
        if what.startswith("Unterminated") or '"' in opened or "'" in opened:
            return _NOT_CLOSED
    if what.startswith("Unclosed array"):
        if here in ("", "\n") and not text[at:].strip():
            return "the array is not closed", Message("add {sign}", sign="]")
        return "a comma is missing", Message("add {sign}", sign=",")
    if what.startswith("Unclosed inline table"):
        if not text[at:].strip():
            return "the table is not closed", Message("add {sign}", sign="}")
        return "a comma is missing", Message("add {sign}", sign=",")
    if before.endswith(("{", ",")) and here in ("\n", "#") and "inline" not in what:
        return "an inline table stands on one line", "write it on one line, or as a table with a heading"
    if here == "}" and before.endswith(","):
        return Message("a comma stands before {sign}", sign="}"), "take it out"
    if what.startswith("Invalid value") and word and word[0].lower().strip() in ("true", "false"):
        first = word[0].strip()
        return (
            Message("{first} is no truth value", first=first),
            Message("write {instead}", instead=first.lower()),
        )
    if what.startswith("Invalid value") and not text[at:].strip() and _depth([text]) > 0:
        return "the array is not closed", Message("add {sign}", sign="]")
    if what.startswith("Invalid value") and word:
        return Message("a text without quotes, {first},", first=word[0].strip()), Message(
            'write "{first}"', first=word[0].strip()
        )
    if what.startswith("Invalid value") and here in ("", "\n", "#", ",", "}", "]"):
        return "a value is missing", "write one behind ="
    if what.startswith("Expected '='"):
        return "a key without =", "write key = value"
    if what.startswith("Expected ']'"):
        sign = "]]" if text.lstrip().startswith("[[") else "]"
        return "the heading is not closed", Message("add {sign}", sign=sign)
    if what.startswith("Expected newline or end of document"):
        return "something stands behind the value", "write one key and one value a line"
    if what.startswith("Invalid date"):
        return "there is no such date or time", "correct the value"
    return what[:1].lower() + what[1:], "correct the TOML syntax"


def _parse_without_twins(statements: list[Statement], text: str, rest: Rest) -> None:
    """The rest, parsed; of names given twice the first stays, with what stands under its heading."""
    lines = text.count("\n") + 1
    for _ in range(max(1, min(_most(), _MOST_PARSED // (len(text) + 1)))):
        rest.text = _joined(statements, lines)
        try:
            rest.raw = parse(rest.text)
        except ValueError as error:
            where = _WHERE.search(str(error))
            line = int(where[1]) if where and where[1] else lines
            k = max((k for k, each in enumerate(statements) if each.line <= line), default=-1)
            if not where or k < 0 or not statements[k].instead:
                break
            fault = _fault(str(error), statements[k].text, statements[k].line)
            if fault.twice or not any(fault.line == one.line for one in rest.faults):
                rest.faults.append(fault)
            _drop(statements, k)
        else:
            return
    rest.raw, rest.text, rest.whole = {}, "", False


def _drop(statements: list[Statement], k: int) -> None:
    """Takes out a statement; with a heading what stands under it."""
    was_heading = statements[k].is_heading
    statements[k].instead = ""
    for statement in statements[k + 1 :] if was_heading else []:
        if statement.is_heading:
            break
        statement.instead = ""


def _joined(statements: list[Statement], lines: int) -> str:
    """The statements, each on the line on which it was written."""
    found = [""] * lines
    for statement in statements:
        pieces = statement.instead.split("\n")
        found[statement.line - 1 : statement.line - 1 + len(pieces)] = pieces
    return "\n".join(found[:lines])
