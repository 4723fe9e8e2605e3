"""Every check of the project in one command: ``.venv/bin/python check.py``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
LINT_IMPORTS = str(Path(sys.executable).with_name("lint-imports"))
#: The tests come last: their closing line closes the output.
CHECKS: tuple[tuple[str, list[str]], ...] = (
    ("style", [sys.executable, "-m", "ruff", "check"]),
    ("format", [sys.executable, "-m", "ruff", "format", "--check"]),
    ("floors", [LINT_IMPORTS]),
    ("types", [sys.executable, "-m", "mypy"]),
    ("tests", [sys.executable, "-m", "pytest"]),
)


def main() -> int:
    """Run every check, also after one has failed. Returns 0 where all pass, else 1."""
    failed: list[str] = []
    for name, command in CHECKS:
        print(f"== {name}: {' '.join(Path(part).name for part in command)}", flush=True)
        if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
