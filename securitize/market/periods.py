"""Periods of a deal or a contract, and what each of them holds.

An interest period holds its first day and not its last, on which the next one begins; a collection period holds its
last day and not its first, on which the one before ends.

Source: ``docs/reference/priority-of-payments.md``, section 2.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from securitize.base.dates import add_months, ends_month


@dataclass(frozen=True, slots=True)
class InterestPeriod:
    """The whole period of which a stretch of days is a part, and the rule that made it.

    months       : between payments, None where unknown
    listed       : of dates by list these, of dates by rule the first one, q_0 of ACT/ACT-ICMA
    end_of_month : whether dates of the rule are ends of month
    """

    start: dt.date
    end: dt.date
    months: int | None = None
    listed: tuple[dt.date, ...] = ()
    end_of_month: bool = False

    def __contains__(self, day: dt.date) -> bool:
        """Whether a day bears interest of this period."""
        return self.start <= day < self.end

    @property
    def days(self) -> int:
        """How many days bear interest."""
        return (self.end - self.start).days


@dataclass(frozen=True, slots=True)
class CollectionPeriod:
    """The days whose collections are of one payment date: after ``start``, up to and including ``end``."""

    start: dt.date
    end: dt.date

    def __contains__(self, day: dt.date) -> bool:
        """Whether what is collected on a day is of this period."""
        return self.start < day <= self.end


def dates_of_reference(
    start: dt.date, listed: Sequence[dt.date], months: int | None, end_of_month: bool
) -> tuple[dt.date, ...]:
    """The dates of a list between which ACT/ACT-ICMA has its reference periods.

    start : the first day that bears interest; it is one of them where the first date of the list is one interval after
    """
    whole = months is not None and listed[0] == add_months(start, months, end_of_month and ends_month(start))
    return (start, *listed) if whole else tuple(listed)
