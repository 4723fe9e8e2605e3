"""The one rule of dates: of payment, of collection, of instalments, of the sales of a royalty.

Source: ``docs/reference/priority-of-payments.md``, section 2, "One rule of dates".
"""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from securitize.base.dates import dates_every
from securitize.definitions.figures import Date, Frequency, Model, months


class RegularDates(Model):
    """Dates at equal intervals: ``first`` plus whole multiples of ``every``, up to ``last``.

    end_of_month : where ``first`` ends its month, so does every date of the rule
    """

    every: Frequency | None = None
    first: Date | None = None
    last: Date | None = None
    end_of_month: bool = False

    def by_rule(self, until: dt.date | None = None, end_of_month: bool | None = None) -> tuple[dt.date, ...]:
        """The dates; empty where every, first or an end is not written.

        until        : the end where ``last`` is not written
        end_of_month : in the place of the field
        """
        last = self.last or until
        if self.every is None or self.first is None or last is None:
            return ()
        at_end = self.end_of_month if end_of_month is None else end_of_month
        return dates_every(self.first, last, months(self.every), at_end)


class DateRule(RegularDates):
    """Dates by rule or by list.

    irregular_first : one date before the rule begins
    """

    irregular_first: Date | None = None
    dates: tuple[Date, ...] | None = Field(default=None, min_length=1, max_length=1200)

    def listed(self, until: dt.date | None = None, end_of_month: bool | None = None) -> tuple[dt.date, ...]:
        """The list where there is one, else the dates of the rule after the irregular first one.

        Arguments as of :meth:`by_rule`.
        """
        if self.dates is not None:
            return self.dates
        regular = self.by_rule(until, end_of_month)
        return (self.irregular_first, *regular) if self.irregular_first and regular else regular
