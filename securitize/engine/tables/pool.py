"""The pool: its contracts, what it delivered, and the register of what the definitions state."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.definitions.figures import STREAMS, Stream
from securitize.definitions.register import Figure
from securitize.engine.calculation import Calculation
from securitize.engine.periods import periods
from securitize.tables.rows import Rows


def assets(calculation: Calculation) -> dict[str, list[Any]]:
    """One row a contract."""
    rows = Rows(
        "asset", "obligor", "kind", "legal_mode", "start", "maturity", "currency", "opening_balance",
        "balance", "rate",
        "rights", "scheduled_interest", "scheduled_principal", "scheduled_fees", "scheduled_royalties", "defaulted",
        "collected",
        "after_last", "outstanding",
    )  # fmt: skip
    pool = calculation.prepared.pool
    for one in calculation.collections.contracts:
        scheduled = (one.scheduled.get(stream, 0) for stream in ("interest", "principal", "fee", "royalty"))
        rows.add(
            one.asset, one.obligor, one.kind, one.legal_mode, one.start, one.maturity, pool.currency,
            pool.contracts[one.asset].opening, one.balance, one.rate, one.rights, *scheduled,
            int((one.defaulted + one.lost)[0]), sum(int(cash[0]) for cash in one.collected.values()),
            int(one.after_last[0]), int(one.performing_at_end[0]),
        )  # fmt: skip
    return rows.columns


def collections(calculation: Calculation) -> dict[str, list[Any]]:
    """One row a collection period and stream."""
    rows = Rows(
        "period", "collection_start", "collection_end", "payment_date", "stream", "currency", "amount",
        "scheduled"
    )  # fmt: skip
    ends, planned = calculation.prepared.schedule.collection, scheduled_streams(calculation)
    for t, period, day in periods(calculation):
        for stream in STREAMS:
            amount = int(calculation.lines[("collections", stream)][t])
            rows.add(
                period, ends[period - 1], ends[period], day, stream, calculation.prepared.deal.currency, amount,
                int(planned[stream][period - 1]),
            )  # fmt: skip
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
    rows = Rows(
        "period", "collection_end", "currency", "performing", "defaulted", "scheduled_performing",
        "scheduled_collections"
    )  # fmt: skip
    planned = scheduled_performing(calculation)
    for t, period, _ in periods(calculation):
        rows.add(
            period, calculation.prepared.schedule.collection[period], calculation.prepared.deal.currency,
            *(int(calculation.lines[(line,)][t]) for line in ("performing", "defaulted")),
            int(planned[period - 1]), int(calculation.collections.scheduled[t]),
        )  # fmt: skip
    return rows.columns


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
    rows = Rows("file", "path", "value", "unit", "kind", "source")
    for figure in register:
        bounds = [
            f"{word} {bound}"
            for word, bound in (("at least", figure.at_least), ("at most", figure.at_most))
            if bound
        ]
        value = figure.value or ", ".join(bounds) or "not published"
        rows.add(figure.file, figure.path, value, figure.unit, figure.kind, figure.source)
    return rows.columns
