"""Section 6 of docs/reference/assets.md, and the period rates of section 3."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, localcontext
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from tests.oracle.dates_reference import UNIT, later, month_count, plus_months

UNSTRESSED = SimpleNamespace(stress=())


def extend(vector: tuple[int, ...], periods: int) -> list[int]:
    return [vector[min(t, len(vector) - 1)] for t in range(periods)]


def rate_vector(base: tuple[int, ...], driver: str, scenario: Any, periods: int, past: int = 0) -> list[int]:
    """Annual rates of periods 1 … ``periods``; a scenario acts on those after the ``past`` ones."""
    rates = extend(base, periods)
    for stress in scenario.stress:
        if stress.driver != driver:
            continue
        for t in range(1, periods + 1):
            if t <= past or t < stress.first_period or (stress.last_period and t > stress.last_period):
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


def recoveries(base: Any, scenario: Any) -> list[Any]:
    """Each base recovery as the scenario has it, as :func:`entry` says."""
    entries = []
    for one in base.recoveries:
        rate = Fraction(one.rate)
        for stress in scenario.stress:
            if stress.driver == "recovery-rate":
                if stress.set_ is not None:
                    rate = Fraction(stress.set_)
                elif stress.scale is not None:
                    rate = rate * stress.scale / UNIT
                else:
                    rate = rate + stress.shift
                rate = Fraction(round(min(Fraction(UNIT), max(Fraction(0), rate))))
        entries.append(entry(one, int(rate), None))
    return entries


def entry(one: Any, rate: int | None, amount: int | None) -> Any:
    """Rate or amount, months of lag, who owes it and how that one is subrogated, and what it is a share of."""
    return SimpleNamespace(
        rate=rate,
        amount=amount,
        months=month_count(one.lag),
        party=one.party,
        subrogation=one.subrogation,
        with_interest=one.claim == "principal-and-interest",
    )


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


def delay(contract: Any, written: dt.date, scenario: Any, cut_off: dt.date, today: dt.date) -> int | None:
    """By how many days what is due on a day as written arrives late; None where it is not late.

    today : c_k, the last collection date in the books
    """
    due = max(written, later(cut_off, 1))
    days = [
        x.days
        for x in scenario.stress
        if x.driver == "late-payment"
        and (x.obligors is None or contract.obligor in x.obligors)
        and max(x.from_, later(today, 1)) <= due <= x.to
    ]
    return max(days, default=None)


def failures_of(right: str, scenario: Any) -> list[tuple[dt.date, str]]:
    """Date and cause of what a scenario says of a right, earliest first, of equal dates as written."""
    told = [(x.at, x.cause) for x in scenario.stress if x.driver == "patent-failure" and x.right == right]
    return sorted(told, key=lambda x: x[0])
