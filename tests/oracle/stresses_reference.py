"""Section 6 of docs/reference/assets.md, and the period rates of section 3."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from tests.oracle.dates_reference import UNIT, later, plus_months, product


def extend(vector: tuple[int, ...], periods: int) -> list[int]:
    return [vector[min(t, len(vector) - 1)] for t in range(periods)]


def rate_vector(base: tuple[int, ...], driver: str, scenario: Any, periods: int) -> list[int]:
    rates = extend(base, periods)
    for stress in scenario.stress:
        if stress.driver != driver:
            continue
        for t in range(1, periods + 1):
            if t < stress.first_period or (stress.last_period and t > stress.last_period):
                continue
            old = Fraction(rates[t - 1])
            if stress.set_ is not None:
                new = Fraction(extend(stress.set_, periods)[t - 1])
            elif stress.scale is not None:
                new = old * stress.scale / UNIT
            elif stress.shift is not None:
                new = old + stress.shift
            else:
                r = stress.ramp
                new = Fraction(r.to)
                if t <= r.periods:
                    new = r.from_ + Fraction((r.to - r.from_) * (t - 1), r.periods - 1)
            rates[t - 1] = round(min(Fraction(UNIT), max(Fraction(0), new)))
    return rates


def recoveries(base: Any, scenario: Any) -> list[tuple[int, None, str]]:
    """Rate, no amount, lag of each base recovery."""
    entries = []
    for entry in base.recoveries:
        rate = Fraction(entry.rate)
        for stress in scenario.stress:
            if stress.driver == "recovery-rate":
                if stress.set_ is not None:
                    rate = Fraction(stress.set_)
                elif stress.scale is not None:
                    rate = rate * stress.scale / UNIT
                else:
                    rate = rate + stress.shift
                rate = Fraction(round(min(Fraction(UNIT), max(Fraction(0), rate))))
        entries.append((int(rate), None, entry.lag))
    return entries


def period_rate(annual: int, start: dt.date, end: dt.date, conversion: str) -> int:
    if end <= start:
        return 0
    with localcontext() as context:
        context.prec = 28
        if conversion == "days":
            exponent = Decimal((end - start).days) / 365
        else:
            m = 0
            while plus_months(start, m + 1) <= end:
                m += 1
            exponent = Decimal(30 * m + (end - plus_months(start, m)).days) / 360
        survival = (1 - Decimal(annual) / UNIT) ** exponent
        return int(((1 - survival) * UNIT).to_integral_value())


def named(name: str, contract: Any, driver: str, scenario: Any) -> list[Any]:
    """The stresses of the driver that name the contract or its obligor, as written."""
    return [
        x
        for x in scenario.stress
        if x.driver == driver and (name == x.contract or contract.obligor == x.obligor)
    ]


def delay(contract: Any, due: dt.date, scenario: Any) -> int | None:
    """By how many days what is due arrives late; None where it is not late."""
    days = [
        x.days
        for x in scenario.stress
        if x.driver == "late-payment"
        and (x.obligors is None or contract.obligor in x.obligors)
        and x.from_ <= due <= x.to
    ]
    return max(days, default=None)


def through_servicer(day: dt.date, amount: int, cut_off: dt.date, scenario: Any) -> tuple[dt.date, int]:
    """When and how much of what is paid on a day reaches the vehicle: section 6, servicer-failure."""
    for x in scenario.stress:
        if x.driver != "servicer-failure":
            continue
        passes = later(x.at, x.late_days)
        if cut_off < day <= x.at and (x.at - day).days < x.remittance_days:
            day, amount = passes, product(amount, x.recovery, UNIT)
        elif x.at < day <= passes:
            day = passes
    return day, amount


def failures_of(right: str, scenario: Any) -> list[tuple[dt.date, str]]:
    """Date and cause of what a scenario says of a right, earliest first, of equal dates as written."""
    told = [(x.at, x.cause) for x in scenario.stress if x.driver == "patent-failure" and x.right == right]
    return sorted(told, key=lambda x: x[0])
