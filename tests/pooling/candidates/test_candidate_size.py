"""A file of a million rows is cleaned within two minutes; too long for every change."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import csv as arrow_csv

from securitize.pooling.candidates.read import SourceFile
from tests.pooling.candidates.candidate_files import AS_OF, read_patents

ROWS = 1_000_000
TWICE = 50_000


def million(path: Path) -> None:
    random = np.random.Generator(np.random.Philox(7))
    year, serial = random.integers(2005, 2024, ROWS), random.permutation(ROWS)
    serial[-TWICE:] = serial[:TWICE]
    year[-TWICE:] = year[:TWICE]
    digits = [f"{y}1{s:07d}" for y, s in zip(year.tolist(), serial.tolist(), strict=True)]
    months, days = random.integers(1, 13, ROWS), random.integers(1, 29, ROWS)
    months[-TWICE:], days[-TWICE:] = months[:TWICE], days[:TWICE]
    filed = [f"{m}/{d}/{y}" for y, m, d in zip(year, months, days, strict=True)]
    groups = random.integers(1, 50, ROWS)
    kinds = ["B"] * (ROWS - TWICE) + ["A"] * TWICE
    columns = {
        "Publication Number": [f"CN 1{s:08d} {kind}" for s, kind in zip(serial.tolist(), kinds, strict=True)],
        "Application Number": [f"CN {text} A" for text in digits],
        "Application Date": filed,
        "Publication Date": [f"{m}/{d}/{y + 1}" for y, m, d in zip(year, months, days, strict=True)],
        "Title": [f"Battery electrode sheet {s}" for s in serial],
        "Applicants": [f"FICTION {k} LTD;;OTHER {k % 9} INC" for k in random.integers(0, 20_000, ROWS)],
        "Inventors": [f"A B;;C {k}" for k in random.integers(0, 50_000, ROWS)],
        "IPCR Classifications": [f"H01M{g}/{g:02d};;B60L{g}/00" for g in groups],
        "Cited Count": random.integers(0, 99, ROWS),
        "Simple Family Size": random.integers(0, 30, ROWS),
    }
    arrow_csv.write_csv(pa.table(columns), path)


@pytest.mark.deep(part="pools")
def test_a_million_rows_in_two_minutes(tmp_path: Path) -> None:
    million(tmp_path / "million.csv")
    start = time.monotonic()
    found = read_patents(SourceFile(tmp_path / "million.csv", "lens"), as_of=AS_OF)
    took = time.monotonic() - start
    assert found.counts["patents"] == (ROWS, ROWS - TWICE, TWICE, 0)
    # Every row has its number, application and dates rewritten, and each rewriting is in the log.
    assert len(found.changes) > 4 * ROWS
    assert took < 120
    print(f"{ROWS:,} rows, {len(found.changes):,} changes: {took:.1f} s")
