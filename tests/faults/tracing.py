"""Runs of the real program under strace: the calls that it makes, and a call that fails or kills."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pytest

from tests.packaging.tree import ROOT

_CALL = re.compile(r"^\d+ +(\w+)\((.*)$")


@dataclass(frozen=True, slots=True)
class Call:
    """One system call of a run: its name, its arguments as strace shows them."""

    name: str
    shown: str

    @property
    def path(self) -> str:
        """The first path that it names, or else that of its descriptor; empty where there is none."""
        found = re.search(r'"(/[^"]*)"', self.shown) or re.match(r"\d+<(/[^>]*)>", self.shown)
        return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class Done:
    """A run that has ended: exit code as a shell tells it, and what it said."""

    code: int
    stdout: str
    stderr: str


class Warm:
    """The client of :mod:`tests.faults.warm`."""

    def __init__(self, folder: Path, *warming: str) -> None:
        if shutil.which("strace") is None:
            pytest.skip("there is no strace here")
        self.folder = folder
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.warm", str(folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        done = self._ask({"warm": True, "arguments": warming})
        assert done["code"] == 0, done

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=60)

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def run(self, *arguments: str, strace: list[str] | None = None) -> Done:
        """One run, under strace with these options; without, as it is."""
        answer = self._ask({"arguments": arguments, "strace": strace})
        if "refused" in answer:
            pytest.skip(f"strace may not look into a process here: {answer['refused']}")
        return Done(**answer)

    def trace(self) -> str:
        """What strace wrote of the last run that it followed."""
        return (self.folder / "trace").read_text(encoding="utf-8")

    def calls(self, *arguments: str, names: str) -> list[Call]:
        """Every call of these names that a run makes, in order. ``names`` as ``-e trace=`` takes them."""
        done = self.run(*arguments, strace=["-e", f"trace={names}"])
        assert done.code == 0, done
        found = (_CALL.match(line) for line in self.trace().splitlines())
        return [Call(match[1], match[2]) for match in found if match]
