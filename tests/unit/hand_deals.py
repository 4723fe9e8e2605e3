"""Deals of a few lines that are worked by hand, as the engine takes them: amounts of a pool are minor units."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tests.properties.generated_deals import GeneratedDeal
from tests.unit.test_reference_interpreter import DATES, every_fifth, pool


def case_of(
    terms: str, pools: list[dict[str, Any]], dates: Mapping[str, list[date]] | None = None
) -> GeneratedDeal:
    """A deal of ``terms`` with one collection account; three dates a fifth of a year apart where none are given.

    pools : of each path, the streams by name, and what is told beside them under ``told``
    """
    deal = tomllib.loads(DATES + terms, parse_float=Decimal)
    schedule = dict(dates or every_fifth())
    periods = len(schedule["payment"])
    deal |= {"name": "case", "pool": "case"}
    deal["dates"] |= {"cut_off": schedule["collection"][0], "payment": {"dates": schedule["payment"]}}
    deal["dates"]["legal_final"] = schedule["payment"][-1]
    for steps in deal["priority"].values():
        for place, step in enumerate(steps):
            step["name"] = f"step {place}"
    nothing = [0] * periods
    each = []
    for one in pools:
        beside = one.pop("told", {})
        each.append({**pool(periods=periods, **one), "sales": nothing, "forecast_sales": nothing, **beside})
    return GeneratedDeal(deal, schedule, each)
