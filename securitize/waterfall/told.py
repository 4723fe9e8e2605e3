"""What is told by period beside the streams: fixings of floating rates, what providers of support pay, their
ratings; and the deal itself under the stresses of a scenario.

Source: ``docs/reference/priority-of-payments.md``, sections 1, 3 and 14.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.calls import IssuerCall
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.notes import Note, Put
from securitize.definitions.deals.rates import FloatingRate
from securitize.definitions.figures import RATINGS, is_lpr
from securitize.definitions.scenarios.deal_stresses import (
    IndexRateStress,
    IssuerCallStress,
    ProviderDefaultStress,
    ProviderRatingStress,
    PutStress,
)
from securitize.definitions.scenarios.scenario import LprStress, Scenario, Stress
from securitize.market.calendars import BusinessCalendar
from securitize.market.lpr import IndexHistory
from securitize.market.schedules import Schedule
from securitize.performance.random.short_rates import ToldFixings
from securitize.waterfall.rates import reset_dates

Told = dict[str, list[int]]


def told_by_period(
    deal: Deal,
    scenario: Scenario | None,
    schedule: Schedule,
    history: IndexHistory,
    calendar: BusinessCalendar,
) -> Told:
    """Lists over the periods of ``schedule``, by the names in the engine's books.

    Raises DefinitionError where an index rate is needed that the market does not hold.
    """
    stresses = scenario.stress if scenario else ()
    told = dict(_providers(deal, stresses, schedule))
    for key, rule in floating_rules(deal):
        days = fixing_dates(rule, deal, schedule, calendar)
        told[f"fixing.{key}"] = [
            _stressed(rule.index, day, history.any_value(rule.index, day), stresses, deal.dates.cut_off)
            for day in days
        ]
    return told


def told_fixings(
    deal: Deal, schedule: Schedule, told: Told, calendar: BusinessCalendar
) -> dict[str, ToldFixings]:
    """The fixings of every floating rule as told, with their days, by the names in the engine's books."""
    found = {}
    for key, rule in floating_rules(deal):
        days = fixing_dates(rule, deal, schedule, calendar)
        found[f"fixing.{key}"] = ToldFixings(rule.index, tuple(days), tuple(told[f"fixing.{key}"]))
    return found


def floating_rules(deal: Deal) -> Iterator[tuple[str, FloatingRate]]:
    """Every floating rule of a deal with the key of its fixings."""
    rules = [(f"notes.{name}", note.coupon) for name, note in deal.notes.items()]
    yield from ((key, rule) for key, rule in rules if isinstance(rule, FloatingRate))
    others = [(f"accounts.{name}", account.interest) for name, account in deal.accounts.items()]
    others += [(f"support.{name}", support.interest) for name, support in deal.support.items()]
    yield from ((key, rule) for key, rule in others if isinstance(rule, FloatingRate))


def fixing_dates(
    rule: FloatingRate, deal: Deal, schedule: Schedule, calendar: BusinessCalendar
) -> list[dt.date]:
    """The day on which the rate of each period is looked up: business days before its reset date."""
    resets = reset_dates(rule, schedule, deal.dates.closing)
    return [calendar.business_days_before(day, rule.reset_lag) for day in resets]


def _stressed(index: str, day: dt.date, value: int, stresses: Sequence[Stress], cut_off: dt.date) -> int:
    """An index rate under the stresses of it, in the order written."""
    for stress in stresses:
        acts = isinstance(stress, IndexRateStress) and stress.index == index
        acts = acts or (isinstance(stress, LprStress) and is_lpr(index))
        if acts and isinstance(stress, IndexRateStress | LprStress) and day >= (stress.at or cut_off):
            value = value + (stress.shift or 0) if stress.set_ is None else stress.set_
            value = min(RATE_UNITS, max(-RATE_UNITS, value))
            value = max(0, value) if isinstance(stress, LprStress) else value
    return value


def _providers(deal: Deal, stresses: Sequence[Stress], schedule: Schedule) -> Iterator[tuple[str, list[int]]]:
    """What providers pay, and their ratings, where a scenario tells of them; the last word holds."""
    for name, support in deal.support.items():
        pays = [RATE_UNITS] * schedule.periods
        ratings = [RATINGS.index(support.rating) if support.rating else 0] * schedule.periods
        for stress in stresses:
            for t, day in enumerate(schedule.payment):
                if isinstance(stress, ProviderDefaultStress) and stress.support == name and day >= stress.at:
                    pays[t] = stress.recovery
                if isinstance(stress, ProviderRatingStress) and stress.support == name and day >= stress.at:
                    ratings[t] = RATINGS.index(stress.rating)
        yield f"pays.{name}", pays
        yield f"rating.{name}", ratings


def under(deal: Deal, scenario: Scenario | None) -> Deal:
    """The deal with the puts and the issuer's call that a scenario tells of."""
    for stress in scenario.stress if scenario else ():
        if isinstance(stress, PutStress):
            note = _with_put(deal.notes[stress.note], stress)
            deal = deal.model_copy(update={"notes": {**deal.notes, stress.note: note}})
        if isinstance(stress, IssuerCallStress):
            call = deal.issuer_call or IssuerCall()
            deal = deal.model_copy(update={"issuer_call": call.model_copy(update={"date": stress.at})})
    return deal


def _with_put(note: Note, stress: PutStress) -> Note:
    others = [put for put in note.puts if put.date != stress.at]
    puts = sorted(
        [*others, Put.model_construct(date=stress.at, share=stress.share)], key=lambda put: put.date
    )
    return note.model_copy(update={"puts": tuple(puts)})
