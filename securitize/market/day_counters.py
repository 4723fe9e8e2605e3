"""QuantLib's day counters of the day counts that curves use. Source: the table of :mod:`.day_counts`."""

from __future__ import annotations

from typing import assert_never

import QuantLib as ql  # noqa: N813

from securitize.definitions.scenarios.curves import CouponDayCount


def day_counter(name: CouponDayCount, schedule: ql.Schedule | None = None) -> ql.DayCounter:
    """schedule : of the coupons; only ACT/ACT-ICMA looks at it."""
    match name:
        case "ACT/365F":
            return ql.Actual365Fixed()
        case "ACT/360":
            return ql.Actual360()
        case "ACT/ACT-ISDA":
            return ql.ActualActual(ql.ActualActual.ISDA)
        case "ACT/ACT-ICMA":
            return ql.ActualActual(ql.ActualActual.ISMA, *([] if schedule is None else [schedule]))
        case "30/360":
            return ql.Thirty360(ql.Thirty360.BondBasis)
        case "30E/360":
            return ql.Thirty360(ql.Thirty360.EurobondBasis)
        case _:
            assert_never(name)
