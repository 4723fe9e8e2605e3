"""Help in the user's language: texts from the catalogue, Chinese wrapped by its width in a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, assert_never

import click

from securitize.base.language import LANGUAGES, Language, language, language_of_locale, use_language
from securitize.base.messages import Listing, Message, in_language
from securitize.base.wrapping import width_of, wrapped

#: What click adds behind the help of an option, such as ``  [default: 1; required]``.
_EXTRAS = re.compile(r"(?:(?:^|  )\[[^\[\]]*\])+$")
#: A range of numbers as click writes it.
_BOTH_ENDS = re.compile(r"([^\s\[]+)<=x<=([^\s;\]]+)")
_ONE_END = re.compile(r"x>=([^\s;\]]+)")
_FIRST_COLUMN = 30
#: What click writes in a usage line for options, a command and its arguments.
_PLACES = {
    "[OPTIONS]": Message("[OPTIONS]"),
    "COMMAND": Message("COMMAND"),
    "[ARGS]...": Message("[ARGS]..."),
}


class Formatter(click.HelpFormatter):
    """Writes help in the language in use; in English as click does."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """How a command is called."""
        words = (_PLACES.get(word) for word in args.split(" "))
        shown = (
            in_language(word) if word else typed for word, typed in zip(words, args.split(" "), strict=True)
        )
        super().write_usage(prog, " ".join(shown), prefix or in_language(Message("Usage: ")))

    def write_heading(self, heading: str) -> None:
        """The heading of a section."""
        line = Message("{heading}:", heading=Message(heading.rstrip(":")))
        self.write(f"{'':>{self.current_indent}}{in_language(line)}\n")

    def write_text(self, text: str) -> None:
        """Paragraphs, parted by empty lines."""
        match language():
            case "en":
                super().write_text(text)
            case "zh":
                paragraphs = (" ".join(each.split()) for each in re.split(r"\n\s*\n", text) if each.strip())
                self.write("\n\n".join(self._wrapped(in_language(each)) for each in paragraphs) + "\n")
            case _:
                assert_never(language())

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = _FIRST_COLUMN, col_spacing: int = 2
    ) -> None:
        """Terms on the left, what they mean on the right."""
        match language():
            case "en":
                super().write_dl([(term, _ranges(text)) for term, text in rows], col_max, col_spacing)
            case "zh":
                self._write_list(rows, col_max, col_spacing)
            case _:
                assert_never(language())

    def _write_list(self, listed: Iterable[tuple[str, str]], most: int, gap: int) -> None:
        rows = list(listed)
        first = min(max((width_of(term) for term, _ in rows), default=0), most) + gap
        room = max(self.width - first - self.current_indent - 2, 20)
        margin = " " * self.current_indent
        for term, text in rows:
            lines = _lines(*_meaning(text), room)
            if width_of(term) + gap > first:
                self.write(f"{margin}{term}\n")
            else:
                self.write(f"{margin}{term}{' ' * (first - width_of(term))}{lines.pop(0)}\n")
            for line in lines:
                self.write(f"{margin}{' ' * first}{line}\n")

    def _wrapped(self, text: str) -> str:
        margin = " " * self.current_indent
        return "\n".join(margin + line for line in wrapped(text, self.width - self.current_indent))


class Context(click.Context):
    """A context whose help is in the language in use."""

    formatter_class = Formatter


def in_users_language(command: click.Command) -> click.Command:
    """The command, and those below it, with help in the user's language and the option ``--language``."""
    command.context_class = Context
    names = {name for parameter in command.params for name in parameter.opts}
    if "--language" not in names:
        command.params.append(_option())
    if isinstance(command, click.Group):
        for below in command.commands.values():
            # Whole in a list of commands: one that is cut short could not be looked up in the catalogue.
            below.short_help = below.get_short_help_str(limit=500)
            in_users_language(below)
    return command


def language_asked(arguments: Sequence[str]) -> Language:
    """The language that a command line asks for; that of the locale where it names none.

    Looked up before the line is parsed, so that what is wrong with it is said in that language.
    """
    for name, value in pairwise([*arguments, ""]):
        asked = name.removeprefix("--language=") if name.startswith("--language=") else value
        for known in LANGUAGES:
            if name.startswith("--language") and asked == known:
                return known
    return language_of_locale()


def without_quotes(text: str) -> str:
    """A sentence of click in Chinese names things without the quotation marks of English, parted as in Chinese."""
    match language():
        case "en":
            return text
        case "zh":
            return re.sub(r"'([^']*)'", r"\1", text.replace("', '", "'\u3001'"))
        case _:
            assert_never(language())


def _option() -> click.Option:
    return click.Option(
        ["--language"],
        type=click.Choice(LANGUAGES),
        expose_value=False,
        is_eager=True,
        callback=_use,
        help="Language of the output.  [default: that of the locale]",
    )


def _use(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    for known in LANGUAGES:
        if value == known:
            use_language(known)


def _ranges(text: str) -> str:
    """What click adds to the help of an option, with ranges in words."""
    match = _EXTRAS.search(text)
    if match is None:
        return text
    extras = _ONE_END.sub(_at_least, _BOTH_ENDS.sub(_between, match.group()))
    return text[: match.start()] + extras


def _between(ends: re.Match[str]) -> str:
    return Message("range: {low} to {high}", low=ends[1], high=ends[2])


def _at_least(end: re.Match[str]) -> str:
    return Message("at least {low}", low=end[1])


def _lines(text: str, extra: str, room: int) -> list[str]:
    """Lines of the help of an option; what stands behind it in brackets is kept together where it can be."""
    lines = wrapped(text, room) if text else []
    if not extra:
        return lines
    if lines and width_of(lines[-1]) + width_of(extra) <= room:
        return [*lines[:-1], lines[-1] + extra]
    return [*lines, *wrapped(extra, room)]


def _meaning(text: str) -> tuple[str, str]:
    """Help of an option, and what click adds to it."""
    match = _EXTRAS.search(text)
    if match is None:
        return in_language(text), ""
    groups = re.findall(r"\[([^\[\]]*)\]", match.group())
    extras = Listing((extra for group in groups for extra in _extras(group)), "; ")
    return in_language(text[: match.start()]), f"[{in_language(extras)}]"


def _extras(group: str) -> list[str]:
    """What stands in one pair of brackets; a default that is a sentence may hold a semicolon."""
    whole = group.removeprefix("default: ")
    if whole != group and in_language(whole) != whole:
        return [_extra(group)]
    return [_extra(each) for each in group.split("; ")]


def _extra(text: str) -> str:
    name, colon, value = text.partition(": ")
    if name == "default" and colon:
        # One word is typed as it stands, such as a name or a choice.
        shown = in_language(value) if " " in value or value == "none" else value
        return in_language(Message("default: {value}", value=shown))
    if both := _BOTH_ENDS.fullmatch(text):
        return in_language(_between(both))
    if least := _ONE_END.fullmatch(text):
        return in_language(_at_least(least))
    return in_language(text)
