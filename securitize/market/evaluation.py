"""QuantLib's evaluation date, which is global: set for a while and restored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import QuantLib as ql  # noqa: N813


def quantlib_date(day: dt.date) -> ql.Date:
    """``day`` for QuantLib."""
    import QuantLib as ql  # noqa: N813

    return ql.Date(day.day, day.month, day.year)


@contextmanager
def evaluation_date(day: dt.date) -> Iterator[None]:
    """Within it QuantLib values as of ``day``; afterwards as before, however it ends."""
    import QuantLib as ql  # noqa: N813

    saved = ql.SavedSettings()
    with saved:
        ql.Settings.instance().evaluationDate = quantlib_date(day)
        yield
