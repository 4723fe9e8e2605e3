"""Market data as written: curves of a date, the loan prime rate's history, holidays that the calendars do not know.

``scenarios/markets/NAME.toml`` and ``scenarios/markets/china-holidays.toml``.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Self

from pydantic import Field, model_validator

from securitize.base.messages import Message
from securitize.definitions.figures import (
    Calendar,
    Date,
    FigureKind,
    Frequency,
    Margin,
    Model,
    Name,
    Prose,
    Rate,
    Text,
    fault,
)
from securitize.definitions.scenarios.curves import CouponCompounding, CouponDayCount, Curve, RatingSpreads


class LprValue(Model):
    """The loan prime rates (LPR) published on a date; they hold until the next row."""

    date: Date
    one_year: Rate
    five_year: Rate
    source: Text
    kind: FigureKind = "published"


class IndexValue(Model):
    """An index rate published on a date; it holds until the next row. It may be negative."""

    date: Date
    rate: Margin
    source: Text = ""
    kind: FigureKind = "published"


class CurveRow(Model):
    """The par yields of one day, in the order of the tenors."""

    date: Date
    rates: tuple[Margin, ...] = Field(min_length=1, max_length=200)


class CurveHistory(Model):
    """Par curves of many days, all published.

    spreads_from : the spreads of the market hold for rows of this day and later; None for every row
    """

    source: Prose
    compounding: CouponCompounding = "annual"
    day_count: CouponDayCount = "ACT/ACT-ICMA"
    tenors: tuple[Frequency, ...] = Field(min_length=1, max_length=200)
    spreads_from: Date | None = None
    rows: tuple[CurveRow, ...] = Field(min_length=1, max_length=20_000)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for before, after in pairwise(self.rows):
            if after.date <= before.date:
                what = Message("dates of the history do not ascend at {date}", date=after.date)
                raise fault("SEC631", what, "sort the rows by date, one a date")
        for row in self.rows:
            if len(row.rates) != len(self.tenors):
                what = Message(
                    "the row of {date} has {rates} rates, there are {tenors} tenors",
                    date=row.date,
                    rates=len(row.rates),
                    tenors=len(self.tenors),
                )
                raise fault("SEC632", what, "write one rate for each tenor")
        return self


class CurveBreak(Model):
    """A day across which curves and spreads do not compare, and why."""

    date: Date
    what: Prose
    what_zh: Prose = ""


class Market(Model):
    """A market: the curves of a date, and index rates by date.

    date       : of evaluation; curves and spreads are of this day
    government : the curve that discounts, and over which spreads lie
    spreads    : by rating
    lpr_until  : the last date for which the history is known to be complete
    indices    : other index rates by name, for floating notes, accounts and supports
    history    : curves of many days, in the place of a date and its curves;  breaks : days that part them
    """

    name: Name
    title: Text = ""
    title_zh: Text = ""
    description: Prose = ""
    sources: tuple[Prose, ...] = ()
    date: Date | None = None
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    calendar: Calendar = "none"
    government: Name = "government"
    curves: dict[Name, Curve] = Field(default={}, max_length=50)
    spreads: dict[str, RatingSpreads] = Field(default={}, max_length=50)
    lpr: tuple[LprValue, ...] = Field(default=(), max_length=2000)
    lpr_until: Date | None = None
    indices: dict[Name, tuple[IndexValue, ...]] = Field(default={}, max_length=100)
    history: CurveHistory | None = None
    breaks: tuple[CurveBreak, ...] = Field(default=(), max_length=100)

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        for before, after in pairwise(self.lpr):
            if after.date <= before.date:
                raise fault(
                    "SEC160",
                    Message("LPR dates do not ascend at {date}", date=after.date),
                    "sort the rows by date, one a date",
                )
        for name, rows in self.indices.items():
            for row, later in pairwise(rows):
                if later.date <= row.date:
                    what = Message("dates of {name} do not ascend at {date}", name=name, date=later.date)
                    raise fault("SEC160", what, "sort the rows by date, one a date")
        return self


class Holidays(Model):
    """Holidays and working weekends of whole years, for years that the calendars do not know."""

    name: Name
    title: Text = ""
    sources: tuple[Prose, ...] = Field(min_length=1)
    years: tuple[int, ...] = Field(min_length=1, max_length=200)
    holidays: tuple[Date, ...]
    working_weekends: tuple[Date, ...] = ()

    @model_validator(mode="after")
    def _in_years(self) -> Self:
        for day in self.holidays + self.working_weekends:
            if day.year not in self.years:
                raise fault(
                    "SEC161", Message("{day} is not in the years listed", day=day), "add its year to years"
                )
        return self
