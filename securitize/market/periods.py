"""Periods of a deal or a contract, and what each of them holds.

Source: ``docs/reference/priority-of-payments.md``, section 2.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InterestPeriod:
    """The whole period of which a stretch of days is a part, and the rule that made it.

    months       : between payments, None where unknown
    anchor       : a date of the rule, q_0 of ACT/ACT-ICMA
    end_of_month : whether dates of the rule are ends of month
    """

    start: dt.date
    end: dt.date
    months: int | None = None
    anchor: dt.date | None = None
    end_of_month: bool = False
