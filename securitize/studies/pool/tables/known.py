"""What is known of candidates: scores, screens, values, and what cleaning did."""

from __future__ import annotations

import math
from typing import Any

from securitize.pooling.assemble import Assembled
from securitize.pooling.columns import NO_DAY
from securitize.studies.pool.tables.days import day
from securitize.tables.rows import Rows


def indicators(assembled: Assembled) -> dict[str, list[Any]]:
    """One row a candidate and indicator."""
    rows = Rows("subject", "key", "indicator", "known", "points", "weight", "contribution")
    for part in assembled.profiles.assessment.indicators:
        rows.add(
            part.subject, part.key, part.indicator, part.points is not None, part.points, part.weight,
            part.contribution,
        )  # fmt: skip
    return rows.columns


def screens(assembled: Assembled) -> dict[str, list[Any]]:
    """One row a candidate and screen that it does not pass."""
    rows = Rows("subject", "key", "screen", "result", "reason", "text", "text_zh", "waived")
    for found in assembled.profiles.assessment.findings:
        rows.add(
            found.subject,
            found.key,
            found.screen,
            found.result,
            found.reason,
            found.text,
            found.text_zh,
            found.waived,
        )
    return rows.columns


def valuations(assembled: Assembled) -> dict[str, list[Any]]:
    """One row a patent that has a value."""
    rows = Rows(
        "publication_number", "method", "date", "life", "discount_rate", "contribution", "currency", "appraised",
        "pledge_bank", "liquidation", "income_value", "market_value", "comparables", "market_spread", "cost_value",
        "discount_up", "contribution_down", "growth_down", "renewal_floor", "below_renewal",
    )  # fmt: skip
    profiles, valuation = assembled.profiles, assembled.profiles.valuations
    for k, key in enumerate(profiles.patent_keys):
        if not valuation.known[k]:
            continue
        floor, appraised = int(valuation.renewal_floor[k]), int(valuation.appraised[k])
        income, market, cost = (
            int(by[k]) if by[k] >= 0 else None for by in (valuation.income, valuation.market, valuation.cost)
        )
        rows.add(
            key, valuation.method[k], profiles.build.as_of, float(valuation.life[k]),
            profiles.build.value.discount.total, int(valuation.contribution[k]),
            profiles.build.currency, appraised, int(valuation.pledge_bank[k]),
            int(valuation.liquidation[k]), income, market, int(valuation.comparables[k]),
            ratio(float(valuation.spread[k])), cost, int(valuation.discount_up[k]),
            int(valuation.contribution_down[k]), int(valuation.growth_down[k]), floor, appraised < floor,
        )  # fmt: skip
    return rows.columns


def repairs(assembled: Assembled) -> dict[str, list[Any]]:
    """One row a change, merger, rejection or warning of cleaning."""
    rows = Rows("file", "row", "column", "number", "outcome", "before", "after", "why", "code")
    for change in assembled.profiles.candidates.changes.to_pylist():
        # A file by its name: no path of this machine gets into a table.
        file = str(change["file"]).replace("\\", "/").rsplit("/", 1)[-1]
        texts = {name: change[name] or "" for name in ("column", "before", "after", "why", "code")}
        rows.add(
            file, change["row"], texts["column"], change["number"], change["outcome"], texts["before"], texts["after"],
            texts["why"], texts["code"],
        )  # fmt: skip
    return rows.columns


def ratio(value: float) -> float | None:
    """A ratio; None where it is no number."""
    return None if math.isnan(value) else float(value)


def life(assembled: Assembled, k: int) -> float | None:
    """Remaining legal years of a patent; None where its dates are unknown."""
    expiry = int(assembled.profiles.valuations.expiry[k])
    return None if expiry == NO_DAY else float(assembled.profiles.valuations.legal_years[k])


def expiry_day(assembled: Assembled, k: int) -> Any:
    """End of the legal term of a patent."""
    return day(int(assembled.profiles.valuations.expiry[k]))
