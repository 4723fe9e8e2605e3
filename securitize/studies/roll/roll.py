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
from decimal import Decimal
from pathlib import Path

import numpy as np

from securitize.assets.collections import Collections, project
from securitize.base.arithmetic import Int64
from securitize.base.errors import DefinitionError, Problem, UsageError
from securitize.base.messages import Listing, Message
from securitize.base.money import from_rate
from securitize.definitions.deals.currencies import amount_in
from securitize.definitions.deals.state import State
from securitize.definitions.figures import STREAMS, Stream
from securitize.definitions.pools.past import PastClaim
from securitize.definitions.pools.royalties import PastRoyalty
from securitize.engine.calculation import Calculation, pay_from
from securitize.engine.prepare.prepared import Prepared
from securitize.studies.roll.actuals import AMOUNTS, ActualFile, ActualRow, read_actuals
from securitize.studies.roll.books import restated_contracts, with_companies
from securitize.studies.roll.fitting import check_ends, check_rows
from securitize.studies.roll.forecast import Forecast, forecasts, royalty_lost_on, whole_pool
from securitize.studies.roll.identities import check_books
from securitize.studies.roll.reported import Reported, as_reported
from securitize.waterfall.seasoning import state_after

#: The stream that contracts bought back bring.
BOUGHT_BACK: Stream = "prepayment"
#: Optional columns whose absence leaves an identity untested.
_TESTED = ("fee_interest", "defaulted_stock")


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
class StockToCome:
    """Recoveries of a contract's defaults that are still to come, and what of them is overdue; minor units.

    stock : what has defaulted and is neither recovered nor written off
    """

    asset: str
    stock: int
    to_come: int
    overdue: int


@dataclass(frozen=True, slots=True)
class RollResult:
    """What a roll yields.

    calculation : the run with the actual collections in the place of the forecast
    restated    : the contracts of which the pool file has to say what they are, see :mod:`.books`
    stock       : of contracts with defaults in their books
    warnings    : what is unusual in the file, by cell
    said        : what was done with the file and could not be tested
    """

    state: State
    calculation: Calculation
    compared: tuple[RollComparison, ...]
    restated: Mapping[str, PastClaim | PastRoyalty]
    collection_date: dt.date
    stock: tuple[StockToCome, ...] = ()
    warnings: tuple[Problem, ...] = ()
    said: tuple[str, ...] = ()

    @property
    def currency(self) -> str:
        """That of the deal."""
        return self.calculation.prepared.deal.currency

    @property
    def balances(self) -> dict[str, int]:
        """What these contracts owe, minor units."""
        return {name: one.owed for name, one in self.restated.items() if one.has_balance}


def forecast_rows(prepared: Prepared, until: int | None, by_asset: bool) -> list[dict[str, object]]:
    """The forecast of the periods up to ``until`` in the form of an actuals file; amounts are Decimals.

    until : None for the first period alone
    Raises UsageError where it is not one of the deal's periods before its last.
    """
    first, schedule = prepared.today.period, prepared.schedule
    until = first + 1 if until is None else until
    if not first < until < schedule.periods:
        raise UsageError(
            "--until is one of {first} to {periods}", first=first + 1, periods=schedule.periods - 1
        )
    parts = forecasts(prepared)
    rows: list[dict[str, object]] = []
    for t in range(first, until):
        fixed = {"collection_date": schedule.collection[t + 1], "currency": prepared.deal.currency}
        if by_asset:
            rows += [
                {
                    "period": t + 1,
                    "asset": name,
                    **fixed,
                    **_amounts(part.amounts, t, prepared.deal.currency),
                    **_more(part, prepared, t),
                }
                for name, part in parts.items()
            ]
        else:
            rows.append(
                {"period": t + 1, **fixed, **_amounts(whole_pool(parts.values()), t, prepared.deal.currency)}
            )
    return rows


def _amounts(amounts: Mapping[str, Int64], t: int, currency: str) -> dict[str, Decimal]:
    return {name: amount_in(int(amounts[name][t]), currency) for name in AMOUNTS}


def _more(part: Forecast, prepared: Prepared, t: int) -> dict[str, object]:
    """The days of defaults, and what is left of a royalty."""
    period = prepared.schedule.collection_period(t)
    here = [one for one in part.defaults if one.date in period]
    days = [
        str(one.date) if len(here) == 1 else f"{one.date} {amount_in(one.amount, prepared.deal.currency)}"
        for one in here
    ]
    if (lost_on := royalty_lost_on(part, prepared, t)) is not None:
        days = [str(lost_on)]
    left = "" if part.entitled is None else f"{from_rate(int(part.entitled[t + 1])):f}"
    return {"default_date": "; ".join(days), "entitled": left}


def roll(prepared: Prepared, actuals: Path) -> RollResult:
    """The same as :func:`roll_rows` of a file that is not read yet."""
    return roll_rows(prepared, read_actuals(actuals))


def roll_rows(prepared: Prepared, file: ActualFile) -> RollResult:
    """Put actual collections in the place of the forecast, and take the state after them.

    Raises DefinitionError where the file's rows do not fit the run's periods and contracts, or break an identity.
    """
    first, until = prepared.today.period, max(row.period for row in file.rows)
    check_rows(prepared, file, first, until)
    parts = forecasts(prepared)
    found = check_books(prepared, parts, file)
    if found.problems:
        raise DefinitionError(found.problems)
    reported = as_reported(prepared, prepared.performance, parts, file, until)
    actual = _actual(project(prepared.resolved_pool, prepared.performance), file, reported)
    calculation = pay_from(prepared, actual, states=True)
    state = state_after(calculation.resolved, calculation.lines, until - 1 - first)
    state = with_companies(state, prepared, until)
    restated = restated_contracts(prepared, parts, reported, until)
    collected = prepared.schedule.collection[until]
    check_ends(prepared, file, restated, until)
    return RollResult(
        state,
        calculation,
        _compared(prepared, file, parts),
        restated,
        collected,
        _stock(parts, reported, collected),
        tuple(found.warnings),
        _said(file, reported, prepared),
    )


def _compared(
    prepared: Prepared, file: ActualFile, parts: Mapping[str, Forecast]
) -> tuple[RollComparison, ...]:
    whole = whole_pool(parts.values())
    return tuple(
        RollComparison(
            row.period,
            prepared.schedule.payment[row.period - 1],
            row.asset,
            name,
            int((parts[row.asset].amounts if row.asset else whole)[name][row.period - 1]),
            amount,
        )
        for row in file.rows
        for name in AMOUNTS
        if name in file.columns and (amount := row.amounts[name]) is not None
    )


def _stock(parts: Mapping[str, Forecast], reported: Reported, day: dt.date) -> tuple[StockToCome, ...]:
    found = []
    for name in parts:
        stock = sum(entry.stock for entry in reported.books.entries.get(name, ()))
        if stock:
            found.append(StockToCome(name, stock, *reported.books.to_come(name, day)))
    return tuple(found)


def _said(file: ActualFile, reported: Reported, prepared: Prepared) -> tuple[str, ...]:
    """What the reader of a roll is told of its file."""
    said = [*file.said]
    if reported.divided:
        said.append(
            Message(
                "divided among contracts, as the file is of the pool: {columns}; name contracts to be exact",
                columns=Listing(sorted(reported.divided)),
            )
        )
    if "defaulted" in reported.divided and any(one.contract.deposit for one in prepared.resolved_pool.claims):
        said.append(
            "deposits are used as defaults are divided: those of companies that still pay may be counted, and too much "
            "recovered"
        )
    lacking = [name for name in _TESTED if name not in file.columns]
    if lacking:
        said.append(
            Message("not in the file, so not tested against the books: {columns}", columns=Listing(lacking))
        )
    return tuple(said)


def comparison_csv(rolled: RollResult) -> str:
    """Forecast and actual, one row a period, contract and column."""
    currency = rolled.currency
    return rows_csv(
        [
            {
                "period": one.period,
                "payment_date": one.payment_date,
                "asset": one.asset,
                "what": one.what,
                "forecast": amount_in(one.forecast, currency),
                "actual": amount_in(one.actual, currency),
                "difference": amount_in(one.actual - one.forecast, currency),
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


def _actual(collections: Collections, file: ActualFile, reported: Reported) -> Collections:
    """The collections with what was reported in the place of the forecast; later periods stay as forecast."""
    streams = {stream: cash.copy() for stream, cash in collections.streams.items()}
    performing, defaulted = collections.performing.copy(), collections.defaulted.copy()
    sales, fee_interest = collections.sales.copy(), collections.fee_interest.copy()
    recovered = {party: cash.copy() for party, cash in collections.recovered.items()}
    for period in sorted({row.period for row in file.rows}):
        here = [row for row in file.rows if row.period == period]

        def total(name: str, here: list[ActualRow] = here) -> int:
            return sum(row.amount(name) for row in here)

        for stream in STREAMS:
            streams[stream][0, period - 1] = total(stream)
        streams[BOUGHT_BACK][0, period - 1] += total("bought_back")
        performing[0, period], defaulted[0, period - 1] = total("performing"), total("defaulted")
        if "sales" in file.columns:
            sales[0, period - 1] = total("sales")
        if "fee_interest" in file.columns:
            fee_interest[0, period - 1] = total("fee_interest")
        for party, cash in recovered.items():
            cash[0, period - 1] = reported.recovered[period - 1][party]
    return replace(
        collections,
        recovered=recovered,
        streams={stream: np.ascontiguousarray(cash) for stream, cash in streams.items()},
        performing=performing,
        defaulted=defaulted,
        sales=sales,
        fee_interest=fee_interest,
    )
