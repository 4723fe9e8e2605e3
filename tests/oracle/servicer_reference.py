"""Section 6 of docs/reference/assets.md, `servicer-failure`: what of the cash collected reaches the vehicle, and when.

Written from the page alone. One failure is put to a whole list of payments, and the next to what that leaves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.oracle.dates_reference import ONE_DAY, UNIT


@dataclass(frozen=True)
class Payment:
    """Cash as it would arrive: its day and amount; ``mark`` tells one from another."""

    day: dt.date
    amount: int
    mark: Any = None


def failures(scenario: Any) -> list[Any]:
    """The failures of the servicer, in the order written."""
    return [one for one in scenario.stress if one.driver == "servicer-failure"]


def days_after(start: dt.date, end: dt.date) -> set[dt.date]:
    """Every day of (start, end]."""
    return {start + n * ONE_DAY for n in range(1, (end - start).days + 1)}


def one_failure(payments: Sequence[Payment], failure: Any, today: dt.date) -> list[Payment]:
    """What one failure makes of the payments; what came by today has been handed over."""
    handed_over = failure.at + failure.late_days * ONE_DAY
    not_yet = days_after(failure.at - failure.remittance_days * ONE_DAY, failure.at)
    not_yet -= {day for day in not_yet if day <= today}
    underway = days_after(failure.at, handed_over)
    found = []
    for one in payments:
        if one.day in not_yet:
            kept = round(Fraction(one.amount * failure.recovery, UNIT))
            found.append(Payment(handed_over, kept, one.mark))
        else:
            found.append(Payment(handed_over if one.day in underway else one.day, one.amount, one.mark))
    return found


def handed_over(payments: Sequence[Payment], scenario: Any, today: dt.date) -> list[Payment]:
    """What reaches the vehicle, and when: each payment by itself, in the same order."""
    found = list(payments)
    for failure in failures(scenario):
        found = one_failure(found, failure, today)
    return found


def commingled(payments: Sequence[Payment], scenario: Any, today: dt.date) -> int:
    """What is lost with the servicer."""
    return sum(one.amount for one in payments) - sum(
        one.amount for one in handed_over(payments, scenario, today)
    )
