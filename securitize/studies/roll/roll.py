"""A run rolled forward: actual collections of its first periods, the state of the books after them, and how they
compare with the forecast.

Source: ``docs/reference/priority-of-payments.md``, section 13.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from securitize.assets.collections import Collections, project
from securitize.base.arithmetic import Int64
from securitize.base.errors import DefinitionError, Problem, UsageError
from securitize.base.messages import Listing, Message
from securitize.base.money import from_minor
from securitize.definitions.deals.state import State
from securitize.definitions.figures import STREAMS
from securitize.definitions.pools.claims import PastClaim
from securitize.engine.calculation import Calculation, pay_from
from securitize.engine.prepare.prepared import Prepared
from securitize.studies.roll.actuals import AMOUNTS, ActualRow, read_actuals
from securitize.studies.roll.books import restated_contracts, with_companies
from securitize.waterfall.seasoning import state_after


@dataclass(frozen=True, slots=True)
class RollComparison:
    """Forecast and actual of one period, of the pool or of a contract; minor units."""

    period: int
    payment_date: dt.date
    asset: str
    what: str
    forecast: int
    actual: int


@dataclass(frozen=True, slots=True)
class RollResult:
    """What a roll yields.

    calculation : the run with the actual collections in the place of the forecast
    restated    : the claims of which the pool file has to say what they are, see :mod:`securitize.studies.roll.books`
    """

    state: State
    calculation: Calculation
    compared: tuple[RollComparison, ...]
    restated: Mapping[str, PastClaim]
    collection_date: dt.date

    @property
    def balances(self) -> dict[str, int]:
        """What these contracts owe, minor units."""
        return {name: one.balance for name, one in self.restated.items()}


def forecast_rows(prepared: Prepared, until: int | None, by_asset: bool) -> list[dict[str, object]]:
    """The forecast of the periods up to ``until`` in the form of an actuals file; amounts are Decimals.

    until : None for the first period alone
    Raises UsageError where it is not one of the deal's periods before its last.
    """
    collections = project(prepared.resolved_pool, prepared.performance)
    first = _first_period(prepared)
    until = first + 1 if until is None else until
    if not first < until < prepared.schedule.periods:
        raise UsageError(
            "--until is one of {first} to {periods}", first=first + 1, periods=prepared.schedule.periods - 1
        )
    parts = _by_contract(prepared) if by_asset else {"": _whole(collections)}
    rows: list[dict[str, object]] = []
    for t in range(first, until):
        for asset, part in parts.items():
            amounts = {name: from_minor(int(values[t])) for name, values in part.items()}
            rows.append({"period": t + 1, **({"asset": asset} if by_asset else {}), **amounts})
    return rows


def roll(prepared: Prepared, actuals: Path) -> RollResult:
    """Put the actual collections of ``actuals`` in the place of the forecast, and take the state after them.

    Raises DefinitionError where the file's rows do not fit the run's periods and contracts.
    """
    rows = read_actuals(actuals)
    collections = project(prepared.resolved_pool, prepared.performance)
    first, until = _first_period(prepared), max(row.period for row in rows)
    _check_rows(prepared, actuals, rows, first, until)
    by_asset = any(row.asset for row in rows)
    actual = _actual(collections, rows)
    calculation = pay_from(prepared, actual, states=True)
    state = state_after(calculation.resolved, calculation.lines, until - 1 - first)
    state = with_companies(state, prepared, until)
    parts = _by_contract(prepared) if by_asset else {"": _whole(collections)}
    compared = tuple(
        RollComparison(
            row.period,
            prepared.schedule.payment[row.period - 1],
            row.asset,
            name,
            int(parts[row.asset][name][row.period - 1]),
            amount,
        )
        for row in rows
        for name in AMOUNTS
        if (amount := row.amounts[name]) is not None
    )
    reported = {
        row.asset: row.amounts["performing"] or 0 for row in rows if row.asset and row.period == until
    }
    forecast = parts if by_asset else _by_contract(prepared)
    restated = restated_contracts(prepared, reported, forecast, until)
    collected = prepared.schedule.collection[until]
    _check_overdue(
        prepared,
        actuals,
        [row for row in rows if row.period == until],
        {name: one.balance for name, one in restated.items() if name in reported},
        collected,
    )
    return RollResult(state, calculation, compared, restated, collected)


def comparison_csv(rolled: RollResult) -> str:
    """Forecast and actual, one row a period, contract and column."""
    return rows_csv(
        [
            {
                "period": one.period,
                "payment_date": one.payment_date,
                "asset": one.asset,
                "what": one.what,
                "forecast": from_minor(one.forecast),
                "actual": from_minor(one.actual),
                "difference": from_minor(one.actual - one.forecast),
            }
            for one in rolled.compared
        ]
    )


def rows_csv(rows: Sequence[Mapping[str, object]]) -> str:
    """Rows with the same columns as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _first_period(prepared: Prepared) -> int:
    """Periods that are past before the run begins."""
    return prepared.today.period


def _whole(collections: Collections) -> dict[str, Int64]:
    """The pool by period, int64 (T,), by the columns of an actuals file."""
    streams = {str(stream): cash[0] for stream, cash in collections.streams.items()}
    return {
        **streams,
        "performing": collections.performing[0, 1:],
        "defaulted": collections.defaulted[0],
        "sales": collections.sales[0],
    }


def _by_contract(prepared: Prepared) -> dict[str, dict[str, Int64]]:
    """Each contract projected by itself, by period; see :func:`_whole`."""
    pool = prepared.resolved_pool
    return {
        one.name: _whole(project(replace(pool, contracts=(one,)), prepared.performance, keep_flows=False))
        for one in pool.contracts
    }


def _check_rows(prepared: Prepared, path: Path, rows: Sequence[ActualRow], first: int, until: int) -> None:
    """Every period from the first to the last reported, none beyond the deal, and every contract of each."""
    problems: list[Problem] = []
    present = {(row.period, row.asset) for row in rows}
    contracts = set(prepared.pool.contracts)
    by_asset = any(row.asset for row in rows)
    for row in rows:
        if not first < row.period < len(prepared.schedule.payment):
            what: str = Message(
                "the period is not one of {first} to {count}",
                first=first + 1,
                count=len(prepared.schedule.payment) - 1,
            )
            problems.append(_problem(path, row.line, "period", what, str(row.period)))
        if by_asset and row.asset not in contracts:
            problems.append(_problem(path, row.line, "asset", "the pool holds no such contract", row.asset))
    for period in range(first + 1, until + 1):
        wanted = contracts if by_asset else {""}
        missing = sorted(name for name in wanted if (period, name) not in present)
        if missing:
            what = Message("period {period} is missing", period=period)
            if by_asset:
                what = Message(
                    "period {period} is missing for {assets}", period=period, assets=Listing(missing[:5])
                )
            problems.append(_problem(path, 0, "period", what, ""))
    if problems:
        raise DefinitionError(problems)


def _check_overdue(
    prepared: Prepared, path: Path, rows: Sequence[ActualRow], balances: Mapping[str, int], day: dt.date
) -> None:
    """A contract that still owes after its last instalment has no forecast: it defaulted, or has new dates."""
    ends = {one.name: one.adjusted[-1] for one in prepared.resolved_pool.contracts}
    lines = {row.asset: row.line for row in rows}
    problems = [
        Problem(
            str(path),
            lines[name],
            "performing",
            Message("{name} owes after its last instalment of {ends}", name=name, ends=ends[name]),
            str(from_minor(owed)),
            "tell it as defaulted, or give the contract later dates",
            "SEC293",
        )
        for name, owed in balances.items()
        if owed and ends[name] <= day
    ]
    if problems:
        raise DefinitionError(problems)


def _actual(collections: Collections, rows: Sequence[ActualRow]) -> Collections:
    """The collections with what was reported in the place of the forecast; later periods stay as forecast."""
    streams = {stream: cash.copy() for stream, cash in collections.streams.items()}
    performing, defaulted = collections.performing.copy(), collections.defaulted.copy()
    sales = collections.sales.copy()
    periods = sorted({row.period for row in rows})
    for period in periods:
        here = [row for row in rows if row.period == period]

        def total(name: str, here: list[ActualRow] = here) -> int:
            return sum(row.amounts[name] or 0 for row in here)

        for stream in STREAMS:
            streams[stream][0, period - 1] = total(stream)
        performing[0, period], defaulted[0, period - 1] = total("performing"), total("defaulted")
        if any(row.amounts["sales"] is not None for row in here):
            sales[0, period - 1] = total("sales")
    recovered = {party: cash.copy() for party, cash in collections.recovered.items()}
    for period in periods:
        # Actuals tell no source: a party has paid what it was to pay, as far as recoveries came at all.
        left = streams["recovery"][0, period - 1]
        for cash in recovered.values():
            cash[0, period - 1] = min(cash[0, period - 1], left)
            left = left - cash[0, period - 1]
    return replace(
        collections,
        recovered=recovered,
        streams={stream: np.ascontiguousarray(cash) for stream, cash in streams.items()},
        performing=performing,
        defaulted=defaulted,
        sales=sales,
    )


def _problem(path: Path, line: int, column: str, what: str, found: str) -> Problem:
    return Problem(str(path), line, column, what, found, "correct the file", "SEC293")
