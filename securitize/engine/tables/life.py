"""Life coverage of a run by day."""

from __future__ import annotations

from typing import Any

from securitize.engine.calculation import Calculation
from securitize.engine.life import life_of, plain_of
from securitize.engine.measures import or_null
from securitize.engine.periods import periods
from securitize.tables.rows import Rows


def life_coverage_by_day(calculation: Calculation) -> dict[str, list[Any]]:
    """One row a rank and day, today first; null where nothing is owed."""
    rows = Rows("life_coverage")
    found = life_of(calculation)
    plain = plain_of(calculation)
    today = (calculation.resolved.past, calculation.prepared.today.notes)
    days = [today, *((period, day) for _, period, day in periods(calculation))]
    for rank, of_rank in found.items():
        for k, (period, day) in enumerate(days):
            rows.add(
                rank=rank,
                period=period,
                measured_on=day,
                currency=calculation.prepared.deal.currency,
                owed=round(float(of_rank.owed[0, k])),
                accounts_held=round(float(of_rank.accounts[0, k])),
                cash_to_come=round(float(of_rank.cash_to_come[0, k])),
                fees_to_come=round(float(of_rank.fees[0, k])),
                life_coverage=or_null(of_rank.life[0, k]),
                life_coverage_with_support=or_null(of_rank.with_support[0, k]),
                plain_coverage=or_null(plain[rank][0, k]),
            )
    return rows.columns
