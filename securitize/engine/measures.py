"""Coverage of the notes by rank, and its lowest value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.engine.prepare.prepared import Prepared
from securitize.waterfall.plan import Line
from securitize.waterfall.published_coverage import PublishedCoverage, published_coverage
from securitize.waterfall.resolved import ResolvedDeal

COVERAGE = {
    "dscr": "dscr",
    "dscr_with_support": "dscr_with_support",
    "ic": "interest_coverage",
    "oc": "overcollateralisation",
}


def coverage_by_rank(
    prepared: Prepared, resolved: ResolvedDeal, lines: Mapping[Line, Int64], fee_interest: Int64
) -> dict[int, PublishedCoverage]:
    """Coverage of each rank, float64 (paths, periods), from published lines of any number of paths.

    fee_interest : int64 (paths, periods), the interest part of the licence fees
    """
    ranks = sorted({note.rank for note in prepared.deal.notes.values()})
    measured = {rank: published_coverage(resolved, lines, fee_interest, rank) for rank in ranks}
    if prepared.resolved_pool.claims:
        return measured
    # A pool of royalties alone has no balance that could collateralise a note.
    nothing = {rank: np.full_like(one.overcollateralisation, np.nan) for rank, one in measured.items()}
    return {rank: replace(one, overcollateralisation=nothing[rank]) for rank, one in measured.items()}


def or_null(number: float) -> float | None:
    """A number that a table can hold; None for NaN."""
    return None if math.isnan(number) else float(number)


def least(numbers: Any) -> float | None:
    """The least of the numbers that are defined; None where none is."""
    return None if np.isnan(numbers).all() else float(np.nanmin(numbers))
