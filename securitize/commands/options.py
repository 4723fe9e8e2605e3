"""Options that several commands share, and talk."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from securitize.base.errors import UsageError, printable

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

F = TypeVar("F", bound=Callable[..., object])

runs_folder = click.option(
    "--runs",
    "runs_folder",
    metavar="DIRECTORY",
    type=click.Path(path_type=Path),
    default=Path("runs"),
    show_default=True,
    help="Where runs are kept.",
)

builds_folder = click.option(
    "--builds",
    "builds_folder",
    metavar="DIRECTORY",
    type=click.Path(path_type=Path),
    default=Path("builds"),
    show_default=True,
    help="Where built pools are kept.",
)


def _named(kind: str, incomplete: str) -> list[CompletionItem]:
    """Shipped names that begin so; files where there is none."""
    from click.shell_completion import CompletionItem

    from securitize import library

    shipped = getattr(library, f"list_{kind}")()
    names = [CompletionItem(one.name) for one in shipped if one.name.startswith(incomplete)]
    # In bash a file beside names would take their place.
    return names or [CompletionItem(incomplete, type="file")]


def complete_deal(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Deals for the shell."""
    return _named("deals", incomplete)


def complete_build(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Pools that can be built, for the shell."""
    return _named("builds", incomplete)


def complete_chain(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Industry chains for the shell."""
    return _named("chains", incomplete)


def complete_market(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Markets for the shell."""
    return _named("markets", incomplete)


def complete_scenario(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Scenarios for the shell: the deal's own and the shipped ones."""
    from click.shell_completion import CompletionItem

    deal = context.params.get("deal")
    own = Path(str(deal)) / "scenarios"
    files = sorted(own.glob("*.toml")) if deal and own.is_dir() else []
    names = [file.stem for file in files if file.stem.startswith(incomplete)]
    own_items = [CompletionItem(name) for name in names]
    return own_items + [one for one in _named("scenarios", incomplete) if one.type == "plain" or not names]


def complete_template(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Templates for the shell."""
    return [one for one in _named("templates", incomplete) if one.type == "plain"]


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
    shell_complete=complete_scenario,
    help="A scenario: the deal's own, a shipped one, or a file.",
)

pool = click.option(
    "--pool",
    metavar="NAME|FOLDER|FILE",
    help="A pool in place of the deal's own: a shipped one, the folder of a build, or a pool file.",
)


workers = click.option(
    "--workers",
    type=click.IntRange(1, 64),
    metavar="N",
    help="Threads that draw paths; results do not depend on them.  [default: one a processor]",
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
            "--table", metavar="NAME", help=f"The table that --format csv prints.  [default: {csv_table}]"
        )
        format_ = click.option(
            "--format",
            "format_",
            type=click.Choice(["table", "json", "csv"]),
            default="table",
            show_default=True,
            help=f"What is printed: {summary}, every table as one JSON object, or one table as CSV.",
        )
        return format_(table(command))

    return with_options


def check_notes(named: Iterable[str], known: Collection[str]) -> None:
    """Raises UsageError where the deal has no note of a name."""
    for note in named:
        if note not in known:
            raise UsageError(f"no note is named {printable(note)}; notes are {', '.join(known)}")


def check_table(table: str | None, format_: str, known: Callable[[], Sequence[str]]) -> None:
    """Before anything is calculated: a table that can be printed. Raises UsageError."""
    if table is None:
        return
    if format_ != "csv":
        raise UsageError("--table goes with --format csv")
    if table not in known():
        raise UsageError(f"no table is named {printable(table)}; tables are {', '.join(known())}")


def talk(text: str) -> None:
    """A line for the person at the terminal, apart from the data: on standard error."""
    print(printable(text, 2000), file=sys.stderr)


def tell_step(step: str) -> None:
    """What is being done, for whoever waits at a terminal."""
    if sys.stderr is not None and sys.stderr.isatty():
        talk(f"{step} …")


def progress(what: str) -> Callable[[int, int], None] | None:
    """Tells whoever waits at a terminal how much is done, on one line; None where nobody does."""
    if sys.stderr is None or not sys.stderr.isatty():
        return None

    def tell(done: int, of: int) -> None:
        end = "\n" if done >= of else ""
        print(f"\r{done:,} of {of:,} {what}", end=end, file=sys.stderr, flush=True)

    return tell


def tell_warnings(warnings: Iterable[str]) -> None:
    """Each warning on a line of its own."""
    for warning in warnings:
        talk(f"warning: {warning}")
