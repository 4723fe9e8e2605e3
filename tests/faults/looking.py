"""What a reader of a folder sees: whole runs or nothing."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from securitize.store.stored import StoredRun, open_run

#: Every call by which the store changes the disk or could fail to.
CALLS = ("open", "write", "fsync", "close", "mkdir", "rename", "unlink", "ftruncate", "pwrite")


def visible(root: Path) -> list[StoredRun]:
    """The runs in ``root``, each verified. Raises AssertionError at anything half-written that is visible."""
    runs = []
    for entry in sorted(root.iterdir()):
        if entry.name.startswith("."):
            assert entry.name.endswith((".partial", ".lock")), entry
            continue
        run = open_run(entry)
        assert run.verify() == []
        runs.append(run)
    return runs


def hidden(root: Path) -> list[str]:
    """Names of what writers left behind."""
    return sorted(entry.name for entry in root.iterdir() if entry.name.startswith("."))


@contextmanager
def every_call(before: Callable[[str, tuple[Any, ...]], None]) -> Iterator[None]:
    """Calls ``before`` with name and arguments ahead of each call of :data:`CALLS`."""

    def wrapped(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(real)
        def call(*args: Any, **kwargs: Any) -> Any:
            before(name, args)
            return real(*args, **kwargs)

        return call

    patches = [patch.object(os, name, wrapped(name, getattr(os, name))) for name in CALLS]
    for each in patches:
        each.start()
    try:
        yield
    finally:
        for each in reversed(patches):
            each.stop()
