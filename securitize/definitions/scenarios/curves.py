"""Curves and rating spreads of a market as written.

The meaning of every field is in ``docs/reference/markets.md``. Rates are units of 1e-8.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, assert_never

from pydantic import Field

from securitize.base.closed import complete
from securitize.definitions.figures import Adjustment, Date, FigureKind, Frequency, Margin, Model, Name, Prose

#: Day counts of zero and flat rates and of swaps: those that need no schedule.
TimeDayCount = Literal["ACT/365F", "ACT/360", "ACT/ACT-ISDA", "30/360", "30E/360"]
CouponDayCount = Literal["ACT/ACT-ICMA", "ACT/365F", "ACT/360", "ACT/ACT-ISDA", "30/360", "30E/360"]
CouponCompounding = Literal["annual", "semiannual"]
Compounding = Literal["simple", "annual", "semiannual", "continuous"]
Interpolation = Literal["linear-zero", "flat-forward"]
#: Coupons, or compoundings, a year.
PER_YEAR: Mapping[CouponCompounding, int] = complete(CouponCompounding, {"annual": 1, "semiannual": 2})


class Quote(Model):
    """A quote, or a spread, of a tenor.

    as_of : the day that the quote is of, where it is not the market's
    """

    tenor: Frequency
    rate: Margin
    kind: FigureKind
    source: Prose = ""
    as_of: Date | None = None


Points = Annotated[tuple[Quote, ...], Field(min_length=1, max_length=200)]


class QuotedCurve(Model):
    """What every curve has.

    source            : of all its numbers that name none of their own
    may_be_negative   : whether a negative rate is meant
    """

    source: Prose = ""
    may_be_negative: bool = False
    interpolation: Interpolation = "linear-zero"


class ParCurve(QuotedCurve):
    """Par yields by tenor: the coupon of a bond that is worth its face; simple yields below the first coupon."""

    kind: Literal["par"]
    compounding: CouponCompounding = "annual"
    day_count: CouponDayCount = "ACT/ACT-ICMA"
    points: Points

    @property
    def par_compounding(self) -> CouponCompounding:
        """That of its quotes."""
        return self.compounding

    @property
    def par_day_count(self) -> CouponDayCount:
        """That of its quotes."""
        return self.day_count


class ZeroRates(QuotedCurve):
    """Zero rates by tenor."""

    par_compounding: ClassVar[CouponCompounding] = "annual"
    par_day_count: ClassVar[CouponDayCount] = "ACT/ACT-ICMA"
    kind: Literal["zero"]
    compounding: Compounding = "annual"
    day_count: TimeDayCount = "ACT/365F"
    points: Points


class FlatRate(Model):
    """One rate for every maturity."""

    par_day_count: ClassVar[CouponDayCount] = "ACT/ACT-ICMA"
    kind: Literal["flat"]
    compounding: Compounding = "annual"
    day_count: TimeDayCount = "ACT/365F"
    rate: Margin
    rate_kind: FigureKind
    source: Prose = ""
    may_be_negative: bool = False

    @property
    def par_compounding(self) -> CouponCompounding:
        """As the rate compounds, once a year where bonds do not compound so."""
        match self.compounding:
            case "annual" | "semiannual":
                return self.compounding
            case "simple" | "continuous":
                return "annual"
            case _:
                assert_never(self.compounding)


class IndexCurve(QuotedCurve):
    """Deposits and par swaps of an index; the curve discounts what it projects.

    settlement_days : business days from the date to the start of deposits and swaps
    """

    par_compounding: ClassVar[CouponCompounding] = "annual"
    par_day_count: ClassVar[CouponDayCount] = "ACT/ACT-ICMA"
    kind: Literal["index"]
    index: Name
    index_tenor: Frequency = "3M"
    settlement_days: int = Field(default=1, ge=0, le=10)
    adjustment: Adjustment = "modified-following"
    deposit_day_count: TimeDayCount = "ACT/360"
    swap_every: Frequency = "3M"
    swap_day_count: TimeDayCount = "ACT/365F"
    deposits: Annotated[tuple[Quote, ...], Field(max_length=200)] = ()
    swaps: Annotated[tuple[Quote, ...], Field(max_length=200)] = ()


#: Each kind says how the par yields that are quoted for it compound and count days.
Curve = Annotated[ParCurve | ZeroRates | FlatRate | IndexCurve, Field(discriminator="kind")]


Beyond = Literal["none", "nearest"]
#: Whether the spread of the nearest point holds outside the points.
HOLDS_BEYOND: Mapping[Beyond, bool] = complete(Beyond, {"none": False, "nearest": True})


class RatingSpreads(Model):
    """Spreads of a rating over the par yields of the government curve, by tenor.

    beyond  : the spread of a tenor outside the points: none, or that of the nearest point
    of_deal : the one deal from whose coupon they are made
    from_   : in the place of points, a rating that has some, over which these lie by ``step``, of ``kind``
    """

    source: Prose = ""
    beyond: Beyond = "none"
    of_deal: Name | None = None
    points: Annotated[tuple[Quote, ...], Field(max_length=200)] = ()
    from_: str | None = Field(default=None, alias="from")
    step: Margin | None = None
    kind: FigureKind | None = None
