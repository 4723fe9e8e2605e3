"""Which rights of a claim fail in a range of days, why, and what of the claim is lost.

Source: ``docs/reference/assets.md``, section 4.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never, get_args

import numpy as np
import numpy.typing as npt

from securitize.base.arithmetic import Int64
from securitize.definitions.pools.claims import Cause, Claim
from securitize.performance.resolved import NEVER, RightFailure

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ResolvedRight:
    """A right whose failure changes a claim.

    weight : how many rights the entry stands for
    expiry : ordinal of its own expiry where the contract says what follows it, else NEVER
    failed : whether it failed before the contract's ``as_of``
    """

    name: str
    weight: int
    expiry: int
    failed: bool


def earliest_failure(
    given: Sequence[RightFailure], expiry: int, paths: int
) -> tuple[Int64, npt.NDArray[np.object_]]:
    """When and why a right fails, (paths,) each: the earliest; of equal dates the first given, expiry last."""
    dates = np.full(paths, NEVER, np.int64)
    causes = np.full(paths, "", dtype=object)
    for failure in (*given, RightFailure("expiry", np.array([expiry], np.int64))):
        earlier = failure.dates < dates
        dates = np.where(earlier, failure.dates, dates)
        causes = np.where(earlier, failure.cause, causes)
    return dates, causes


def failures_within(
    contract: Claim,
    rights: Sequence[ResolvedRight],
    failures: Mapping[str, tuple[RightFailure, ...]],
    since: dt.date,
    until: dt.date,
    paths: int,
) -> list[tuple[Int64, Int64, Mask]]:
    """Failures in (since, until] with a consequence, as the contract lists its rights.

    Returns dates (NEVER where nothing happens), weights that go, and whether they are repurchased; (paths,) each.
    """
    found: list[tuple[Int64, Int64, Mask]] = []
    for right in rights:
        given = failures.get(right.name, ())
        if right.failed or not (given or right.expiry < NEVER):
            continue
        dates, causes = earliest_failure(given, right.expiry, paths)
        gone, bought = np.zeros(paths, np.int64), np.zeros(paths, np.bool_)
        happens = (dates > since.toordinal()) & (dates <= until.toordinal())
        for cause in get_args(Cause):
            struck = happens & (causes == cause)
            match consequence := contract.consequence(cause):
                case "cut":
                    gone = np.where(struck, right.weight, gone)
                    bought = np.where(struck, False, bought)
                case "repurchase":
                    gone = np.where(struck, right.weight, gone)
                    bought = np.where(struck, True, bought)
                case "none":
                    pass
                case _:
                    assert_never(consequence)
        if gone.any():
            found.append((np.where(gone > 0, dates, NEVER), gone, bought))
    return found
