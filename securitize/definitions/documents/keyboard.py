"""A TOML text without the slips of a Chinese keyboard, and each of them with its column and what to write.

Texts in quotes and comments stay as they are. Lines keep their numbers.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import get_args

from securitize.base.closed import complete
from securitize.base.messages import Listing, Message
from securitize.base.toml import quoted
from securitize.definitions.documents import slips
from securitize.definitions.documents.locator import STRINGS
from securitize.definitions.documents.statements import next_heading

#: A text in quotes (one without an end: its line), or a comment.
_SKIPPED = re.compile("|".join([*(each.pattern for each in STRINGS.values()), r"#[^\n]*", r"[\"'][^\n]*"]))
_LINE_SKIPPED = re.compile("|".join([STRINGS['"'].pattern, STRINGS["'"].pattern, r"#[^\n]*", r"[\"'][^\n]*"]))
_END = re.compile(r"[ \t]*(?=[,\]}#\n]|$)")
_HEADER = re.compile(r"^[ \t]*\[\[?[^\[\],=\n]*\]\]?[ \t]*(?:#[^\n]*)?$", re.MULTILINE)
#: A word without quotes that holds a letter beyond ASCII; a key where ``=`` follows.
_WORD = r"""[^\s,\[\]{}#="'.]*[^\x00-\x7F\s,\[\]{}#="'.][^\s,\[\]{}#="'.]*"""
_KEY = re.compile(
    rf"(?P<word>{_WORD})(?=[ \t]*=)|(?<=\.)(?P<last>{_WORD})(?=[ \t]*=)|(?P<first>{_WORD})(?=\.[^\n]*=)"
)
_TEXT = re.compile(
    r"""(?P<word>[^\s,\[\]{}#="']*[^\x00-\x7F\s,\[\]{}#="'][^,\[\]{}#="'\n]*?)[ \t]*(?=[,\]}#\n]|$)"""
)
_PLAIN_NUMBER = re.compile(r"[+-]?[\d_.]+")
_FORMS: Mapping[slips.ValueForm, str] = complete(
    slips.ValueForm,
    {"date": Message("a date"), "number": Message("a number"), "truth": Message("a truth value")},
)
#: Slips of one text that are mended; a text with more is no slip of a keyboard.
_MOST = 2_000
_NAMES = "use ASCII letters, digits, - and _"


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip: from where to where in the text as written, what it is without its column, and what to write."""

    start: int
    end: int
    what: str
    repair: str
    #: the sign, where it is one sign
    sign: str = ""
    #: where the reader is pointed to, where not to the start
    at: int = -1

    @property
    def place(self) -> int:
        """Where in the text as written the reader is pointed to."""
        return self.start if self.at < 0 else self.at


@dataclass
class PlainText:
    """The text without slips.

    origins : of each character, where in the text as written it stood
    keys    : keys in Chinese for which none is known; they stand in quotes
    """

    text: str = ""
    origins: Sequence[int] = ()
    slips: list[Slip] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)

    def origin(self, at: int) -> int:
        """Where in the text as written a place of the plain text is."""
        if at < len(self.origins):
            return self.origins[at]
        return self.origins[-1] + 1 if self.origins else 0


def without_slips(written: str) -> PlainText:
    """The plain text. Signs first; then values and keys, which take in the signs that stand in them."""
    if written.isascii():
        found = PlainText(written, range(len(written)), [])
    else:
        signs = _Signs(written)
        found = PlainText("".join(signs.pieces), signs.origins, signs.slips)
    edits = list(islice(_edits(found, written), _MOST)) if len(found.slips) <= _MOST else []
    if not edits:
        return found
    pieces: list[str] = []
    origins: list[int] = []
    last = 0
    for start, end, instead, slip in edits:
        pieces += [found.text[last:start], instead]
        origins += [*found.origins[last:start], *[found.origin(start)] * len(instead)]
        last = end
        found.slips = [one for one in found.slips if not slip.start <= one.start < slip.end]
        found.slips.append(slip)
    pieces.append(found.text[last:])
    origins += found.origins[last:]
    return PlainText("".join(pieces), origins, sorted(found.slips, key=lambda one: one.start), found.keys)


def _full_width(plain: str, text: str) -> Message:
    """Several full-width signs together, by what they stand for."""
    if plain.isdigit():
        return Message("full-width digits {text}", text=text)
    if plain.isalpha():
        return Message("full-width letters {text}", text=text)
    return Message("full-width letters and digits {text}", text=text)


class _Signs:
    """The text read sign by sign."""

    def __init__(self, written: str) -> None:
        self.pieces: list[str] = []
        self.origins: list[int] = []
        self.slips: list[Slip] = []
        self._text = written
        self._at = 0
        self._depth = 0
        #: marks of texts of several lines of which one is never closed, nor any behind it
        self._endless: set[str] = set()
        while self._at < len(written):
            self._step()

    def _copy(self, end: int) -> None:
        self.pieces.append(self._text[self._at : end])
        self.origins += range(self._at, end)
        self._at = end

    def _put(self, plain: str, end: int, repair: str = "") -> None:
        """``plain`` in the place of what stands there, which is a slip."""
        sign = self._text[self._at]
        if not repair and plain.strip():
            repair = Message("write {instead}", instead=plain)
        one = end == self._at + 1
        what = slips.name(sign) if one else _full_width(plain, self._text[self._at : end])
        repair = repair or ("write a blank" if plain else "take it out")
        self.slips.append(Slip(self._at, end, what, repair, sign if one else ""))
        self.pieces.append(plain)
        self.origins += range(self._at, end) if len(plain) == end - self._at else [self._at] * len(plain)
        self._at = end

    def _line_end(self) -> int:
        end = self._text.find("\n", self._at)
        return len(self._text) if end < 0 else end

    def _step(self) -> None:
        text, at = self._text, self._at
        sign = text[at]
        if sign == "#":
            self._copy(self._line_end())
        elif sign in "\"'":
            self._string()
        elif (plain := slips.plain_sign(sign)) is None:
            self._depth = max(0, self._depth + (sign in "[{") - (sign in "]}"))
            self._copy(at + 1)
        elif plain in ('"', "'"):
            self._foreign_string(plain)
        elif plain == "#":
            self._put("#", at + 1)
            self._copy(self._line_end())
        elif slips.is_alphanumeric(sign):
            end = at
            while end < len(text) and slips.is_alphanumeric(text[end]):
                end += 1
            self._put(slips.plain(text[at:end]), end)
        else:
            self._sign(plain)

    def _sign(self, plain: str) -> None:
        at, rest = self._at, self._text[self._at + 1 : self._line_end()]
        self._depth = max(0, self._depth + (plain in ("[", "{")) - (plain in ("]", "}")))
        if plain in (",", ".") and not self._depth and (not rest.strip() or rest.lstrip().startswith("#")):
            self._put("", at + 1)
        elif plain == ":" and not (at and slips.plain(self._text[at - 1]).isdigit() and rest[:1].isdigit()):
            self._put("=", at + 1)
        else:
            self._put(plain, at + 1)

    def _string(self) -> None:
        """A text in quotes; one that a foreign quote closes."""
        text, at = self._text, self._at
        mark = text[at] * 3 if text.startswith(text[at] * 3, at) else text[at]
        found = None if mark in self._endless else STRINGS[mark].match(text, at)
        if found:
            self._copy(found.end())
            return
        end = self._line_end()
        closing = (
            re.compile(f"[{slips.signs_of(text[at])}]").search(text, at + 1, end) if len(mark) == 1 else None
        )
        if closing:
            self._copy(closing.start())
            self._put(text[at], closing.end())
        else:
            self._endless |= {mark} if len(mark) > 1 else set()
            self._copy(next_heading(text, at) if len(mark) > 1 else end)

    def _foreign_string(self, plain: str) -> None:
        """A text in foreign quotes, up to the next quote of its line."""
        text, start = self._text, self._at
        end = self._line_end()
        closing = re.compile(f"[{plain}{slips.signs_of(plain)}]").search(text, start + 1, end)
        self._put(plain, start + 1)
        if closing:
            inside = text[start + 1 : closing.start()]
            if "\\" in inside and plain == '"':
                self.pieces.append(inside.replace("\\", "\\\\"))
                self.origins += [start + 1] * len(self.pieces[-1])
                self._at = closing.start()
            self._copy(closing.start())
            if closing[0] == plain:
                self._copy(closing.end())
            else:
                self._put(plain, closing.end())


def _edits(found: PlainText, written: str) -> Iterator[tuple[int, int, str, Slip]]:
    """Values and keys that TOML does not know, in order: from, to, what to put there, the slip."""
    text = found.text
    headers = {match.start(): match for match in _HEADER.finditer(text)}
    at, skip = 0, _SKIPPED
    value = ""
    while at < len(text):
        if text[at] in "\"'#" and (skipped := skip.match(text, at)):
            if skipped[0] in ('""', "''") and text.startswith(skipped[0][0], skipped.end()):
                # Of several lines and never closed: no later one is.
                skip, at, value = _LINE_SKIPPED, next_heading(text, at), ""
                continue
            at, value = skipped.end(), ""
            continue
        start_of_line = at == 0 or text[at - 1] == "\n"
        if start_of_line and (header := headers.get(at)):
            for word in re.finditer(
                _WORD, re.sub(r'"[^"\n]*"|#.*', lambda m: " " * len(m[0]), header.group())
            ):
                yield _key(found, written, at + word.start(), at + word.end())
            at, value = header.end(), ""
            continue
        if value and (edit := _value(found, written, at, after_equals=value == "=")):
            yield edit
            at, value = edit[1], ""
            continue
        if not value and (key := _KEY.match(text, at)):
            yield _key(found, written, at, key.end())
            at = key.end()
            continue
        sign = text[at]
        value = sign if sign in "=[," else value if sign in " \t\n" else ""
        at += 1


def _key(found: PlainText, written: str, start: int, end: int) -> tuple[int, int, str, Slip]:
    word = found.text[start:end]
    known = slips.keys().get(word, ())
    several = Message("write {keys}", keys=Listing(known[:4], " or "))
    repair = Message("write {instead}", instead=known[0]) if len(known) == 1 else several if known else _NAMES
    if len(known) != 1:
        found.keys.add(word)
    first, last = found.origin(start), found.origin(end - 1) + 1
    return (
        start,
        end,
        known[0] if len(known) == 1 else quoted(word),
        Slip(first, last, Message("a key in Chinese, {word},", word=word), repair),
    )


def _value(found: PlainText, written: str, at: int, after_equals: bool) -> tuple[int, int, str, Slip] | None:
    """A date, number or truth value as Chinese writes it, or a text without quotes, where a value begins."""
    text = found.text
    for form, pattern in zip(get_args(slips.ValueForm), slips.value_patterns(), strict=True):
        matched = pattern.match(text, at)
        if not matched or not _END.match(text, matched.end()) or ("," in matched[0] and not after_equals):
            continue
        end = at + len(matched[0].rstrip())
        bare = text[at:end]
        foreign = [one for one in found.slips if found.origin(at) <= one.start <= found.origin(end - 1)]
        leave = form == "number" and _PLAIN_NUMBER.fullmatch(bare) is not None
        if len(foreign) < 2 and (leave or _is_toml(bare)):
            continue
        if (meant := slips.meant(bare)) is not None:
            toml = bare if _is_toml(bare) else meant.toml
            if not _is_toml(toml):
                continue
            return at, end, toml, _slip(found, written, at, end, _FORMS[form], toml)
    word = _TEXT.match(text, at)
    if word and not re.match(r"[ \t]*=", text[word.end() :]):
        return (
            at,
            word.end("word"),
            quoted(word["word"]),
            _slip(found, written, at, word.end("word"), "a text without quotes", quoted(word["word"])),
        )
    return None


def _slip(found: PlainText, written: str, start: int, end: int, what: str, instead: str) -> Slip:
    """A slip of a whole value; named by its first foreign sign where it has one."""
    first, last = found.origin(start), found.origin(end - 1) + 1
    as_written = written[first:last]
    sign = next((one for one in found.slips if first <= one.start < last), None)
    named: str = (
        Message("{what}, in {as_written},", what=sign.what, as_written=as_written)
        if sign and sign.sign
        else Message("{what} that TOML does not know, {as_written},", what=what, as_written=as_written)
    )
    if what.endswith("quotes"):
        named = Message("{what}, {as_written},", what=what, as_written=as_written)
    return Slip(
        first, last, named, Message("write {instead}", instead=instead), at=sign.start if sign else -1
    )


def _is_toml(value: str) -> bool:
    try:
        tomllib.loads(f"x = {value}")
    except ValueError:
        return False
    return True
