"""Annual rates by year as rates by collection period.

Source: ``docs/reference/suites.md``, section 1.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from securitize.base.dates import add_months
from securitize.base.money import RATE_UNITS


def periods_of_years(
    years: Sequence[Any], today: dt.date, collection: Sequence[dt.date]
) -> tuple[int, list[Any]]:
    """The rate of each collection period that begins within the years from today on.

    years      : one rate a year, the first year beginning today
    collection : the cut-off and every collection date
    Returns the number of the first period that begins on or after today, from 1, and the rates from it on, one a
    period; none where no period begins within the years.
    """
    starts = [(t, day) for t, day in enumerate(collection[:-1], 1) if day >= today]
    rates = [years[year] for _, day in starts if (year := _whole_years(today, day, len(years))) is not None]
    return (starts[0][0] if starts else len(collection)), rates


@cache
def assumed_path() -> tuple[int, ...]:
    """The assumed path of annual default rates by year, units of 1e-8."""
    text = files("securitize.performance").joinpath("default_path.toml").read_text(encoding="utf-8")
    return tuple(round(rate * RATE_UNITS) for rate in tomllib.loads(text)["years"])


def _whole_years(since: dt.date, day: dt.date, most: int) -> int | None:
    """How many years are over by ``day``; None where they all are."""
    over = sum(add_months(since, 12 * (k + 1)) <= day for k in range(most))
    return over if over < most else None
