"""The pool: its contracts, what it delivered, and the register of what the definitions state."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

import numpy as np

from securitize.assets.remaining import RemainingContract, remaining_contracts
from securitize.base.arithmetic import Int64
from securitize.definitions.figures import STREAMS, Stream
from securitize.definitions.register import Figure
from securitize.engine.calculation import Calculation
from securitize.engine.periods import periods
from securitize.tables.rows import Rows
from securitize.waterfall.published_coverage import called_before


def assets(calculation: Calculation) -> dict[str, list[Any]]:
    """One row a contract; of a deal in mid-life what remains of it."""
    rows = Rows("assets")
    prepared = calculation.prepared
    pool, today = prepared.pool, prepared.today
    remaining = (
        remaining_contracts(prepared.resolved_pool, prepared.performance, calculation.collections, today.pool)
        if today.in_mid_life
        else {}
    )
    for one in calculation.collections.contracts:
        left = remaining.get(one.asset) or RemainingContract(
            balance=one.balance,
            rate=one.rate,
            scheduled=one.scheduled,
            collected=sum(int(cash[0]) for cash in one.collected.values()),
            commingled=int(one.commingled[0]),
            defaulted=int((one.defaulted + one.lost)[0]),
        )
        rows.add(
            asset=one.asset,
            obligor=one.obligor,
            kind=one.kind,
            legal_mode=one.legal_mode,
            start=one.start,
            maturity=one.maturity,
            currency=pool.currency,
            opening_balance=pool.contracts[one.asset].opening,
            balance=left.balance,
            original_balance=one.balance,
            rate=left.rate,
            rights=one.rights,
            scheduled_interest=left.scheduled.get("interest", 0),
            scheduled_principal=left.scheduled.get("principal", 0),
            scheduled_fees=left.scheduled.get("fee", 0),
            scheduled_royalties=left.scheduled.get("royalty", 0),
            defaulted=left.defaulted,
            collected=left.collected,
            commingled=left.commingled,
            after_last=int(one.after_last[0]),
            outstanding=int(one.performing_at_end[0]),
        )
    return rows.columns


def collections(calculation: Calculation) -> dict[str, list[Any]]:
    """One row a collection period and stream."""
    rows = Rows("collections")
    ends, planned = calculation.prepared.schedule.collection, scheduled_streams(calculation)
    for t, period, day in periods(calculation):
        for stream in STREAMS:
            amount = int(calculation.lines[("collections", stream)][t])
            rows.add(
                period=period,
                collection_start=ends[period - 1],
                collection_end=ends[period],
                payment_date=day,
                stream=stream,
                currency=calculation.prepared.deal.currency,
                amount=amount,
                scheduled=int(planned[stream][period - 1]),
            )
    return rows.columns


def scheduled_streams(calculation: Calculation) -> dict[Stream, Int64]:
    """Scheduled cash of each collection period by stream, int64 (periods,)."""
    ends = calculation.prepared.schedule.collection
    planned: dict[Stream, Int64] = {stream: np.zeros(len(ends) - 1, np.int64) for stream in STREAMS}
    for contract in calculation.prepared.resolved_pool.contracts:
        for day, stream, amount in contract.scheduled_cash():
            if day <= ends[-1]:
                planned[stream][max(0, bisect_left(ends, day) - 1)] += amount
    return planned


def balances(calculation: Calculation) -> dict[str, list[Any]]:
    """One row a collection period."""
    rows = Rows("pool_balances")
    planned, whole = scheduled_performing(calculation), calculation.resolved.opening_performing
    sales = _sales(calculation)
    for t, period, _ in periods(calculation):
        performing = int(calculation.lines[("performing",)][t])
        rows.add(
            period=period,
            collection_end=calculation.prepared.schedule.collection[period],
            currency=calculation.prepared.deal.currency,
            performing=performing,
            defaulted=int(calculation.lines[("defaulted",)][t]),
            scheduled_performing=int(planned[period - 1]),
            scheduled_collections=int(calculation.collections.scheduled[t]),
            original_pool=whole,
            factor=performing / whole if whole else None,
            **{name: None if values is None else int(values[t]) for name, values in sales.items()},
        )
    return rows.columns


def _sales(calculation: Calculation) -> dict[str, Int64 | None]:
    """Sales and their forecast as triggers see them, int64 (periods,); None where no royalty follows sales."""
    contracts = calculation.prepared.pool.contracts
    if not any(one.follows_sales for one in contracts.values()):
        return {"sales": None, "forecast_sales": None}
    collected = calculation.collections
    # From the date after a call on nothing is counted.
    live = ~called_before(calculation.resolved, calculation.one_path)[0]
    return {"sales": collected.sales[0] * live, "forecast_sales": collected.forecast_sales * live}


def scheduled_performing(calculation: Calculation) -> Int64:
    """Balance of the pool at each collection date had everybody paid on schedule, int64 (periods,)."""
    ends = calculation.prepared.schedule.collection[1:]
    planned = np.zeros(len(ends), np.int64)
    for contract in calculation.prepared.resolved_pool.contracts:
        for t, end in enumerate(ends):
            planned[t] += contract.scheduled_balance(end)
    return planned


def assumptions(calculation: Calculation) -> dict[str, list[Any]]:
    """One row a number of the definitions, with its source."""
    return assumption_rows(calculation.prepared.register)


def assumption_rows(register: Sequence[Figure]) -> dict[str, list[Any]]:
    """One row a number of a register."""
    rows = Rows("assumptions")
    for figure in register:
        bounds = [
            f"{word} {bound}"
            for word, bound in (("at least", figure.at_least), ("at most", figure.at_most))
            if bound
        ]
        value = figure.value or ", ".join(bounds) or "not published"
        rows.add(
            file=figure.file,
            path=figure.path,
            value=value,
            unit=figure.unit,
            kind=figure.kind,
            source=figure.source,
        )
    return rows.columns
