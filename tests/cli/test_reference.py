"""The reference page of the commands against the commands."""

from __future__ import annotations

import subprocess
import sys

import click

from securitize.commands.main import COMMANDS, group
from securitize.commands.page import command_paths
from tests.cli.program import ROOT
from tests.packaging.printed import command_of

PAGE = ROOT / "docs" / "reference" / "commands.md"
PATHS = list(command_paths(group, ("securitize",)))


def test_page_is_current() -> None:
    said = "renew it: python -m securitize.commands.page > docs/reference/commands.md"
    # In a process of its own: click keeps the option of help as it was first asked for.
    made = subprocess.run([sys.executable, "-m", "securitize.commands.page"], capture_output=True, check=True)
    assert PAGE.read_text(encoding="utf-8") == made.stdout.decode(), said


def test_every_command_is_documented() -> None:
    page = PAGE.read_text(encoding="utf-8")
    groups = [
        command for name in COMMANDS if isinstance(command := command_of(("securitize", name)), click.Group)
    ]
    # The program itself is documented too.
    assert len(PATHS) == 1 + len(COMMANDS) + sum(len(each.commands) for each in groups)
    assert not [path for path in PATHS if f"\n## {' '.join(path)}\n" not in page]


def test_every_option_says_what_it_is_for() -> None:
    silent = [
        f"{' '.join(path)} {parameter.opts[0]}"
        for path in PATHS
        for parameter in command_of(path).params
        if isinstance(parameter, click.Option) and not parameter.help
    ]
    assert not silent


def test_overview_and_command_say_what_they_do() -> None:
    for name, (_, said) in COMMANDS.items():
        command = command_of(("securitize", name))
        assert command.name == name
        assert command.help
        assert said.endswith(".")
