"""Launcher for a checkout: `python cli.py`, `python -m securitize` and `securitize` are one program."""

from __future__ import annotations

import sys

from securitize.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
