"""What public functions hand back: one way to a table, by name."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import securitize
from securitize.base.errors import StorageError, UsageError
from securitize.store.run import run_from_stored
from securitize.store.stored import StoredTables
from securitize.studies.price.price import Prices
from securitize.studies.programme.api import CheckedProgramme
from securitize.studies.rules.checks import Checks
from securitize.studies.savings.savings import Savings
from securitize.tables import Tables
from tests.faults.small_run import identity, small_tables, write_run


@pytest.mark.parametrize("result", [securitize.Run, Savings, Prices, CheckedProgramme, Checks])
def test_each_result_is_tables_and_adds_none_of_their_ways(result: type[Tables]) -> None:
    assert issubclass(result, Tables)
    assert not {"names", "arrow", "table"} & vars(result).keys()


def test_tables_come_as_arrow_and_as_frames() -> None:
    found = Tables(tables=small_tables())
    assert found.names == list(small_tables())
    assert found.arrow("closing") is found.tables["closing"]
    assert isinstance(found.table("closing"), pd.DataFrame)
    with pytest.raises(UsageError, match=r"no table is named nothing\\n; tables are"):
        found.arrow("nothing\n")


def test_a_stored_run_has_the_tables_of_its_folder_and_reads_what_is_asked_for(tmp_path: Path) -> None:
    stored = write_run(tmp_path, identity(), small_tables())
    run = run_from_stored(stored)
    assert isinstance(run.tables, StoredTables)
    assert run.names == list(stored.manifest.tables)
    assert len(run.tables) == len(run.names)
    # Whether a table is there is known without its file.
    (stored.path / "tables" / "closing.parquet").unlink()
    assert "closing" in run.tables
    assert "coverage" not in run.tables
    with pytest.raises(UsageError, match="no table is named coverage"):
        run.arrow("coverage")
    with pytest.raises(StorageError):
        run.arrow("closing")
