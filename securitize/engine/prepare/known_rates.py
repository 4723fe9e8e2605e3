"""Index rates that are held, or looked up in what was published later: what a reader is told of them.

Source: ``docs/reference/markets.md``, section 8.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from securitize.assets.resolve import ResolvedPool
from securitize.definitions.deals.deal import Deal
from securitize.definitions.figures import is_lpr
from securitize.market.calendars import BusinessCalendar
from securitize.market.lpr import IndexHistory
from securitize.market.schedules import Schedule
from securitize.waterfall.period_inputs import fixing_dates, floating_rules


def held_rates(
    deal: Deal,
    pool: ResolvedPool,
    schedule: Schedule,
    calendar: BusinessCalendar,
    history: IndexHistory,
    known_on: dt.date,
) -> tuple[str, ...]:
    """One line for each index of which a held rate is used, or one of after ``known_on``."""
    asked: dict[str, list[dt.date]] = {}
    for index, days in _asked(deal, pool, schedule, calendar):
        # Both loan prime rates are published together.
        asked.setdefault("LPR-1Y" if is_lpr(index) else index, []).extend(days)
    return tuple(
        line
        for index, days in asked.items()
        for line in (
            *(history.looks_ahead(days, index, known_on) if deal.realised else ()),
            *history.warnings(days, index),
        )
    )


def _asked(
    deal: Deal, pool: ResolvedPool, schedule: Schedule, calendar: BusinessCalendar
) -> Iterator[tuple[str, list[dt.date]]]:
    """Every index with the days on which its rate is looked up."""
    for one in pool.claims:
        if one.index is not None:
            yield "LPR-1Y", [day for days in one.index.resets for day in days]
    for _, rule in floating_rules(deal):
        yield rule.index, fixing_dates(rule, deal, schedule, calendar)
