"""Help in the user's language: texts from the catalogue, Chinese wrapped by its width in a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, assert_never

import click

from securitize.base.language import LANGUAGES, Language, language, language_of_locale, use_language
from securitize.base.messages import Listing, Message, in_language
from securitize.base.wrapping import width_of, wrapped

#: What click adds behind the help of an option, such as ``  [default: 1; required]``.
_EXTRAS = re.compile(r"(?:  \[[^\[\]]*\])+$")
_FIRST_COLUMN = 30


class Formatter(click.HelpFormatter):
    """Writes help in the language in use; in English as click does."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """How a command is called."""
        super().write_usage(prog, args, prefix or in_language(Message("Usage: ")))

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
                super().write_dl(rows, col_max, col_spacing)
            case "zh":
                self._write_list([(term, _meaning(text)) for term, text in rows], col_max, col_spacing)
            case _:
                assert_never(language())

    def _write_list(self, rows: Sequence[tuple[str, str]], most: int, gap: int) -> None:
        first = min(max((width_of(term) for term, _ in rows), default=0), most) + gap
        room = max(self.width - first - self.current_indent - 2, 20)
        margin = " " * self.current_indent
        for term, text in rows:
            lines = wrapped(text, room)
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
            in_users_language(below)
    return command


def language_asked(arguments: Sequence[str]) -> Language:
    """The language that a command line asks for; that of the locale where it names none.

    Looked up before the line is parsed, so that what is wrong with it is said in that language.
    """
    for name, value in zip(arguments, [*arguments[1:], ""], strict=True):
        asked = name.removeprefix("--language=") if name.startswith("--language=") else value
        for known in LANGUAGES:
            if name.startswith("--language") and asked == known:
                return known
    return language_of_locale()


def _option() -> click.Option:
    return click.Option(
        ["--language"],
        type=click.Choice(LANGUAGES),
        expose_value=False,
        is_eager=True,
        callback=_use,
        help="Language of what is printed for a reader.  [default: that of the locale]",
    )


def _use(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    for known in LANGUAGES:
        if value == known:
            use_language(known)


def _meaning(text: str) -> str:
    """Help of an option with what click adds to it."""
    match = _EXTRAS.search(text)
    if match is None:
        return in_language(text)
    said = "; ".join(re.findall(r"\[([^\[\]]*)\]", match.group()))
    extras = in_language(Listing((_extra(each) for each in said.split("; ")), "; "))
    return f"{in_language(text[: match.start()])} [{extras}]"


def _extra(text: str) -> str:
    name, colon, value = text.partition(": ")
    if name != "default" or not colon:
        return in_language(text)
    # What is typed stays as it is typed: only a default in words is in the user's language.
    return in_language(Message("default: {value}", value=in_language(value) if " " in value else value))
