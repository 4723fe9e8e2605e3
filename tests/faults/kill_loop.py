"""Forks writers and kills them with SIGKILL; prints what was seen as JSON. A program, as pytest has threads.

``python -m tests.faults.kill_loop ROOT random N``  N writers, each killed at a random moment of its work
``python -m tests.faults.kill_loop ROOT each``      a writer for each system call of a write, killed before it
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from tests.faults.looking import every_call, hidden, visible
from tests.faults.small_run import FACTS, identity, small_tables, write_run

TABLES = small_tables()


def write(root: Path) -> None:
    """One run."""
    write_run(root, identity(), TABLES, FACTS)


def killed(action: Callable[[], None], after: float | None) -> bool:
    """Run ``action`` in a fork, killed ``after`` seconds (None: it kills itself). Returns whether it was."""
    child = os.fork()
    if child == 0:
        try:
            action()
        except BaseException:
            os._exit(3)
        os._exit(0)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, status
    return os.WIFSIGNALED(status)


def look(root: Path, seen: dict[str, int]) -> None:
    """Count what is there, then take a complete run away for the next round."""
    runs = visible(root)
    seen["complete"] += len(runs)
    seen["absent"] += not runs
    seen["partial left"] += any(name.endswith(".partial") for name in hidden(root))
    for run in runs:
        shutil.rmtree(run.path)


def at_random(root: Path, rounds: int, seen: dict[str, int]) -> None:
    """Kill at random moments between the start and a little after the end of a write."""
    whole = []
    for _ in range(5):
        start = time.monotonic()
        killed(lambda: write(root), None)
        whole.append(time.monotonic() - start)
        look(root, seen)
    # The quickest: the first one is cold, and a busy machine makes any of them long.
    longest = 1.2 * min(whole)
    moments = random.Random(20190911)
    for _ in range(rounds):
        seen["killed"] += killed(lambda: write(root), moments.uniform(0, longest))
        look(root, seen)


def at_each_call(root: Path, seen: dict[str, int]) -> None:
    """Kill before the first call, the second, and so on until a writer gets through."""
    call = 0
    while killed(partial(write_until, root, call), None):
        seen["killed"] += 1
        look(root, seen)
        call += 1
    look(root, seen)


def write_until(root: Path, last: int) -> None:
    """A write that dies before call number ``last``; a write of data dies half-way."""
    count = 0

    def before(name: str, args: tuple[Any, ...]) -> None:
        nonlocal count
        if count == last:
            if name == "write":
                os.pwrite(args[0], args[1][: len(args[1]) // 2], 0)
            os.kill(os.getpid(), signal.SIGKILL)
        count += 1

    with every_call(before):
        write(root)


def main() -> None:
    """Kill as the command line says, then let one writer live and clear up."""
    root, seen = Path(sys.argv[1]), dict.fromkeys(("killed", "complete", "absent", "partial left"), 0)
    write(root)
    look(root, seen)
    if sys.argv[2] == "each":
        at_each_call(root, seen)
    else:
        at_random(root, int(sys.argv[3]), seen)
    write(root)
    assert len(visible(root)) == 1
    print(json.dumps(seen | {"hidden at the end": len(hidden(root))}))


if __name__ == "__main__":
    main()
