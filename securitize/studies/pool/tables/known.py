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
    for part in assembled.assessed.judged.indicators:
        rows.add(
            part.subject, part.key, part.indicator, part.points is not None, part.points, part.weight,
            part.contribution,
        )  # fmt: skip
    return rows.columns


def screens(assembled: Assembled) -> dict[str, list[Any]]:
    """One row a candidate and screen that it does not pass."""
    rows = Rows("subject", "key", "screen", "result", "reason", "text", "text_zh", "waived")
    for found in assembled.assessed.judged.findings:
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
    assessed, valued = assembled.assessed, assembled.assessed.valued
    for k, key in enumerate(assessed.patent_keys):
        if not valued.known[k]:
            continue
        floor, appraised = int(valued.renewal_floor[k]), int(valued.appraised[k])
        income, market, cost = (
            int(by[k]) if by[k] >= 0 else None for by in (valued.income, valued.market, valued.cost)
        )
        rows.add(
            key, valued.method[k], assessed.build.as_of, float(valued.life[k]), assessed.build.value.discount.total,
            int(valued.contribution[k]), assessed.build.currency, appraised, int(valued.pledge_bank[k]),
            int(valued.liquidation[k]), income, market, int(valued.comparables[k]), ratio(float(valued.spread[k])),
            cost, int(valued.discount_up[k]),
            int(valued.contribution_down[k]), int(valued.growth_down[k]), floor, appraised < floor,
        )  # fmt: skip
    return rows.columns


def repairs(assembled: Assembled) -> dict[str, list[Any]]:
    """One row a change, merger, rejection or warning of cleaning."""
    rows = Rows("file", "row", "column", "number", "outcome", "before", "after", "why", "code")
    for change in assembled.assessed.candidates.changes.to_pylist():
        # A file by its name: no path of this machine gets into a table.
        file = str(change["file"]).replace("\\", "/").rsplit("/", 1)[-1]
        told = {name: change[name] or "" for name in ("column", "before", "after", "why", "code")}
        rows.add(
            file, change["row"], told["column"], change["number"], change["outcome"], told["before"], told["after"],
            told["why"], told["code"],
        )  # fmt: skip
    return rows.columns


def ratio(value: float) -> float | None:
    """A ratio; None where it is no number."""
    return None if math.isnan(value) else float(value)


def life(assembled: Assembled, k: int) -> float | None:
    """Remaining legal years of a patent; None where its dates are unknown."""
    expiry = int(assembled.assessed.valued.expiry[k])
    return None if expiry == NO_DAY else float(assembled.assessed.valued.legal_years[k])


def expiry_day(assembled: Assembled, k: int) -> Any:
    """End of the legal term of a patent."""
    return day(int(assembled.assessed.valued.expiry[k]))
