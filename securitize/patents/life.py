"""Legal, economic and contract life of patents, and which of the three ends first.

Days are datetime64[D]; a right ends on the day named, which is no longer part of its life. Kinds are positions in
``KINDS``. Sources: Patent Law of China, article 42 (2020 version, in force 2021-06-01), and article 43 of the
Patent Law of 2008 for designs filed before that day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from securitize.base.arrays import Float64

Days = NDArray[np.datetime64]
#: What :func:`days` takes: one day or several, as dates, ISO texts or datetime64.
DayLike = ArrayLike | dt.date | Sequence[dt.date]
Index = NDArray[np.intp]

KINDS = ("invention", "utility-model", "design")
#: Years from filing, by kind.
TERM_YEARS = np.array([20, 10, 15])
#: Designs filed before this day keep the term of the older law.
DESIGN_REFORM = np.datetime64("2021-06-01", "D")
OLD_DESIGN_YEARS = 10
#: A medicine's extension is at most 5 years, and the right ends at most 14 years after the approval.
MOST_EXTENSION_YEARS, MOST_YEARS_AFTER_APPROVAL = 5, 14
#: What can end a life, in the order in which a tie is named.
LIMITS = ("legal", "economic", "contract")
NOT_A_DAY = np.datetime64("NaT", "D")


def days(values: DayLike) -> Days:
    """``values`` (dates, ISO texts, datetime64) as datetime64[D]."""
    return np.asarray(values, dtype="datetime64[D]")


def add_months(day: DayLike, months: ArrayLike) -> Days:
    """``day`` plus whole months, cut back to the last day of a shorter month; NaT stays NaT.

    Same rule as ``securitize.base.dates.add_months``, on arrays that broadcast together.
    """
    start = days(day)
    month = start.astype("datetime64[M]")
    target = month + np.asarray(months, np.int64)
    last = (target + 1).astype("datetime64[D]") - 1
    moved: Days = np.minimum(target.astype("datetime64[D]") + (start - month.astype("datetime64[D]")), last)
    return moved


def add_years(day: DayLike, years: ArrayLike) -> Days:
    """``day`` plus whole years; 29 February becomes 28 February where the year has none."""
    return add_months(day, 12 * np.asarray(years, np.int64))


def years_between(start: DayLike, end: DayLike) -> Float64:
    """Whole anniversaries of ``start`` up to ``end``, plus the share of the running year; nan where a day is NaT.

    Negative where ``end`` is earlier. An anniversary is exactly a whole number, so that mid-year discounting has
    closed forms.
    """
    one, other = np.broadcast_arrays(days(start), days(end))
    missing = np.isnat(one) | np.isnat(other)
    one, other = (np.where(missing, np.datetime64("2000-01-01"), each) for each in (one, other))
    whole = (other.astype("datetime64[Y]") - one.astype("datetime64[Y]")).astype(np.int64)
    whole -= add_years(one, whole) > other
    before, after = add_years(one, whole), add_years(one, whole + 1)
    share = (other - before) / (after - before)
    return np.where(missing, np.nan, whole + share)


def years_from(start: DayLike, ends: DayLike) -> Float64:
    """As :func:`years_between`; from one day to many more than there are days between, worked out once for each day."""
    first, last = days(start), days(ends)
    if first.ndim or not last.size or np.isnat(first) or np.isnat(last).any():
        return years_between(first, last)
    offset = (last - first).astype(np.int64)
    low, high = int(offset.min()), int(offset.max())
    if high - low >= last.size:
        return years_between(first, last)
    return years_between(first, first + np.arange(low, high + 1))[offset - low]


def legal_expiry(
    filing: DayLike,
    kind: ArrayLike,
    delay_days: ArrayLike = 0,
    pharmaceutical_days: ArrayLike = 0,
    approval: DayLike = NOT_A_DAY,
) -> Days:
    """End of the legal term of each patent.

    filing              : (patents,) day of filing (not of priority)
    kind                : (patents,) position in ``KINDS``
    delay_days          : days granted for unreasonable delay of the grant (article 42, second paragraph)
    pharmaceutical_days : days granted for the approval of a medicine (third paragraph); cut to 5 years, and to 14
                          years after ``approval`` where that day is known
    """
    day, which = days(filing), np.asarray(kind, np.intp)
    old_design = (which == KINDS.index("design")) & (day < DESIGN_REFORM)
    expiry = add_years(day, np.where(old_design, OLD_DESIGN_YEARS, TERM_YEARS[which]))
    expiry = expiry + np.asarray(delay_days, np.int64)
    extended = np.minimum(
        expiry + np.asarray(pharmaceutical_days, np.int64), add_years(expiry, MOST_EXTENSION_YEARS)
    )
    last = add_years(approval, MOST_YEARS_AFTER_APPROVAL)
    return np.maximum(expiry, np.where(np.isnat(last), extended, np.minimum(extended, last)))


def economic_end(
    start: DayLike, technology_months: ArrayLike, technology: ArrayLike, patent_months: ArrayLike = -1
) -> Days:
    """End of the economic life of each patent: its own months where given, else those of its technology.

    start             : (patents,) day from which the months count, such as the filing
    technology_months : (technologies,) months; -1 where the technology sets no limit
    technology        : (patents,) position in ``technology_months``
    patent_months     : (patents,) months; -1 where the patent has none of its own
    Returns NaT where neither sets a limit.
    """
    own, of_field = (
        np.asarray(patent_months, np.int64),
        np.asarray(technology_months, np.int64)[np.asarray(technology)],
    )
    months = np.where(own >= 0, own, of_field)
    return np.where(months >= 0, add_months(start, np.maximum(months, 0)), NOT_A_DAY)


@dataclass(frozen=True, slots=True)
class RemainingLife:
    """Life of each patent from a day on.

    end     : (patents,) first of the ends, not before the day
    years   : (patents,) float64 by :func:`years_between`, 0 where it has ended
    binding : (patents,) position in ``LIMITS`` of what ends it
    """

    end: Days
    years: Float64
    binding: Index


def remaining_life(
    as_of: DayLike, legal: DayLike, economic: DayLike = NOT_A_DAY, contract: DayLike = NOT_A_DAY
) -> RemainingLife:
    """The shortest of the three lives; NaT sets no limit.

    legal, economic, contract : (patents,) or one day
    Raises ValueError where a patent has no legal end: every right ends.
    Source: guideline of the China Appraisal Society on patent assets (2017), income period.
    """
    if np.isnat(days(legal)).any():
        raise ValueError("the end of the legal term is missing")
    ends = np.stack(np.broadcast_arrays(days(legal), days(economic), days(contract)))
    never = np.datetime64("9999-12-31")
    ends = np.where(np.isnat(ends), never, ends)
    start = np.broadcast_to(days(as_of), ends.shape[1:])
    end = np.maximum(ends.min(axis=0), start)
    return RemainingLife(end, years_from(start, end), ends.argmin(axis=0))
