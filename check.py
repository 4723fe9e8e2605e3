"""Every check of the project in one command: ``.venv/bin/python check.py``.

``check.py --deep PART`` runs a part of the suite that is too long for every change, ``check.py --deep`` lists them.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, TextIO

ROOT = Path(__file__).resolve().parent
LINT_IMPORTS = str(Path(sys.executable).with_name("lint-imports"))
Command = list[str]
CHECKS: tuple[tuple[str, Command], ...] = (
    ("style", [sys.executable, "-m", "ruff", "check"]),
    ("format", [sys.executable, "-m", "ruff", "format", "--check"]),
    ("floors", [LINT_IMPORTS]),
    # Of the tests: compiled once, while the other processor is busy with the types.
    ("kernels", [sys.executable, "-m", "tests.compiled"]),
)
#: Beside the others, since it keeps one processor busy and leaves the rest.
TYPES: Command = [sys.executable, "-m", "mypy"]
#: The tests come last: their closing line closes the output.
TESTS: Command = [sys.executable, "-m", "pytest", "--durations=20"]


def main() -> int:
    """Run every check, also after one has failed, or parts of the deep suite. Returns 0 where all pass, else 1."""
    given = arguments()
    if given.deep is not None:
        from tests import deep

        return deep.main(given.deep, given.seconds, given.took, given.since)
    return everything()


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Every check of the project, or parts of the deep suite.")
    parser.add_argument("--deep", nargs="*", metavar="PART", help='run these parts, or those that are "due"')
    parser.add_argument("--seconds", type=float, help="time for the parts; what would overrun is left out")
    parser.add_argument("--took", type=float, help="seconds that all checks took here: the parts are scaled")
    parser.add_argument("--since", metavar="COMMIT", help="what has changed since calls for its parts")
    return parser.parse_args()


def everything() -> int:
    """Style, format and floors, then the tests; types beside them all."""
    with tempfile.TemporaryFile() as said:
        types = subprocess.Popen(TYPES, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT)
        try:
            failed = [name for name, command in CHECKS if not passes(name, command)]
            passed = tests_pass(types, said)
            if types.wait() != 0:
                failed.append("types")
                say("types", TYPES, said, sys.stderr)
            failed += [] if passed else ["tests"]
        finally:
            types.kill()
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def passes(name: str, command: Command) -> bool:
    """Whether a check passes; what it says is printed."""
    say(name, command)
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def tests_pass(types: subprocess.Popen[bytes], said: IO[bytes]) -> bool:
    """Whether the tests pass; what the types say is printed among their lines, as soon as it is known."""
    say("tests", TESTS)
    # The tests start many interpreters: none of them compiles the program again.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    told = False
    with subprocess.Popen(TESTS, cwd=ROOT, env=environment) as tests:
        while tests.poll() is None:
            if not told and types.poll() is not None:
                told = True
                print(flush=True)
                say("types", TYPES, said)
            time.sleep(0.1)
    return tests.returncode == 0


def say(name: str, command: Command, said: IO[bytes] | None = None, to: TextIO | None = None) -> None:
    """The head of a check, and what it has said where that was kept."""
    print(f"== {name}: {' '.join(Path(part).name for part in command)}", file=to, flush=True)
    if said is not None:
        said.seek(0)
        print(said.read().decode(errors="replace"), end="", file=to, flush=True)


if __name__ == "__main__":
    sys.exit(main())
