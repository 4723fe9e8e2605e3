"""Lines of a given width: Latin text breaks at spaces, Chinese between any two characters but before closing marks."""

from __future__ import annotations

import re
from unicodedata import east_asian_width

#: What cannot begin a line, and what cannot end one.
_CLOSING = "\uff0c\u3002\uff1b\uff1a\uff1f\uff01\uff09\u3011\u300b\u300d\u300f\u3001\u201d\u2019\u2026\uff05%,.;:?!)]}"
_OPENING = "\uff08\u3010\u300a\u300c\u300e\u201c\u2018([{"
_WIDE = ("W", "F")
#: A unit of one or two characters stays in its full-width brackets.
_PIECES = re.compile(r"\s+|\uff08[^\uff08\uff09\s]{1,2}\uff09|[^\s]")


def width_of(text: str) -> int:
    """Columns that a text takes in a terminal: two for each Chinese character and full-width mark."""
    from rich.cells import cell_len

    return cell_len(text)


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most ``width`` columns; a word that is longer alone runs over."""
    lines, line = [], ""
    for piece in _unbreakable(text):
        if line and width_of(line) + width_of(piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _unbreakable(text: str) -> list[str]:
    """Pieces that stay whole: words with the space behind them, single Chinese characters with their marks."""
    pieces: list[str] = []
    for piece in _PIECES.findall(text):
        if pieces and _stays(pieces[-1], piece):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


def _stays(before: str, after: str) -> bool:
    if after.isspace():
        return True
    last = before[-1]
    if last.isspace():
        return False
    return after in _CLOSING or last in _OPENING or not (_is_wide(last) or _is_wide(after))


def _is_wide(character: str) -> bool:
    return east_asian_width(character[0]) in _WIDE
