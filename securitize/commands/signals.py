"""Ctrl-C and SIGTERM at any moment: what was being written is cleared away, one line, exit code 130 or 143.

Imports next to nothing: until its handlers stand, Python answers with a traceback.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from sys import UnraisableHookArgs
    from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Terminated(KeyboardInterrupt):
    """SIGTERM: unwinds like Ctrl-C, and differs by its exit code."""


#: What a signal has raised, as Python turns what is raised at some places into an error of another kind.
_raised: list[KeyboardInterrupt] = []


def raised() -> KeyboardInterrupt | None:
    """What a signal has raised in this process, if one has come."""
    return _raised[0] if _raised else None


def ended_by_signals(run: Callable[[], int]) -> int:
    """``run()``; where a signal ends it, a line on standard error and the exit code of that signal.

    A second signal ends the process at once: no run is ever half-written, and the next writer clears up.
    A signal that whoever started the process has set to be ignored stays ignored.
    """
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end)
    sys.unraisablehook = _not_swallowed
    try:
        return run()
    except KeyboardInterrupt as ended:
        return report_end(ended)
    finally:
        # Nothing is left to clear away; a handler that raises would only disturb the interpreter's end.
        _back_to_default()


def report_end(ended: BaseException) -> int:
    """Say what ended the program, if it still can be said; returns the exit code."""
    from contextlib import suppress

    from securitize.base.errors import EXIT_INTERRUPTED, EXIT_TERMINATED
    from securitize.base.messages import Message, in_language

    terminated = isinstance(ended, Terminated)
    text = Message("terminated") if terminated else Message("interrupted")
    with suppress(OSError):
        os.write(2, f"{in_language(text)}\n".encode())
    return EXIT_TERMINATED if terminated else EXIT_INTERRUPTED


def _end(number: int, frame: FrameType | None) -> None:
    _back_to_default()
    _raised[:] = [Terminated() if number == signal.SIGTERM else KeyboardInterrupt()]
    raise _raised[0]


def _back_to_default() -> None:
    for number in _SIGNALS:
        if signal.getsignal(number) is _end:
            signal.signal(number, signal.SIG_DFL)


def _not_swallowed(unraisable: UnraisableHookArgs) -> None:
    """Python drops what is raised while it frees an object; a signal that fell there still ends the program."""
    if isinstance(unraisable.exc_value, KeyboardInterrupt):
        os._exit(report_end(unraisable.exc_value))
    sys.__unraisablehook__(unraisable)
