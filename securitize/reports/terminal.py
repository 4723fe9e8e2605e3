"""Tables in a terminal: numbers to the right, Chinese in its two columns a character, nothing that moves the cursor."""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TextIO, assert_never

from securitize.base.errors import StorageError, escaped, line_in_language, printable
from securitize.base.language import language
from securitize.base.messages import Listing, Message, in_language
from securitize.base.money import in_figures
from securitize.base.wrapping import width_of, wrapped

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

#: Characters between two columns.
GAP = 2
#: A column whose text wraps keeps at least its longest word, up to this many characters.
LONG_WORD = 24
#: A heading that is wider than its cells is wrapped, to so many lines at most.
HEADING_LINES = 3
#: Width of four Chinese characters, and of one.
CHINESE_LINE, ALONE = 8, 2
#: Brackets in Chinese.
BRACKETS = "\uff08\uff09"
#: What stands for null.
NOTHING = "-"
_TRAILING = re.compile(r" +$", re.MULTILINE)

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading; ``wraps``: long text may take several lines; ``right``: its text stands to the right."""

    heading: str
    wraps: bool = False
    right: bool = False


def shown(value: Any) -> str:
    """A value for a reader: money as its currency is written, a tuple's members one below another."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return in_language("yes" if value else "no")
    if isinstance(value, Decimal):
        return in_figures(value)
    if isinstance(value, float):
        return f"{value:,.4f}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, tuple):
        return "\n".join(shown(one) for one in value if one)
    return printable(in_language(value) if isinstance(value, Message | Listing) else str(value), 300)


def percent(rate: int | None) -> str:
    """A rate of units of 1e-8 in percent, trailing zeros cut to two decimals."""
    if rate is None:
        return NOTHING
    text = f"{Decimal(rate).scaleb(-6):f}"
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}%"


def print_table(title: str, columns: Sequence[Column], rows: Iterable[Row], keys: int = 1) -> None:
    """A table on standard output; numbers to the right.

    A table that is wider than the terminal is printed in several below one another, each with the first ``keys``
    columns. A figure is never cut: where one column alone is too wide, it runs over the edge.
    """
    cells = [tuple(row) for row in rows]
    columns = [replace(column, heading=in_language(column.heading)) for column in columns]
    title = in_language(title)
    continued = in_language(Message("{title} (continued)", title=title)) if title else ""
    widths = table_widths(columns, cells)
    for group in column_groups(widths, keys, terminal_width()):
        narrow = [tuple(row[i] for i in group) for row in cells]
        _print_block(title, [columns[i] for i in group], narrow, [widths[i] for i in group])
        if title and len(group) < len(columns):
            title = continued


def table_widths(columns: Sequence[Column], rows: Sequence[Row]) -> list[int]:
    """Least width of each column: its longest cell, or for text that wraps its longest word."""
    from rich.cells import cell_len

    widths = []
    for i, column in enumerate(columns):
        cells = [line for row in rows for line in shown(row[i]).split("\n")]
        pieces = (word for cell in cells for word in cell.split()) if column.wraps else cells
        longest = max((cell_len(piece) for piece in pieces), default=0)
        limit = LONG_WORD if column.wraps else longest
        widths.append(_room_for(column.heading, min(limit, longest)))
    return widths


def _room_for(heading: str, least: int) -> int:
    """The width from ``least`` on at which a heading takes no more than :data:`HEADING_LINES`, its words whole.

    Chinese has no spaces between words: its lines have four characters or more, and none stands alone below them.
    """
    wide = width_of(heading)
    chinese = wide > len(heading)
    width = max(least, min(wide, CHINESE_LINE) if chinese else 1)
    while True:
        lines = _heading_lines(heading, width)
        fits = len(lines) <= HEADING_LINES and max(map(width_of, lines)) <= width
        if fits and (not chinese or (not _alone(lines) and _breaks_at_bracket(heading, lines))):
            return width
        width += 1


def _heading_lines(heading: str, width: int) -> list[str]:
    """A heading in lines of a width; Chinese before its bracket where that does, and after whole words.

    Most Chinese words have two characters, so that a line takes an even number of them where it can.
    """
    plain = wrapped(heading, width)
    if len(plain) == 1 or width_of(heading) == len(heading):
        return plain
    opening = heading.find(BRACKETS[0])
    parts = [part for part in (heading[:opening], heading[opening:]) if part] if opening > 0 else [heading]
    lines = [line for part in parts for line in _even_lines(part, width)]
    return plain if len(lines) > HEADING_LINES or _alone(lines) else lines


def _even_lines(text: str, width: int) -> list[str]:
    """The text in as few lines as the width allows, each of an even number of characters and none far longer."""
    plain = wrapped(text, width)
    words = len(text.strip(BRACKETS)) % 2 == 0
    first = 3 * ALONE if words and text.startswith(BRACKETS[0]) else 2 * ALONE
    evenly = (wrapped(text, even) for even in range(first, width + 1, 2 * ALONE if words else ALONE))
    return next((lines for lines in evenly if len(lines) == len(plain) and not _alone(lines)), plain)


def _breaks_at_bracket(heading: str, lines: Sequence[str]) -> bool:
    """Whether a line begins with the bracket of a heading that has one and takes several lines."""
    return len(lines) == 1 or BRACKETS[0] not in heading[1:] or any(line[0] == BRACKETS[0] for line in lines)


def _alone(lines: Sequence[str]) -> bool:
    """Whether a line after the first is one character."""
    return any(width_of(line) <= ALONE for line in lines[1:])


def column_groups(widths: Sequence[int], keys: int, room: int) -> list[list[int]]:
    """Positions of the columns of each block, so that a block fits into ``room`` characters if it can."""
    first = list(range(keys))
    groups = [list(first)]
    used = sum(widths[i] + GAP for i in first) - GAP
    start = used
    for i in range(keys, len(widths)):
        if used + GAP + widths[i] > room and len(groups[-1]) > keys:
            groups.append(list(first))
            used = start
        groups[-1].append(i)
        used += GAP + widths[i]
    return groups


def terminal_width() -> int:
    """Columns of the terminal; 80 where there is none and COLUMNS does not say."""
    return max(40, shutil.get_terminal_size((80, 24)).columns)


def print_line(template: str, /, *, wraps: bool = True, **values: Any) -> None:
    """A line on standard output in the user's language, wrapped to the terminal.

    template, values : of the message (:class:`~securitize.base.messages.Message`)
    wraps            : a path does not, so that it can be copied
    """
    from rich.text import Text

    text = printable(
        line_in_language(Message(template, **values) if values else template, language()), 10_000
    )
    console, buffer = _console(terminal_width())
    console.print(Text(_paragraph(text) if wraps else text), soft_wrap=True)
    emit(buffer.getvalue())


def _paragraph(text: str) -> str:
    """Text in lines of the terminal's width, each as far in as the first."""
    said = text.lstrip(" ")
    margin = text[: len(text) - len(said)]
    return "\n".join(margin + line for line in wrapped(said, terminal_width() - len(margin)))


def print_prose(text: str) -> None:
    """Paragraphs, parted by empty lines in ``text``, each wrapped to the terminal."""
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        print_line(" ".join(paragraph.split()))
    emit("\n")


def print_description(text: str) -> bool:
    """A description of a file, which is written in English alone, for readers of English; whether there was one."""
    match language():
        case "en":
            if text.strip():
                print_prose(text)
            return bool(text.strip())
        case "zh":
            return False
        case other:
            assert_never(other)


def emit(text: str) -> None:
    """Text for a reader on standard output. Raises StorageError where there is none."""
    _output().write(_TRAILING.sub("", text))


def emit_data(text: str) -> None:
    """Text for a program on standard output, UTF-8 in every locale. Raises StorageError where there is none.

    At a terminal somebody reads it: what would move the cursor, colour the text or turn it round is escaped there.
    """
    output = _output()
    output.flush()
    if output.isatty():
        text = "".join(
            c if c.isprintable() or c in "\n\t" else escaped(c) for c in text.replace("\r\n", "\n")
        )
    output.buffer.write(text.encode("utf-8", "backslashreplace"))


def _output() -> TextIO:
    # The types say that there always is one; a program that was started without has None.
    output: TextIO | None = sys.stdout
    if output is None:
        raise StorageError("standard output is closed")
    return output


def _console(width: int) -> tuple[Console, io.StringIO]:
    """A console and what it writes to: styles only where standard output is a terminal and NO_COLOR is not set."""
    from rich.console import Console

    buffer = io.StringIO()
    styled = sys.stdout is not None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    console = Console(
        file=buffer,
        force_terminal=styled,
        color_system="auto" if styled else None,
        highlight=False,
        markup=False,
        emoji=False,
        width=width,
    )
    return console, buffer


def _print_block(title: str, columns: Sequence[Column], rows: Sequence[Row], widths: Sequence[int]) -> None:
    from rich.text import Text

    console, buffer = _console(max(terminal_width(), sum(widths) + GAP * (len(widths) - 1)))
    if title:
        console.print(Text(_paragraph(printable(title, 300)), style="bold"), soft_wrap=True)
    console.print(_table(columns, rows, _widened(columns, rows, widths)))
    emit(buffer.getvalue() + "\n")


def _widened(columns: Sequence[Column], rows: Sequence[Row], least: Sequence[int]) -> list[int]:
    """Widths at which text that wraps takes what room there is; the widest such column gives way first."""
    natural = [
        max([least[i], *(width_of(line) for row in rows for line in shown(row[i]).split("\n"))])
        for i in range(len(columns))
    ]
    excess = sum(natural) + GAP * (len(natural) - 1) - terminal_width()
    while excess > 0:
        yielding = [i for i, column in enumerate(columns) if column.wraps and natural[i] > least[i]]
        if not yielding:
            break
        natural[max(yielding, key=lambda i: natural[i])] -= 1
        excess -= 1
    return natural


def _table(columns: Sequence[Column], rows: Sequence[Row], widths: Sequence[int]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    headings = [
        _heading_lines(printable(column.heading), width)
        for column, width in zip(columns, widths, strict=True)
    ]
    most = max(map(len, headings), default=0)
    for i, column in enumerate(columns):
        numbers = any(
            isinstance(row[i], int | float | Decimal) and not isinstance(row[i], bool) for row in rows
        )
        table.add_column(
            # A heading stands on its column; a cell begins where its row begins.
            Text("\n".join([*[""] * (most - len(headings[i])), *headings[i]]), style="underline"),
            justify="right" if numbers or column.right else "left",
            no_wrap=not column.wraps,
            overflow="fold",
            min_width=widths[i],
        )
    for row in rows:
        cells = [
            _lines(shown(value), width) if column.wraps else shown(value)
            for value, column, width in zip(row, columns, widths, strict=True)
        ]
        table.add_row(*map(Text, cells))
    return table


def _lines(text: str, width: int) -> str:
    """Text in lines of a width, broken where each language is broken."""
    return "\n".join(line for each in text.split("\n") for line in wrapped(each, width))
