"""Instalments of a built pool's contracts are counted back from maturity, whatever its day of month."""

from __future__ import annotations

import datetime as dt
import tomllib

import pytest

from securitize.definitions.pools.instalments import InstalmentDates
from securitize.pooling.pool_file import instalment_dates

D = dt.date


@pytest.mark.parametrize(
    ("start", "maturity", "every", "days"),
    [
        # By rule from 30 November the third would be 30 May.
        (D(2024, 5, 31), D(2025, 11, 30), "6M", [D(2024, 11, 30), D(2025, 5, 30), D(2025, 11, 30)]),
        (D(2024, 5, 31), D(2025, 5, 31), "6M", [D(2024, 11, 30), D(2025, 5, 31)]),
        (D(2023, 8, 30), D(2024, 8, 30), "6M", [D(2024, 2, 29), D(2024, 8, 30)]),
        (D(2024, 9, 30), D(2025, 3, 31), "3M", [D(2024, 12, 31), D(2025, 3, 31)]),
        (D(2024, 9, 30), D(2024, 11, 15), "3M", [D(2024, 11, 15)]),
    ],
)
def test_dates_end_on_maturity(start: dt.date, maturity: dt.date, every: str, days: list[dt.date]) -> None:
    written = tomllib.loads(f"dates = {{ {instalment_dates(start, maturity, every)} }}")["dates"]
    if "dates" in written:
        written["dates"] = tuple(written["dates"])
    found = InstalmentDates.model_validate(written)
    assert list(found.unadjusted()) == days
    assert found.months == int(every[:-1])
