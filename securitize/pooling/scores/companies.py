"""Indicators of a company from candidate tables, and its grade."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.money import RATE_UNITS
from securitize.pooling.columns import NO_DAY, Columns

#: Least score of T1 to T9; below the last it is T10. Assumed.
GRADES = (85, 78, 71, 64, 57, 50, 43, 36, 29)
#: Years over which filings are looked for.
RECENT = 5


def company_values(
    companies: Columns, patents: Columns, owner: Int64, score: Float64, as_of: int
) -> dict[str, Float64]:
    """Values of the indicators, each (companies,); NaN where the tables do not tell.

    owner : (patents,) place of the company, -1 where none; score : (patents,) NaN where unknown; as_of : day
    """
    rows = companies.rows
    kind, status = patents.texts("patent_kind"), patents.texts("legal_status")
    in_force = np.array([text == "in-force" for text in status]) & (owner >= 0)
    inventions = in_force & np.array([text == "invention" for text in kind])
    models = in_force & np.array([text == "utility-model" for text in kind])
    scored = (owner >= 0) & ~np.isnan(score)
    counted = np.bincount(owner[scored], minlength=rows)
    quality = np.bincount(owner[scored], np.where(np.isnan(score), 0, score)[scored], rows)
    revenue, before = companies.whole("revenue", -1), companies.whole("revenue_before", -1)
    spent, debt = companies.whole("research_spending", -1), companies.whole("debt_ratio", -1)
    staff, research = companies.whole("staff", -1), companies.whole("research_staff", -1)
    return {
        "inventions": np.bincount(owner[inventions], minlength=rows).astype(np.float64),
        "utility-models": np.bincount(owner[models], minlength=rows).astype(np.float64),
        "continuity": _continuity(patents.days("filing_date"), owner, rows, as_of),
        "quality": np.where(counted > 0, quality / np.maximum(counted, 1), np.nan),
        "research-intensity": _ratio(spent, revenue),
        "research-staff": _ratio(research, staff),
        "growth": _ratio(revenue, before) - 1,
        "debt": np.where(debt < 0, np.nan, debt / RATE_UNITS),
    }


def _ratio(part: Int64, whole: Int64) -> Float64:
    """Part over whole; NaN where either is unknown (negative) or the whole is nothing."""
    known = (whole > 0) & (part >= 0)
    return np.where(known, part / np.maximum(whole, 1), np.nan)


def _continuity(filing: Int64, owner: Int64, rows: int, as_of: int) -> Float64:
    """Of the last years up to a day, those in which the company filed."""
    age = np.where(filing == NO_DAY, -1, (as_of - np.maximum(filing, 0)) // 365)
    recent = (owner >= 0) & (age >= 0) & (age < RECENT)
    pairs = np.unique(owner[recent] * RECENT + age[recent])
    return np.bincount(pairs // RECENT, minlength=rows).astype(np.float64)


def grades(score: Float64) -> list[str]:
    """T1 (best) to T10; empty where there is no score."""
    places: NDArray[np.int64] = (score[:, None] < np.array(GRADES)).sum(axis=1)
    return ["" if np.isnan(one) else f"T{place + 1}" for one, place in zip(score, places, strict=True)]
