"""What is given by period beside the streams: fixings of floating rates, what providers of support pay, their
ratings; and the deal itself under the stresses of a scenario.

Source: ``docs/reference/priority-of-payments.md``, sections 1, 3 and 14.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import assert_never

from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.calls import IssuerCall
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.notes import Note, Put, Settlement
from securitize.definitions.deals.rates import FloatingRate
from securitize.definitions.figures import RATINGS, is_lpr
from securitize.definitions.scenarios.deal_stresses import (
    IndexRateStress,
    IssuerCallStress,
    ProviderRatingStress,
    PutStress,
    SettlementStress,
)
from securitize.definitions.scenarios.effects import FixingStress, effects_of
from securitize.definitions.scenarios.scenario import InterestRatesStress, LprStress, Scenario
from securitize.market.calendars import BusinessCalendar
from securitize.market.lpr import IndexHistory
from securitize.market.payment_dates import PaymentCalendar
from securitize.market.schedules import Schedule
from securitize.market.today import Today, today_of
from securitize.performance.parties import account_pays, bank_pays, late_parties, support_late, support_pays
from securitize.performance.random.short_rates import GivenFixings
from securitize.performance.resolved import PartyDefault
from securitize.waterfall.rates import reset_dates

PeriodInputs = dict[str, list[int]]


def inputs_by_period(
    deal: Deal,
    scenario: Scenario | None,
    schedule: Schedule,
    history: IndexHistory,
    calendar: BusinessCalendar,
    parties: Mapping[str, PartyDefault],
    today: Today | None = None,
) -> PeriodInputs:
    """Lists over the periods of ``schedule``, by the names in the engine's books.

    parties : that default on the one path of the scenario, by key
    today   : before which fixings stay as they are; None for a deal at closing
    Raises DefinitionError where an index rate is needed that the market does not hold.
    """
    effects, today = effects_of(scenario), today or today_of(schedule)
    period_inputs = dict(_providers(deal, effects.ratings, parties, schedule, today))
    late = support_late(deal, late_parties(deal, scenario), schedule.payment_dates)
    period_inputs |= {f"late.{name}": dates for name, dates in late.items()}
    for key, rule in floating_rules(deal):
        days = fixing_dates(rule, deal, schedule, calendar)
        period_inputs[f"fixing.{key}"] = [
            _stressed(
                rule.index,
                day,
                history.any_value(rule.index, day),
                effects.fixings,
                deal.dates.cut_off,
                today,
            )
            for day in days
        ]
    return period_inputs


def given_fixings(
    deal: Deal, schedule: Schedule, period_inputs: PeriodInputs, calendar: BusinessCalendar
) -> dict[str, GivenFixings]:
    """The fixings of every floating rule as given, with their days, by the names in the engine's books."""
    found = {}
    for key, rule in floating_rules(deal):
        days = fixing_dates(rule, deal, schedule, calendar)
        found[f"fixing.{key}"] = GivenFixings(rule.index, tuple(days), tuple(period_inputs[f"fixing.{key}"]))
    return found


def floating_rules(deal: Deal) -> Iterator[tuple[str, FloatingRate]]:
    """Every floating rule of a deal with the key of its fixings."""
    for name, note in deal.notes.items():
        if note.coupon.floating is not None:
            yield f"notes.{name}", note.coupon.floating
    others = [(f"accounts.{name}", account.interest) for name, account in deal.accounts.items()]
    others += [(f"support.{name}", support.interest) for name, support in deal.support.items()]
    for key, rule in others:
        if rule is not None and rule.floating is not None:
            yield key, rule.floating


def fixing_dates(
    rule: FloatingRate, deal: Deal, schedule: Schedule, calendar: BusinessCalendar
) -> list[dt.date]:
    """The day on which the rate of each period is looked up: business days before its reset date."""
    resets = reset_dates(rule, schedule, deal.dates.closing)
    return [calendar.business_days_before(day, rule.reset_lag) for day in resets]


def stressed_index(
    index: str, day: dt.date, value: int, scenario: Scenario | None, cut_off: dt.date, today: Today
) -> int:
    """An index rate of a day, units of 1e-8, as a scenario leaves it."""
    return _stressed(index, day, value, effects_of(scenario).fixings, cut_off, today)


def _stressed(
    index: str,
    day: dt.date,
    value: int,
    stresses: Sequence[FixingStress],
    cut_off: dt.date,
    today: Today,
) -> int:
    """An index rate under the stresses of it, in the order written."""
    for stress in stresses:
        if day >= _since(stress, index, cut_off, today):
            moved, lowest = _moved(stress, index, value)
            value = min(RATE_UNITS, max(lowest, moved))
    return value


def _since(stress: FixingStress, index: str, cut_off: dt.date, today: Today) -> dt.date:
    """The first day whose rate of this index a stress moves; the last of all days where it is of another index."""
    match stress:
        case IndexRateStress():
            return today.in_future(stress.at or cut_off) if stress.index == index else dt.date.max
        case LprStress():
            return today.in_future(stress.at or cut_off) if is_lpr(index) else dt.date.max
        case InterestRatesStress():
            return today.rates_from(stress.at)
        case _:
            assert_never(stress)


def _moved(stress: FixingStress, index: str, value: int) -> tuple[int, int]:
    """The rate that a stress of this index makes of a rate, and the lowest that it leaves."""
    match stress:
        case IndexRateStress():
            return stress.set_ if stress.set_ is not None else value + (stress.shift or 0), -RATE_UNITS
        case LprStress():
            return stress.set_ if stress.set_ is not None else value + (stress.shift or 0), 0
        case InterestRatesStress():
            return value + stress.shift, 0 if is_lpr(index) else -RATE_UNITS
        case _:
            assert_never(stress)


def _providers(
    deal: Deal,
    stresses: Sequence[ProviderRatingStress],
    parties: Mapping[str, PartyDefault],
    schedule: Schedule,
    today: Today,
) -> Iterator[tuple[str, list[int]]]:
    """What providers and banks pay, from their one default on; and ratings, of which the last word holds."""
    dates = schedule.payment_dates
    paid = support_pays(deal, parties, dates)
    for name, support in deal.support.items():
        pays = paid[name][0].tolist() if name in paid else [RATE_UNITS] * schedule.periods
        rating = today.ratings.get(name, support.rating)
        ratings = [RATINGS.index(rating) if rating else 0] * schedule.periods
        for stress in stresses:
            if stress.support == name:
                since = dates.first_from(stress.at)
                ratings = [*ratings[:since], *([RATINGS.index(stress.rating)] * (schedule.periods - since))]
        yield f"pays.{name}", pays
        yield f"rating.{name}", ratings
    held = bank_pays(deal, parties, dates)
    for name, account in deal.accounts.items():
        if account.party is not None:
            key, whole = account_pays(name), [RATE_UNITS] * schedule.periods
            yield key, held[key][0].tolist() if key in held else whole


def under(deal: Deal, scenario: Scenario | None, schedule: Schedule) -> Deal:
    """The deal with the puts, the settlements and the issuer's call that a scenario tells of."""
    for stress in effects_of(scenario).options:
        match stress:
            case PutStress():
                note = _with_put(deal.notes[stress.note], stress, schedule.payment_dates)
                deal = deal.model_copy(update={"notes": {**deal.notes, stress.note: note}})
            case SettlementStress():
                settled = _settled(deal.notes[stress.note], stress)
                deal = deal.model_copy(update={"notes": {**deal.notes, stress.note: settled}})
            case IssuerCallStress():
                call = deal.issuer_call or IssuerCall()
                deal = deal.model_copy(update={"issuer_call": call.model_copy(update={"date": stress.at})})
            case _:
                assert_never(stress)
    return deal


def _with_put(note: Note, stress: PutStress, dates: PaymentCalendar) -> Note:
    """The note with the put that a scenario tells: of the deal's puts of the payment date the last one takes the share
    and the others none; `rate` is that of the last one with a re-set. Windows and re-sets stay.
    """
    t = dates.first_from(stress.at)
    own = [k for k, put in enumerate(note.puts) if dates.first_from(put.date) == t]
    puts = list(note.puts)
    for k in own:
        puts[k] = puts[k].model_copy(update={"share": stress.share if k == own[-1] else 0})
    if not own:
        puts.append(Put.model_construct(date=stress.at, share=stress.share))
    for k in reversed(own):
        if (reset := puts[k].reset) is not None and stress.rate is not None:
            reset = reset.model_copy(update={"rate": stress.rate})
            puts[k] = puts[k].model_copy(update={"reset": reset})
            break
    return note.model_copy(update={"puts": tuple(puts)})


def _settled(note: Note, stress: SettlementStress) -> Note:
    settlement = Settlement.model_construct(
        date=stress.at,
        trigger=None,
        share=stress.share,
        interest_share=stress.interest_share,
        amount=stress.amount,
        amount_order=stress.amount_order,
    )
    return note.model_copy(update={"settlement": settlement})
