"""Days since 1970 as dates."""

from __future__ import annotations

import datetime as dt

from securitize.pooling.columns import NO_DAY

_EPOCH = dt.date(1970, 1, 1)


def day(number: int) -> dt.date | None:
    """The date; None where it is not known."""
    return None if number == NO_DAY else _EPOCH + dt.timedelta(days=number)
