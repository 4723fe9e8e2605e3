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
    rows = Rows("indicators")
    for part in assembled.profiles.assessment.indicators:
        rows.add(
            subject=part.subject,
            key=part.key,
            indicator=part.indicator,
            known=part.points is not None,
            points=part.points,
            weight=part.weight,
            contribution=part.contribution,
        )
    return rows.columns


def screens(assembled: Assembled) -> dict[str, list[Any]]:
    """One row a candidate and screen that it does not pass."""
    rows = Rows("screens")
    for found in assembled.profiles.assessment.findings:
        rows.add(
            subject=found.subject,
            key=found.key,
            screen=found.screen,
            result=found.result,
            reason=found.reason,
            text=found.text,
            text_zh=found.text_zh,
            waived=found.waived,
        )
    return rows.columns


def valuations(assembled: Assembled) -> dict[str, list[Any]]:
    """One row a patent that has a value."""
    rows = Rows("valuations")
    profiles, valuation = assembled.profiles, assembled.profiles.valuations
    for k, key in enumerate(profiles.patent_keys):
        if not valuation.known[k]:
            continue
        floor, appraised = int(valuation.renewal_floor[k]), int(valuation.appraised[k])
        income, market, cost = (
            int(by[k]) if by[k] >= 0 else None for by in (valuation.income, valuation.market, valuation.cost)
        )
        rows.add(
            publication_number=key,
            method=valuation.method[k],
            date=profiles.build.as_of,
            life=float(valuation.life[k]),
            discount_rate=profiles.build.value.discount.total,
            contribution=int(valuation.contribution[k]),
            currency=profiles.build.currency,
            appraised=appraised,
            pledge_bank=int(valuation.pledge_bank[k]),
            liquidation=int(valuation.liquidation[k]),
            income_value=income,
            market_value=market,
            comparables=int(valuation.comparables[k]),
            market_spread=ratio(float(valuation.spread[k])),
            cost_value=cost,
            discount_up=int(valuation.discount_up[k]),
            contribution_down=int(valuation.contribution_down[k]),
            growth_down=int(valuation.growth_down[k]),
            renewal_floor=floor,
            below_renewal=appraised < floor,
        )
    return rows.columns


def repairs(assembled: Assembled) -> dict[str, list[Any]]:
    """One row a change, merger, rejection or warning of cleaning."""
    rows = Rows("repairs")
    for change in assembled.profiles.candidates.changes.to_pylist():
        # A file by its name: no path of this machine gets into a table.
        file = str(change["file"]).replace("\\", "/").rsplit("/", 1)[-1]
        texts = {name: change[name] or "" for name in ("column", "before", "after", "why", "code")}
        rows.add(
            file=file,
            row=change["row"],
            column=texts["column"],
            number=change["number"],
            outcome=change["outcome"],
            before=texts["before"],
            after=texts["after"],
            why=texts["why"],
            code=texts["code"],
        )
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
