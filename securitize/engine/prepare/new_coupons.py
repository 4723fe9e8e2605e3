"""The coupons that a scenario tells at puts: the deal has a re-set there, within its range, not announced yet.

Source: ``docs/reference/priority-of-payments.md``, section 14.
"""

from __future__ import annotations

from typing import assert_never

from securitize.base.errors import DefinitionError
from securitize.base.messages import Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.loading import Definitions
from securitize.definitions.scenarios.deal_stresses import IssuerCallStress, PutStress, SettlementStress
from securitize.definitions.scenarios.effects import effects_of
from securitize.market.schedules import Schedule
from securitize.market.today import Today


def check_new_coupons(found: Definitions, schedule: Schedule, today: Today) -> None:
    """Raises DefinitionError where a scenario tells a coupon that cannot be re-set so (SEC254)."""
    if found.scenario is None:
        return
    problems, scenario = [], found.scenario.model
    places = {id(stress): k for k, stress in enumerate(scenario.stress)}
    for stress in effects_of(scenario).options:
        match stress:
            case PutStress(rate=int(rate)):
                fault = _fault(found, stress, schedule, today)
                if fault is not None:
                    at, shown = ("stress", places[id(stress)], "rate"), f"{rate / RATE_UNITS:g}"
                    problems.append(found.scenario.problem(at, fault[0], shown, fault[1], "SEC254"))
            case PutStress() | SettlementStress() | IssuerCallStress():
                pass
            case _:
                assert_never(stress)
    if problems:
        raise DefinitionError(problems)


def _fault(
    found: Definitions, stress: PutStress, schedule: Schedule, today: Today
) -> tuple[Message, Message] | None:
    """What is wrong, and the repair."""
    dates = schedule.payment_dates
    t = dates.first_from(stress.at)
    puts = found.deal.model.notes[stress.note].puts
    resets = [put.reset for put in puts if put.reset is not None and dates.first_from(put.date) == t]
    if not resets:
        what = Message("no put of {note} with a re-set of the coupon is paid on this date", note=stress.note)
        return what, Message("write reset at the put of the deal, or drop rate")
    reset = resets[-1]
    if stress.rate is not None and not reset.allows(stress.rate):
        return Message("the coupon lies outside the range of the re-set"), Message(
            "write a coupon between lowest and highest of the re-set"
        )
    if today.in_mid_life and reset.announced <= today.notes and stress.rate != reset.rate:
        what = Message("the coupon was announced on {day}, and is known", day=reset.announced)
        return what, Message("drop rate, or write the one that was announced into the deal")
    return None
