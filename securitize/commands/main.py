"""The command group, and how every failure ends: one line a problem, an exit code, never a traceback."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from importlib import import_module

import click

from securitize.base.errors import EXIT_BUG, EXIT_INTERRUPTED, EXIT_USAGE, SecuritizeError

#: command -> (module, what the overview says)
COMMANDS = {
    "init": ("init", "Start a folder of your own from a template."),
    "list": ("list_", "List the deals, templates and scenarios that ship with the program."),
    "run": ("run", "Run a deal and store its tables."),
    "runs": ("runs", "List stored runs, or show one."),
    "schema": ("schema", "Print the JSON Schema of a kind of file."),
    "show": ("show", "Show what a deal is: notes, accounts, fees, steps, and where its numbers come from."),
    "trace": ("trace", "Show every step of one payment date of a run."),
    "validate": ("validate", "Check a deal, its pool and a scenario; every problem at once."),
    "version": ("version", "Print the version."),
}


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, _ = COMMANDS[cmd_name]
        command: click.Command = import_module(f"securitize.commands.{module}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The overview, without importing any command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, said) for name, (_, said) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def group() -> None:
    """Patent-backed securities: pools, cash flows, priorities of payments, to the cent.

    Exit codes: 0 done; 1 a limit was breached; 2 wrong usage; 3 invalid definition or data; 4 infeasible;
    5 calculation or storage failed; 70 a bug; 130 interrupted.
    """


def main() -> int:
    """Run the command line in ``sys.argv``; returns the exit code."""
    try:
        outcome = group.main(standalone_mode=False)
        sys.stdout.flush()
        return outcome if isinstance(outcome, int) else 0
    except click.exceptions.Exit as asked:
        return asked.exit_code
    except (click.Abort, KeyboardInterrupt):
        print("interrupted", file=sys.stderr)
        return EXIT_INTERRUPTED
    except click.ClickException as error:
        error.show()
        return EXIT_USAGE
    except SecuritizeError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # The reader has left; nothing more can be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:
        return _report_bug()


def _report_bug() -> int:
    """One line, with the traceback in a file for whoever mends it."""
    said = traceback.format_exc()
    last = said.strip().splitlines()[-1]
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="securitize-bug-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            file.write(said)
        where = f"; details in {file.name}"
    except OSError:
        where = ""
    print(f"a bug in securitize: {last}{where}", file=sys.stderr)
    return EXIT_BUG
