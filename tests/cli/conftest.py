"""A small deal that has been run once, for the tests that only look at it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import securitize, small_deal


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the deal ``small`` and ``done``, its run under the scenario ``stress``; nobody writes to it."""
    folder = tmp_path_factory.mktemp("cli")
    small_deal(folder / "small")
    done = securitize("run", "small", "--scenario", "stress", "--output", "runs/done", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder
