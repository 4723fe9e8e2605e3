"""The command group, and how every failure ends: one line a problem, an exit code, never a traceback."""

from __future__ import annotations

import errno
import io
import os
import sys
import tempfile
import traceback
from contextlib import suppress
from importlib import import_module

import click

from securitize.base.errors import (
    EXIT_BUG,
    EXIT_DONE,
    EXIT_FAILED,
    EXIT_USAGE,
    SecuritizeError,
    printable,
)
from securitize.base.language import language, use_language
from securitize.base.messages import Message, in_language
from securitize.commands.completion import VARIABLE, answer
from securitize.commands.help_text import in_users_language, language_asked, without_quotes
from securitize.commands.signals import raised, report_end

#: command -> (module, what the overview says)
COMMANDS = {
    "list": ("list_", "List the deals, templates and other files that ship with the program."),
    "show": ("show", "Show the terms of a deal, and where its numbers come from."),
    "init": ("init", "Start a folder of your own from a template."),
    "validate": ("validate", "Validate a deal and all its files; every error at once."),
    "schema": ("schema", "Print the JSON Schema of a kind of file."),
    "build": ("build", "Select a pool from candidates: the best under its limits, with the proof."),
    "pool": ("pool", "Show, explain or compare built pools."),
    "chain": ("chain", "Draw an industry chain."),
    "market": ("market", "Show the curves, spreads and indices of a date."),
    "run": ("run", "Run a deal's cash flows and priority of payments, and store the tables."),
    "losses": ("losses", "Compute the loss of a deal's pool without sampling, where that can be done."),
    "stress": ("stress", "Stress-test a deal under a suite of scenarios, and store the result."),
    "break-even": (
        "break_even",
        "Find the break-even of each driver: how far it can go before a note breaks.",
    ),
    "reverse": ("reverse", "Reverse stress test: the likeliest combination of drivers that breaks a note."),
    "grid": ("grid", "Run a deal over a grid of one or two drivers."),
    "size": ("size", "Size a note, or solve for a number of a deal, to meet a target."),
    "check": ("check", "Check exchange rules, risk retention and regulatory capital."),
    "sign": ("sign", "Sign a stored run with an Ed25519 key."),
    "verify": ("verify", "Verify that a stored run is unchanged and can be reproduced."),
    "diff": ("diff", "Compare two stored runs: inputs field by field, then results."),
    "export": ("export", "Export a run: one Python file that recomputes it, CSV, DuckDB, a data package."),
    "report": ("report", "Write the investor report of a run or stress result: one page, and a workbook."),
    "price": ("price", "Price the notes of a deal: value, yield, spread, duration."),
    "savings": ("savings", "Compare each company's all-in cost with its best alternative."),
    "trace": ("trace", "Trace the priority of payments on one payment date, step by step."),
    "roll": ("roll", "Roll a run forward with actual collections."),
    "solve": ("solve", "Back-solve an unpublished input from published balances."),
    "runs": ("runs", "List stored runs, or show one."),
    "policy": ("policy", "Show the subsidies that a policy pays, and their sources."),
    "programme": ("programme", "Check a city's programme against the founding notice."),
    "explain": ("explain", "Explain a code, a field or a measure."),
    "completion": ("completion", "Print a script for completion in bash, zsh or fish."),
    "doctor": ("doctor", "Check that this machine can run the program."),
    "version": ("version", "Print the version."),
}
#: What needs no folder to work in.
_ANYWHERE = {"-h", "--help", "completion", "explain", "list", "schema", "version"}
#: Failures of the system that are no bug of this program.
_SYSTEM = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EFBIG,
    errno.EIO,
    errno.EROFS,
    errno.EMFILE,
    errno.ENFILE,
    errno.EACCES,
    errno.EPERM,
    errno.ENOLCK,
    errno.ESTALE,
    errno.ELOOP,
    errno.ENAMETOOLONG,
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
        return in_users_language(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The overview, without importing any command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, said) for name, (_, said) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def group() -> None:
    """Patent-backed securities: from a pool's contracts to the cash of every note, to the cent.

    Start with: securitize list, then securitize run DEAL.

    Exit codes: 0 done; 1 a limit was breached; 2 wrong usage; 3 invalid definition or data; 4 infeasible; 5
    calculation or storage failed; 6 made by another program; 7 reproduced within tolerance; 8 not reproduced here;
    70 a bug; 130 interrupted; 143 terminated.
    """


in_users_language(group)


def main() -> int:
    """Run the command line in ``sys.argv``; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A character that the locale cannot write is shown by its number.
            stream.reconfigure(errors="backslashreplace")
    use_language(language_asked(sys.argv[1:]))
    if VARIABLE in os.environ:
        return answer(group, os.environ[VARIABLE])
    if not _ANYWHERE.intersection(sys.argv[1:]) and _is_gone():
        return _say(in_language(_GONE), EXIT_FAILED)
    try:
        # Not group.main: it makes an exit code 1 of a reader that has left.
        with group.make_context("securitize", sys.argv[1:]) as context:
            outcome = group.invoke(context)
        if sys.stdout is not None:
            sys.stdout.flush()
        return outcome if isinstance(outcome, int) else EXIT_DONE
    except (Exception, KeyboardInterrupt) as error:
        return _ended_by(raised() or error)


_GONE = Message("the folder you are in does not exist any more; change into one that does")


def _is_gone() -> bool:
    """Whether the working folder was removed, or may not be entered any more."""
    try:
        os.getcwd()
    except OSError:
        return True
    return False


def _ended_by(error: BaseException) -> int:
    """Say what has ended the program; returns the exit code."""
    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case click.Abort() | KeyboardInterrupt():
            _drop_output()
            return report_end(error)
        case click.ClickException():
            return _say(_usage(error), EXIT_USAGE)
        case SecuritizeError():
            return _say(error.text(language()), error.exit_code)
        case BrokenPipeError():
            # The reader has left; nothing more can be said to it.
            _drop_output()
            return EXIT_DONE
        case MemoryError():
            return _say(in_language("not enough memory"), EXIT_FAILED)
        case OSError() if _is_gone():
            _drop_output()
            return _say(in_language(_GONE), EXIT_FAILED)
        case OSError() if error.errno in _SYSTEM:
            _drop_output()
            where = "" if error.filename is None else f" ({printable(str(error.filename), 300)})"
            reason = Message(error.strerror or str(error))
            problem = Message("the system failed: {reason}{where}", reason=reason, where=where)
            return _say(in_language(problem), EXIT_FAILED)
        case _:
            return _report_bug(error)


def _usage(error: click.ClickException) -> str:
    """What is wrong with the command line, on one line, and where help is; the help itself where nothing was asked."""
    if isinstance(error, getattr(click.exceptions, "NoArgsIsHelpError", ())):
        return error.format_message()
    # Choices that are missing stand on lines of their own.
    problem = printable(without_quotes(in_language(" ".join(error.format_message().split()))), 500)
    context = getattr(error, "ctx", None)
    if context is None:
        return problem
    return in_language(
        Message("{problem}  (help: {command} --help)", problem=problem, command=context.command_path)
    )


def _say(text: str, code: int) -> int:
    """Report on standard error, if that is still possible, and return the exit code."""
    with suppress(OSError, AttributeError):
        print(text, file=sys.stderr, flush=True)
    return code


def _drop_output() -> None:
    """Let nothing more go to standard output, so that the interpreter does not stumble over it at its end."""
    with suppress(OSError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report_bug(error: BaseException) -> int:
    """One line, with the traceback in a file for whoever mends it."""
    said = "".join(traceback.format_exception(error))
    last = printable(said.strip().splitlines()[-1], 300)
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="securitize-bug-", suffix=".txt", delete=False, encoding="utf-8", errors="replace"
        ) as file:
            file.write(said)
        where = Message(", details in {file}", file=file.name)
    except OSError:
        where = Message("")
    return _say(in_language(Message("a bug: {error}{where}", error=last, where=where)), EXIT_BUG)
