"""The reference page of the commands, made from what ``--help`` says.

``python -m securitize.commands.page > docs/reference/commands.md`` renews it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from securitize.commands.main import group

_HEAD = """\
# Commands: the reference

<!-- Made from `--help` by `python -m securitize.commands.page`. Change the commands, not this. -->

`securitize`, `python -m securitize` and, in a checkout, `python cli.py` are one program.

**Data goes to standard output, talk to standard error.** Warnings, problems and what to type next are talk. JSON
and CSV are UTF-8 in every locale. A table for a reader is as wide as the terminal (80 columns where there is none,
or as `COLUMNS` says); one that needs more is printed in several below one another, the first columns repeated. Bold
and underlined headings appear on a terminal only, and not where `NO_COLOR` is set.

| exit code | meaning |
| --- | --- |
| 0 | done |
| 1 | a limit or gate was breached |
| 2 | wrong usage: an unknown command, option, name or date |
| 3 | invalid definition or data; each problem is a line: `file:line: path: what (what stood there); repair  [CODE]` |
| 4 | infeasible: what was asked has no solution |
| 5 | a calculation failed, or the disk, a permission or a lock stood in the way |
| 6 | `verify --rerun`: a program with other figures made the run, so that making it again proves nothing of it |
| 7 | `verify --rerun`: reproduced, not byte for byte: other libraries or another processor made the run |
| 8 | `verify --rerun`: not reproduced here: other libraries, another processor or another program made the run |
| 70 | a bug of the program; the line names a file with details |
| 130 | interrupted (Ctrl-C); a run that was not complete is not there |
| 143 | terminated (SIGTERM), likewise |

**CSV** holds the columns of one [table](tables.md): amounts exact, null empty, `true` and `false`. Control characters
in text are written as escapes such as `\\n`, and text that begins with `=`, `+`, `-`, `@`, a tab or a carriage return
stands after an apostrophe, so that no spreadsheet takes it for a formula. **JSON** holds every table; amounts and
rates are strings of exact decimals.
"""


def command_paths(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The words of each command, a group before its members."""
    yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            member = command.get_command(context, name)
            if member is not None:
                yield from command_paths(member, (*path, name))


def help_of(path: tuple[str, ...]) -> str:
    """What ``--help`` says of a command in a terminal of 80 columns."""
    command: click.Command = group
    context = click.Context(command, info_name=path[0], terminal_width=80, **command.context_settings)
    for name in path[1:]:
        if isinstance(command, click.Group) and (member := command.get_command(context, name)):
            command = member
            context = click.Context(command, info_name=name, parent=context, terminal_width=80)
    return command.get_help(context)


def reference_page() -> str:
    """The whole page, Markdown."""
    paths = command_paths(group, ("securitize",))
    return "\n".join([_HEAD, *(f"## {' '.join(path)}\n\n```text\n{help_of(path)}\n```\n" for path in paths)])


if __name__ == "__main__":
    sys.stdout.write(reference_page())
