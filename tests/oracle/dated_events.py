"""Days of cash from the dates of the terms: sections 1, 2 and 5 of docs/reference/priority-of-payments.md.

The third statement of what a written date means. It counts no periods: each date of the terms becomes one day of
cash, and days are compared with days. A term dated on a payment date lands on the day on which that date is paid;
any other stays where it is, so that what begins comes with the first payment after it and what ends has ended with
the last payment before it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

Terms = dict[str, Any]
UNIT = 10**8
ONE_DAY = dt.timedelta(days=1)
SATURDAY = 5


def minor(money: Any) -> int:
    """Minor units of an amount in currency units."""
    return whole(Fraction(money) * 100)


def whole(number: Fraction) -> int:
    """A number that is whole."""
    assert number.denominator == 1, number
    return number.numerator


def rounded(exact: Fraction, rounding: str) -> int:
    """The whole number nearest; a half to even, up, or everything down."""
    if rounding == "half-even":
        return round(exact)
    return int((exact + Fraction(1, 2) if rounding == "half-up" else exact) // 1)


def months_after(day: dt.date, months: int, end_of_month: bool = False) -> dt.date:
    """The same day of a later month, or the last day of one that is too short.

    end_of_month : from the last day of a month, the last day of the other
    """
    month = day.year * 12 + day.month - 1 + months
    following = dt.date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    last = following - ONE_DAY
    if end_of_month and (day + ONE_DAY).day == 1:
        return last
    return last.replace(day=min(day.day, last.day))


def count_of_months(frequency: str) -> int:
    """Of ``3M`` or ``1Y``."""
    return int(frequency[:-1]) * (12 if frequency.endswith("Y") else 1)


def moved(day: dt.date, adjustment: str) -> dt.date:
    """The business day on which a date is paid; only weekends are no business days."""
    forwards = backwards = day
    while forwards.weekday() >= SATURDAY:
        forwards += ONE_DAY
    while backwards.weekday() >= SATURDAY:
        backwards -= ONE_DAY
    same_month = forwards.month == day.month
    return {
        "unadjusted": day,
        "following": forwards,
        "preceding": backwards,
        "modified-following": forwards if same_month else backwards,
    }[adjustment]


def date_of(terms: Terms, term: str, absent: dt.date) -> dt.date:
    """A date of the terms, or what stands for one that is not written."""
    found: dt.date = terms.get(term) or absent
    return found


@dataclass(frozen=True, slots=True)
class PayDay:
    """One payment date of the terms.

    written   : as the terms write it
    paid      : the day on which money moves
    accrues   : the day to which interest runs
    collected : the last day whose collections are paid out on it
    final     : whether it is the legal final date
    """

    written: dt.date
    paid: dt.date
    accrues: dt.date
    collected: dt.date
    final: bool

    def lies_about(self, day: dt.date) -> bool:
        """Whether a day lies between the written date and the day of payment."""
        return min(self.written, self.paid) <= day <= max(self.written, self.paid)


def written_dates(payment: Terms) -> list[dt.date]:
    """The payment dates as the terms write them, by list or by rule."""
    if "dates" in payment:
        return list(payment["dates"])
    days = [payment["irregular_first"]] if "irregular_first" in payment else []
    step, months = count_of_months(payment["every"]), 0
    while (day := months_after(payment["first"], months, payment.get("end_of_month", False))) <= payment[
        "last"
    ]:
        days.append(day)
        months += step
    return days


class Almanac:
    """The payment dates of a deal, and what every other date of its terms means."""

    def __init__(self, dates: Terms) -> None:
        payment = dates["payment"]
        self.how = (
            payment.get("adjustment", "unadjusted") if dates["calendar"] == "weekends" else "unadjusted"
        )
        self.lag = dt.timedelta(days=dates["collection"]["days_before"])
        self.accrues_as_paid = payment.get("accrual", "unadjusted") == "adjusted"
        self.closing, self.cut_off, self.legal_final = (
            dates["closing"],
            dates["cut_off"],
            dates["legal_final"],
        )
        self.days = [self._day(written) for written in written_dates(payment)]
        if not any(day.lies_about(self.legal_final) for day in self.days):
            self.days.append(self._day(self.legal_final))
        last = self.days.pop()
        self.days.append(PayDay(last.written, last.paid, last.accrues, last.collected, final=True))

    def _day(self, written: dt.date) -> PayDay:
        paid = moved(written, self.how)
        return PayDay(written, paid, paid if self.accrues_as_paid else written, paid - self.lag, final=False)

    def __iter__(self) -> Iterator[PayDay]:
        return iter(self.days)

    def named(self, day: dt.date) -> PayDay | None:
        """The payment date that a date of the terms means; None for a date between two of them."""
        ways = (
            [one for one in self.days if one.written == day],
            [one for one in self.days if one.paid == day],
            [one for one in self.days if one.lies_about(day)],
        )
        return next((found[0] for found in ways if found), None)

    def cash(self, day: dt.date) -> dt.date:
        """The day on which a term of this date stands among the payments."""
        one = self.named(day)
        return one.paid if one else day

    def accrual(self, day: dt.date) -> dt.date:
        """The day on which a term of this date divides interest."""
        one = self.named(day)
        return one.accrues if one else day

    def same(self, one: dt.date, other: dt.date) -> bool:
        """Whether two dates mean one payment date."""
        return self.named(one) is not None and self.named(one) is self.named(other)

    @property
    def no_end(self) -> dt.date:
        """What an ``until`` that is not written stands for."""
        end: dt.date = max(self.legal_final, self.days[-1].paid)
        return end


class Agenda:
    """What falls due on days of cash: each thing once, on the first payment that is not before its day."""

    def __init__(self, things: Iterable[tuple[dt.date, Any]]) -> None:
        self.left = sorted(things, key=lambda thing: thing[0])

    def fall_due(self, paid: dt.date) -> list[Any]:
        """Take what has fallen due by the day of a payment."""
        due = [thing for day, thing in self.left if day <= paid]
        self.left = [(day, thing) for day, thing in self.left if day > paid]
        return due


def share_of_year(start: dt.date, end: dt.date, day_count: str) -> Fraction:
    """A part of a year by a day count."""
    if day_count.startswith("ACT/"):
        return Fraction((end - start).days, {"ACT/365F": 365, "ACT/360": 360}[day_count])
    first, last = start.day, end.day
    if day_count == "30/360":
        first = min(first, 30)
        last = 30 if last == 31 and first == 30 else last
    else:
        assert day_count == "30E/360"
        first, last = min(first, 30), min(last, 30)
    return Fraction(360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first, 360)


class RateOverTime:
    """A rate rule: fixed, or with steps on days of accrual."""

    def __init__(self, rule: Terms, almanac: Almanac, day_count: str) -> None:
        self.first = Fraction(rule["rate"])
        steps = rule.get("steps", ())
        self.steps = [(almanac.accrual(step["from"]), Fraction(step["rate"])) for step in steps]
        self.day_count = day_count

    def on(self, day: dt.date) -> Fraction:
        """The rate that interest of this day bears."""
        return next((rate for since, rate in reversed(self.steps) if since <= day), self.first)

    def earned(self, start: dt.date, end: dt.date, more: Fraction = Fraction(0)) -> Fraction:
        """Interest on 1 from one day to another, ``more`` being added to the rate."""
        cuts = [start, *(day for day, _ in self.steps if start < day < end), end]
        return sum(
            ((self.on(a) + more) * share_of_year(a, b, self.day_count) for a, b in pairwise(cuts) if b > a),
            Fraction(0),
        )
