"""What was reported, contract by contract: rows of the pool are divided, and the defaulted stock is told from them.

Source: ``docs/reference/priority-of-payments.md``, section 13, "From the pool to contracts" and what follows.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from securitize.assets.resolve import ResolvedContract
from securitize.base.arithmetic import Int64, allocate, multiply_divide
from securitize.definitions.pools.past import PastDefault
from securitize.engine.prepare.prepared import Prepared
from securitize.performance.resolved import ResolvedPerformance
from securitize.studies.roll.actuals import ActualFile, ActualRow
from securitize.studies.roll.forecast import Forecast, deposit_of
from securitize.studies.roll.recoveries import StockBooks
from securitize.studies.roll.terms import due_in, unpaid_interest

#: What of a contract goes on after the day of the roll.
KEPT = ("performing", "defaulted", "overdue_interest", "overdue_principal", "written_off")


@dataclass(slots=True)
class Reported:
    """Each contract as reported; periods that no row tells are as forecast.

    amounts   : by contract and column of KEPT, int64 (T,)
    books     : of the defaulted stock
    recovered : by party, minor units of each period that a row tells
    rows      : by period and contract; of the pool under ""
    divided   : columns whose difference to the forecast was divided among contracts
    """

    amounts: dict[str, dict[str, Int64]]
    books: StockBooks
    recovered: dict[int, Counter[str]] = field(default_factory=dict)
    rows: dict[tuple[int, str], ActualRow] = field(default_factory=dict)
    divided: set[str] = field(default_factory=set)


def as_reported(
    prepared: Prepared,
    performance: ResolvedPerformance,
    parts: Mapping[str, Forecast],
    file: ActualFile | None,
    until: int,
) -> Reported:
    """The contracts after ``until`` periods.

    performance, parts : of the run, or of the deal without its scenario
    file : None where everything came as forecast
    """
    amounts = {name: {key: part.amounts[key].copy() for key in KEPT} for name, part in parts.items()}
    found = Reported(amounts, StockBooks(performance))
    if file is not None:
        found.rows = {(row.period, row.asset): row for row in file.rows}
        _put(found, parts, file)
    first = prepared.today.period
    for part in parts.values():
        past = part.contract.contract.as_of
        if isinstance(part.contract, ResolvedContract) and past is not None:
            for default in past.defaults:
                found.books.add(part.contract, default)
    for t in range(until):
        # Before the books of a deal in mid-life, contracts without books of their own did as forecast.
        names = [name for name, part in parts.items() if t >= first or part.contract.contract.as_of is None]
        rows = [row for row in (file.rows if file else ()) if row.period == t + 1]
        _pass_period(found, prepared, parts, names, rows, t)
    return found


def _put(found: Reported, parts: Mapping[str, Forecast], file: ActualFile) -> None:
    """What the rows say of each contract in the place of its forecast."""
    names = list(parts)
    for row in file.rows:
        t = row.period - 1
        for key in KEPT:
            amount = row.amounts[key]
            if amount is None:
                # A column that is not there says that there was nothing, where the forecast knew of nothing else.
                amount = 0 if key != "written_off" else _lost(parts, row.asset or None, t)
            if row.asset:
                found.amounts[row.asset][key][t] = amount
                continue
            forecast = np.array([parts[name].amounts[key][t] for name in names], np.int64)
            if int(forecast.sum()) == amount:
                continue
            found.divided.add(key)
            for name, share in zip(names, _divided(key, amount, forecast, parts, found, t), strict=True):
                found.amounts[name][key][t] = share


def _lost(parts: Mapping[str, Forecast], asset: str | None, t: int) -> int:
    return sum(int(part.lost_rights[t]) for name, part in parts.items() if asset in (None, name))


def _divided(
    key: str, amount: int, forecast: Int64, parts: Mapping[str, Forecast], found: Reported, t: int
) -> list[int]:
    """An amount of the pool divided among its contracts."""
    before = np.array([part.balance[t] for part in parts.values()], np.int64)
    match key:
        case "performing":
            weights = forecast if forecast.any() else before
            return _allocated(amount, weights)
        case _:
            if amount <= int(forecast.sum()):
                return _allocated(amount, forecast)
            over = _allocated(amount - int(forecast.sum()), np.maximum(0, before - forecast))
            return [int(had) + more for had, more in zip(forecast, over, strict=True)]


def _allocated(amount: int, weights: Int64) -> list[int]:
    return allocate(amount, [int(weight) for weight in weights], rounding="up", unweighted="nothing")


def _pass_period(
    found: Reported,
    prepared: Prepared,
    parts: Mapping[str, Forecast],
    names: list[str],
    rows: list[ActualRow],
    t: int,
) -> None:
    """Defaults, recoveries and what is written off in one period, from 0."""
    until = prepared.schedule.collection[t + 1]
    by_asset = {row.asset: row for row in rows}
    written_off: dict[str, int] = {}
    for name in names:
        row = by_asset.get(name) or by_asset.get("")
        written_off[name] = _default(found, prepared, parts[name], row, t)
    parties: Counter[str] = Counter()
    if "" in by_asset:
        came, _ = found.books.recover(names, until, by_asset[""].amount("recovery"))
        parties += came
        found.books.write_off(names, until, sum(written_off.values()))
    else:
        for name in names:
            row = by_asset.get(name)
            amount = int(parts[name].amounts["recovery"][t]) if row is None else row.amount("recovery")
            came, _ = found.books.recover([name], until, amount)
            parties += came
            found.books.write_off([name], until, written_off[name])
    if rows:
        found.recovered[t] = parties


def _default(found: Reported, prepared: Prepared, part: Forecast, row: ActualRow | None, t: int) -> int:
    """What defaulted of a contract joins the books; returns what else of it is written off in the period."""
    own = found.amounts[part.name]
    amount, written_off = int(own["defaulted"][t]), int(own["written_off"][t])
    contract = part.contract
    if not isinstance(contract, ResolvedContract):
        return 0
    gone = min(int(part.lost_rights[t]), amount, written_off)
    amount, written_off = amount - gone, written_off - gone
    if not amount:
        return written_off
    dated = list(row.defaulted_on) if row is not None else []
    balance = int(part.balance[t]) if t == prepared.today.period else int(own["performing"][t - 1])
    for day, given in [*dated, (None, None)]:
        share = amount if given is None else given
        if share:
            _join(
                found, prepared, part, day, share, _standing(balance, share, prepared, part, row, day, t), t
            )
        amount, balance = amount - share, balance - share
    return written_off


def _standing(
    balance: int,
    amount: int,
    prepared: Prepared,
    part: Forecast,
    row: ActualRow | None,
    day: dt.date | None,
    t: int,
) -> int:
    """The balance out of which an amount defaulted: less what was repaid, where that was before the day."""
    contract = part.contract
    assert isinstance(contract, ResolvedContract)
    period = prepared.schedule.collection_period(t)
    last = max((each for each in contract.adjusted if each in period), default=period.end)
    repaid = 0
    if row is not None and row.asset:
        repaid = row.amount("principal") + row.amount("fee") - row.amount("fee_interest")
        repaid += row.amount("prepayment") + row.amount("bought_back")
    if day is None or day <= last:
        claim = contract.under(prepared.performance.index)
        repaid = min(repaid, due_in(claim, prepared, t, balance, prepared.performance, day or last).principal)
    return max(amount, balance - repaid)


def _join(
    found: Reported,
    prepared: Prepared,
    part: Forecast,
    day: dt.date | None,
    amount: int,
    balance: int,
    t: int,
) -> None:
    """A default out of a balance joins the books: as forecast on its day, or with the deal's recoveries."""
    contract = part.contract
    assert isinstance(contract, ResolvedContract)
    period = prepared.schedule.collection_period(t)
    forecast = [one for one in part.defaults if one.date in period and day in (None, one.date)]
    if forecast:
        shares = _allocated(amount, np.array([one.amount for one in forecast], np.int64))
        for one, share in zip(forecast, shares, strict=True):
            borne = int(multiply_divide(share, one.deposit, one.amount)[0])
            interest = int(multiply_divide(share, one.interest, one.amount)[0])
            update = {"amount": share, "deposit": borne, "interest": interest}
            found.books.add(contract, one.model_copy(update=update))
        return
    day = day or max((each for each in contract.adjusted if each in period), default=period.end)
    deposit = contract.contract.deposit - sum(
        entry.default.deposit for entry in found.books.entries.get(part.name, ())
    )
    borne = deposit_of(amount, balance, deposit)
    found.books.add(
        contract,
        PastDefault.model_construct(
            date=day,
            amount=amount,
            deposit=borne,
            interest=unpaid_interest(contract, prepared.performance, amount, day),
            recoveries=None,
        ),
    )
