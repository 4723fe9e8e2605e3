"""A calculation as the tables of the data dictionary: name of the table -> column -> values."""

from __future__ import annotations

from collections.abc import Callable

from securitize.engine.calculation import Calculation
from securitize.engine.tables import after_last, cash, measures, notes, pool, vehicle
from securitize.tables import Columns

TABLES: dict[str, Callable[[Calculation], Columns]] = {
    "assets": pool.assets,
    "collections": pool.collections,
    "collections_after_last": after_last.collections_after_last,
    "pool_balances": pool.balances,
    "closing": vehicle.closing,
    "note_cash_flows": notes.cash_flows,
    "payment_dates": cash.payment_dates,
    "fees": vehicle.fees,
    "accounts": vehicle.accounts,
    "support": vehicle.support,
    "parties": vehicle.parties,
    "limits": vehicle.limits,
    "steps": vehicle.steps,
    "triggers": measures.triggers,
    "coverage": measures.coverage_by_date,
    "note_measures": measures.note_measures,
    "assumptions": pool.assumptions,
}


def tabulate(calculation: Calculation) -> dict[str, Columns]:
    """Every table. Amounts are minor units, rates units of 1e-8; the dictionary turns them into decimals."""
    return {name: make(calculation) for name, make in TABLES.items()}
