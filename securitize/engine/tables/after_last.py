"""Cash after the last collection date, as rows and as the warning of a gap of the terms.

Source: ``docs/reference/assets.md``, section 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from securitize.assets.after_last import GAP, cash_after_last
from securitize.assets.collections import project
from securitize.assets.events import CashFlow
from securitize.base.messages import Message
from securitize.definitions.deals.currencies import amount_in
from securitize.definitions.performance import PAID_AT_THE_END
from securitize.definitions.suites.suite import BASE
from securitize.engine.calculation import Calculation
from securitize.engine.prepare.prepared import Prepared
from securitize.tables import Columns
from securitize.tables.rows import Rows


def collections_after_last(calculation: Calculation) -> Columns:
    """One row a contract, stream and date of a run."""
    scenario = calculation.prepared.about.get("scenario")
    return of_scenarios([(str(scenario or BASE), calculation)])


def of_scenarios(calculated: Iterable[tuple[str, Calculation]]) -> Columns:
    """One row a scenario, contract, stream and date; each scenario by its name, calculated alone."""
    rows = Rows("collections_after_last")
    for scenario, one in calculated:
        prepared = one.prepared
        counted = PAID_AT_THE_END[prepared.performance.after_last]
        for cash in cash_after_last(one.collections.flows, prepared.schedule):
            rows.add(
                scenario=scenario,
                asset=cash.asset,
                stream=cash.stream,
                date=cash.date,
                currency=prepared.deal.currency,
                amount=cash.amount,
                kind=cash.kind,
                counted=counted,
            )
    return rows.columns


def gap_of(prepared: Prepared) -> tuple[str, ...]:
    """What falls into a gap of the terms of a deal that is not calculated: its pool is projected, one path."""
    return gap_warnings(prepared, project(prepared.resolved_pool, prepared.performance).flows)


def gap_warnings(prepared: Prepared, flows: Mapping[str, Sequence[CashFlow]]) -> tuple[str, ...]:
    """A warning where cash comes after the last collection date, by the last payment date, and no terms take it.

    flows : dated cash by contract, of one path
    """
    if PAID_AT_THE_END[prepared.performance.after_last]:
        return ()
    schedule = prepared.schedule
    cash = [one for one in cash_after_last(flows, schedule) if one.kind in GAP]
    if not cash:
        return ()
    scenario = prepared.about.get("scenario")
    return (
        Message(
            "{case}: {amount:,} {currency} that the pool pays from {first} on, after the last collection date {end} "
            "and by the last payment date {final}, pays no note: move the collection date, or write "
            "performance.after_last",
            case=Message("scenario {name}", name=scenario) if scenario else Message("base case"),
            amount=amount_in(sum(one.amount for one in cash), prepared.deal.currency),
            currency=prepared.deal.currency,
            first=min(one.date for one in cash),
            end=schedule.collection[-1],
            final=schedule.payment[-1],
        ),
    )
