"""What is kept of the first paths: quantiles of every published amount, and full flows."""

from __future__ import annotations

from typing import Any

import numpy as np

from securitize.engine.periods import periods
from securitize.engine.sampled import first_of
from securitize.engine.simulate import KeptPaths, Simulation
from securitize.risk.order_statistics import quantile
from securitize.risk.statistics import mean_and_error
from securitize.tables.rows import Rows
from securitize.waterfall.plan import Line

#: Ten-thousandths.
LEVELS = (100, 500, 2500, 5000, 7500, 9500, 9900)
NOTE = {
    "interest_paid": "interest_paid", "principal_paid": "principal_paid", "premium_paid": "premium_paid",
    "residual_paid": "residual_paid", "capitalised": "capitalised", "unpaid_interest": "unpaid",
    "written_off": "written_off", "closing_balance": "closing",
}  # fmt: skip
#: As the tables of the deterministic path call what the engine calls otherwise.
SAID = {("note", "unpaid"): "unpaid_interest", ("note", "closing"): "closing_balance"}
POOL = ("performing", "defaulted")


def path_quantiles(simulation: Simulation) -> dict[str, Any]:
    """One row a published amount, payment date and level."""
    rows = Rows("path_quantiles")
    kept, currency = simulation.kept, simulation.calculation.prepared.deal.currency
    if kept is None:
        return rows.columns
    some = first_of(simulation, kept.paths, held=True)
    for line, values in kept.lines.items():
        if not values.any():
            continue
        for t, period, day in periods(simulation.calculation):
            amounts = values[:, t]
            average, error = mean_and_error(amounts / 100, some.weights, some.groups)
            for level in LEVELS:
                value, low, high = quantile(amounts, level, some.weights, some.groups)
                rows.add(
                    **_named(line),
                    period=period,
                    payment_date=day,
                    level=level,
                    currency=currency,
                    quantile=int(value),
                    low=None if low is None else int(low),
                    high=None if high is None else int(high),
                    mean=average,
                    mean_error=error,
                    paths=kept.paths,
                )
    return rows.columns


def _named(line: Line) -> dict[str, str]:
    """The columns that name a line."""
    quantity, name, measure = line[0], "", line[-1]
    if line[0] in POOL:
        quantity = "pool"
    elif len(line) == 3:
        name, measure = line[1], SAID.get((line[0], line[2]), line[2])
    return {"quantity": quantity, "name": name, "measure": measure}


def path_note_cash_flows(simulation: Simulation, kept: KeptPaths) -> dict[str, Any]:
    """One row a kept path, note and payment date."""
    notes = tuple(simulation.notes)
    columns = _frame(simulation, kept.paths, notes)
    for column, name in NOTE.items():
        found = np.stack([kept.lines[("note", note, name)] for note in notes])
        columns[f"{column}_minor"] = found.reshape(-1)
    return columns


def path_collections(simulation: Simulation, kept: KeptPaths) -> dict[str, Any]:
    """One row a kept path and payment date."""
    columns = _frame(simulation, kept.paths)
    for line, values in kept.lines.items():
        if line[0] in (*POOL, "collections"):
            columns[f"{line[-1]}_minor"] = values.reshape(-1)
    return columns


def _frame(simulation: Simulation, paths: int, notes: tuple[str, ...] = ()) -> dict[str, Any]:
    dates = list(periods(simulation.calculation))
    times = max(len(notes), 1)
    days = np.array([day for _, _, day in dates], "datetime64[D]")
    columns: dict[str, Any] = {"path": np.tile(np.repeat(np.arange(paths), len(dates)), times)}
    if notes:
        columns["note"] = [note for note in notes for _ in range(paths * len(dates))]
    columns["period"] = np.tile(np.array([period for _, period, _ in dates], np.int64), paths * times)
    columns["payment_date"] = np.tile(days, paths * times)
    return columns
