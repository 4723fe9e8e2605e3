"""Rows of an actuals file fit the run that is rolled: its periods, its contracts, their dates."""

from __future__ import annotations

from collections.abc import Mapping

from securitize.base.errors import DefinitionError, Problem
from securitize.base.messages import Listing, Message
from securitize.definitions.deals.currencies import amount_in
from securitize.definitions.documents.explaining import suggest
from securitize.definitions.pools.past import PastContract
from securitize.engine.prepare.prepared import Prepared
from securitize.studies.roll.actuals import ActualFile

_REPAIR, _CODE = "correct the file", "SEC293"


def check_rows(prepared: Prepared, file: ActualFile, first: int, until: int) -> None:
    """Every period from the first to the last reported, none beyond the deal, and every contract of each.

    Raises DefinitionError with every problem.
    """
    problems: list[Problem] = []
    present = {(row.period, row.asset) for row in file.rows}
    contracts = list(prepared.pool.contracts)
    count = len(prepared.schedule.payment) - 1
    for row in file.rows:
        if not first < row.period <= count:
            what: str = Message("the period is not one of {first} to {count}", first=first + 1, count=count)
            problems.append(file.problem(row.line, "period", what, str(row.period), _REPAIR, _CODE))
        if file.by_asset and row.asset not in prepared.pool.contracts:
            repair = suggest(row.asset, contracts) or _REPAIR
            what = "the pool holds no such contract"
            problems.append(file.problem(row.line, "asset", what, row.asset, repair, _CODE))
    for period in range(first + 1, min(until, count) + 1):
        wanted = contracts if file.by_asset else [""]
        missing = sorted(name for name in wanted if (period, name) not in present)
        if missing:
            what = Message("period {period} is missing", period=period)
            if file.by_asset:
                what = Message(
                    "period {period} is missing for {assets}", period=period, assets=Listing(missing[:5])
                )
            problems.append(file.problem(0, "period", what, "", _REPAIR, _CODE))
    if problems:
        raise DefinitionError(problems)


def check_ends(
    prepared: Prepared, file: ActualFile, restated: Mapping[str, PastContract], until: int
) -> None:
    """A contract that still owes after its last instalment has no forecast: it defaulted, or has new dates.

    Raises DefinitionError with the cell of each.
    """
    day = prepared.schedule.collection[until]
    ends = {one.name: one.adjusted[-1] for one in prepared.resolved_pool.contracts}
    lines = {row.asset: row.line for row in file.rows if row.period == until}
    problems = [
        file.problem(
            lines.get(name, lines.get("", 0)),
            "performing",
            Message("{name} owes after its last instalment of {ends}", name=name, ends=ends[name]),
            str(amount_in(one.owed, prepared.deal.currency)),
            "tell it as defaulted, or give the contract later dates",
            _CODE,
        )
        for name, one in restated.items()
        if one.owed and ends[name] <= day
    ]
    if problems:
        raise DefinitionError(problems)
