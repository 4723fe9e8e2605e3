"""The program: hands over to the command group of :mod:`securitize.commands.main`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line in ``sys.argv``; returns the exit code."""
    from securitize.commands.signals import ended_by_signals

    return ended_by_signals(_commands)


def _commands() -> int:
    from securitize.commands.main import main as commands

    return commands()


if __name__ == "__main__":
    sys.exit(main())
