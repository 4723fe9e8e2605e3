"""Where the reference data of tests and calibrations lie; they are not part of the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def shared_data(name: str) -> Path:
    """A file of the folder ``../shared/data`` (or of ``SECURITIZE_DATA``); skips the test where it is not there."""
    folder = Path(os.environ.get("SECURITIZE_DATA", Path(__file__).resolve().parents[3] / "shared/data"))
    path = folder / name
    if not path.exists():
        pytest.skip(f"{path} is not on this machine")
    return path
