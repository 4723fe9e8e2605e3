"""Options that several commands share, and talk."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from securitize.base.errors import UsageError, line_in_language, printable
from securitize.base.language import language
from securitize.base.messages import Listing, Message, in_language

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from securitize.base.progress import Progress

F = TypeVar("F", bound=Callable[..., object])

runs_folder = click.option(
    "--runs",
    "runs_folder",
    metavar="DIRECTORY",
    type=click.Path(path_type=Path),
    default=Path("runs"),
    show_default=True,
    help="Folder of the stored runs.",
)

builds_folder = click.option(
    "--builds",
    "builds_folder",
    metavar="DIRECTORY",
    type=click.Path(path_type=Path),
    default=Path("builds"),
    show_default=True,
    help="Folder of the built pools.",
)


class Day(click.DateTime):
    """A date such as 2024-09-11; one as a Chinese keyboard writes it is refused with what to write."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(
        self, value: object, parameter: click.Parameter | None, context: click.Context | None
    ) -> datetime.datetime:
        """The day. Fails with the sign that is wrong, and the date to write."""
        from securitize.definitions.documents import slips

        if isinstance(value, str) and (meant := slips.meant(value)) and meant.form in slips.DATES:
            sign = slips.first_sign(value)
            if meant.toml != value:
                named = (
                    Message("{name} at character {index}", name=slips.name(sign), index=value.index(sign) + 1)
                    if sign
                    else "not a date of ISO 8601"
                )
                self.fail(
                    Message(
                        "{value}: {named}; write {toml}", value=printable(value), named=named, toml=meant.toml
                    ),
                    parameter,
                    context,
                )
        try:
            found: datetime.datetime = super().convert(value, parameter, context)
        except click.BadParameter:
            problem = Message("{value} is not a date; write it as 2019-09-11", value=printable(str(value)))
            self.fail(problem, parameter, context)
        return found


Completion = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]


def completion(*shelves: str) -> Completion:
    """Names for the shell: a deal's own first, then what ships on the shelves; files where there is none."""

    def names(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        from securitize.library import list_own, list_shipped
        from securitize.library.shelves import DEAL_FILE

        deal = str(context.params.get("deal") or context.params.get("run") or "")
        file = Path(deal) if deal.endswith(".toml") else Path(deal) / DEAL_FILE
        own = [one for shelf in shelves for one in list_own(shelf, file if deal else None)]
        shipped = [one for shelf in shelves for one in list_shipped(shelf)]
        known = dict.fromkeys(one.name for one in (*own, *shipped))
        found = [CompletionItem(name) for name in known if name.startswith(incomplete)]
        # In bash a file beside names would take their place; a template is no file.
        return found or ([] if shelves == ("template",) else [CompletionItem(incomplete, type="file")])

    return names


def complete_run(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Stored runs for the shell."""
    from click.shell_completion import CompletionItem

    folder = Path(context.params.get("runs_folder") or "runs")
    names = sorted(one.name for one in folder.glob("*/") if not one.name.startswith("."))
    found = [CompletionItem(name) for name in names if name.startswith(incomplete)]
    return found or [CompletionItem(incomplete, type="file")]


def complete_word(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Words to be explained, for the shell."""
    from click.shell_completion import CompletionItem

    from securitize.reports.explained import words

    return [CompletionItem(word) for word in words() if word.lower().startswith(incomplete.lower())]


scenario = click.option(
    "--scenario",
    metavar="NAME|FILE",
    shell_complete=completion("scenario"),
    help="A scenario: the deal's own, a shipped one, or a file.",
)

pool = click.option(
    "--pool",
    metavar="NAME|FOLDER|FILE",
    shell_complete=completion("pool"),
    help="A pool in place of the deal's own: a shipped one, the folder of a build, or a pool file.",
)


workers = click.option(
    "--workers",
    type=click.IntRange(1, 64),
    metavar="N",
    help="Number of threads; results do not depend on it.  [default: one per processor]",
)

table_or_json = click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="What is printed: a summary, or one JSON object.",
)


def printed(csv_table: str, summary: str = "a summary") -> Callable[[F], F]:
    """The options --format and --table of a command that prints tables; ``csv_table`` where --table names none."""

    def with_options(command: F) -> F:
        table = click.option(
            "--table",
            metavar="NAME",
            help=Message("The table that --format csv prints.  [default: {csv_table}]", csv_table=csv_table),
        )
        format_ = click.option(
            "--format",
            "format_",
            type=click.Choice(["table", "json", "csv"]),
            default="table",
            show_default=True,
            help=Message(
                "What is printed: {summary}, every table as one JSON object, or one table as CSV.",
                summary=summary,
            ),
        )
        return format_(table(command))

    return with_options


def check_notes(named: Iterable[str], known: Collection[str]) -> None:
    """Raises UsageError where the deal has no note of a name."""
    for note in named:
        if note not in known:
            raise UsageError(
                "no note is named {note}; notes are {notes}", note=printable(note), notes=Listing(known)
            )


class Words(click.Choice[str]):
    """One of these words, or an old word for one, which still works and is answered with the new."""

    def __init__(self, words: Sequence[str], old: Mapping[str, str]) -> None:
        super().__init__(words)
        self._old = old

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word, the new one in place of an old."""
        new = self._old.get(value)
        if new is None:
            return super().convert(value, param, ctx)
        option = param.opts[0] if param else ""
        talk("warning: {option} {value} is now {option} {new}", option=option, value=value, new=new)
        return new


def check_table(table: str | None, format_: str, known: Callable[[], Sequence[str]]) -> None:
    """Before anything is calculated: a table that can be printed. Raises UsageError."""
    if table is None:
        return
    if format_ != "csv":
        raise UsageError("--table goes with --format csv")
    if table not in known():
        raise UsageError(
            "no table is named {table}; tables are {tables}", table=printable(table), tables=Listing(known())
        )


def talk(template: str, /, **values: Any) -> None:
    """A line for the person at the terminal, apart from the data: on standard error, in their language."""
    text = Message(template, **values) if values else template
    print(printable(line_in_language(text, language()), 2000), file=sys.stderr)


def progress() -> Progress | None:
    """Tells whoever waits at a terminal what is being done and how much of it is done; None where nobody does."""
    if sys.stderr is None or not sys.stderr.isatty():
        return None

    def show(what: str, done: int, of: int) -> None:
        if not of:
            talk("{step} …", step=in_language(what))
            return
        end = "\n" if done >= of else ""
        line = in_language(Message("{done:,} of {of:,} {what}", done=done, of=of, what=in_language(what)))
        print(f"\r{line}", end=end, file=sys.stderr, flush=True)

    return show


def print_warnings(warnings: Iterable[str]) -> None:
    """Each warning on a line of its own."""
    for warning in warnings:
        text = line_in_language(warning, language())
        talk("warning: {warning}", warning=text)


def print_accepted(about: Mapping[str, Any]) -> None:
    """What would be a warning but for an entry of the files, with its reason, each on a line of its own."""
    from securitize.reports.acceptances import accepted_lines

    for line in accepted_lines(about):
        talk(line)
