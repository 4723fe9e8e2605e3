"""Lapse of patents: hazards by age since filing, kind of owner and origin.

A hazard is constant within a year of age. A lapse counts when it is published, 13 to 15 months after the anniversary
whose annuity stayed unpaid. Curves are fitted by a stated rule (:func:`fit_curves`). A patent whose annuities a
servicer pays does not lapse: these curves are what happens without one, and multiplier 0 is the case with one.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from securitize.base.arrays import Float64

Index = NDArray[np.intp]

ORIGINS = ("domestic", "foreign")
#: Kinds of owner that the data tell apart, and the curve of each kind of owner of a candidate.
OWNERS = ("company", "university-institute", "individual")
OWNER_KINDS = ("company", "university", "institute", "individual")
_OWNER_OF_KIND = np.array([0, 1, 1, 2])
#: All owners; each origin; each kind of owner of each origin.
CURVES = ("all", *ORIGINS, *(f"{origin}-{owner}" for origin in ORIGINS for owner in OWNERS))
#: Ages in whole years, 0 to 19.
AGES = 20
#: Of all owners: fewest lapses in a band of ages, fewest patent-years that make an age seen.
LEAST_LAPSES, LEAST_YEARS = 10, 20.0
#: Lapses expected at which a cell's own experience counts half.
CREDIBILITY = 10.0
#: Lapses are published within these years after an anniversary of the filing (94% of the sample, 99% before 2008).
WINDOW = (1 / 12, 3 / 12)


def curve_index(owner_kind: ArrayLike, foreign: ArrayLike) -> Index:
    """Position in ``CURVES`` of each patent.

    owner_kind : (patents,) position in ``OWNER_KINDS``, -1 where unknown: the curve of the origin
    foreign    : (patents,) whether the owner is foreign
    """
    kind, origin = np.asarray(owner_kind, np.intp), np.asarray(foreign, bool).astype(np.intp)
    first = 1 + len(ORIGINS) + origin * len(OWNERS)
    return np.where(kind < 0, 1 + origin, first + _OWNER_OF_KIND[np.maximum(kind, 0)])


@dataclass(frozen=True, slots=True)
class LapseCurves:
    """Hazards a patent-year, float64 (curves, ages); ages beyond the last keep its hazard.

    exposure, lapses : patent-years and lapses observed
    hazard           : used for projections; lower, upper: its band
    """

    exposure: Float64
    lapses: Float64
    hazard: Float64
    lower: Float64
    upper: Float64


def risk_time(age: ArrayLike, grant_age: ArrayLike = 0.0) -> Float64:
    """Age on a clock that runs only while a lapse can be published, (patents,).

    age, grant_age : years since filing
    In each year of age the clock runs one unit, from the first to the third month. It starts at the second
    anniversary after the grant: the annuity of the year of the grant is paid with the registration; the next may
    stay unpaid; with six months of grace and the office's time, the anniversary after it has passed. An age before
    that is moved there, since nothing can happen. On this clock a hazard is that of one renewal decision, whatever
    share of the year was seen.
    """
    years, grant = np.asarray(age, np.float64), np.asarray(grant_age, np.float64)
    whole = np.floor(years)
    opened, closed = WINDOW
    running = whole + np.clip((years - whole - opened) / (closed - opened), 0, 1)
    return np.where(grant > 0, np.maximum(running, np.ceil(grant) + 1), running)


def exposures(entry_age: ArrayLike, exit_age: ArrayLike, lapsed: ArrayLike) -> tuple[Float64, Float64]:
    """Patent-years and lapses in each year of age, (ages,) each.

    entry_age, exit_age : (patents,) years since filing, first and last seen in force; lapsed : whether it lapsed then
    A year of age includes its end: what lapses at exactly 5 has lapsed in the fifth year, of index 4. A patent seen for
    no time is not counted.
    """
    entry, leave = np.asarray(entry_age, np.float64), np.asarray(exit_age, np.float64)
    ended = np.asarray(lapsed, bool) & (leave > entry)
    age = np.arange(AGES)
    within = np.minimum(leave[:, None], age + 1) - np.maximum(entry[:, None], age)
    counts = np.bincount(np.ceil(leave[ended]).astype(np.intp) - 1, minlength=AGES)[:AGES]
    return np.clip(within, 0, None).sum(axis=0), counts.astype(np.float64)


def age_bands(lapses: Float64, least: int = LEAST_LAPSES) -> Index:
    """Band of each year of age, (ages,): years join, youngest first, until a band holds ``least`` lapses.

    Years left over at the end join the last band.
    """
    band, count, bands = 0, 0.0, []
    for index, here in enumerate(lapses):
        bands.append(band)
        count += here
        if count >= least and lapses[index + 1 :].sum() >= least:
            band, count = band + 1, 0.0
    return np.array(bands, np.intp)


def poisson_band(count: ArrayLike, exposure: ArrayLike, level: float = 0.95) -> tuple[Float64, Float64]:
    """Lower and upper limit of a hazard of which ``count`` events were seen in ``exposure`` (positive).

    Source: Byar's approximation to the exact Poisson limits, in Breslow and Day (1987), Statistical Methods in
    Cancer Research II, page 69.
    """
    d, years = np.asarray(count, np.float64), np.asarray(exposure, np.float64)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    seen = np.maximum(d, 1)
    lower = np.where(d > 0, seen * (1 - 1 / (9 * seen) - z / (3 * np.sqrt(seen))) ** 3, 0)
    upper = (d + 1) * (1 - 1 / (9 * (d + 1)) + z / (3 * np.sqrt(d + 1))) ** 3
    return np.maximum(lower, 0) / years, upper / years


def credible_hazard(
    exposure: Float64,
    lapses: Float64,
    reference: Float64,
    credibility: float = CREDIBILITY,
    level: float = 0.95,
) -> tuple[Float64, Float64, Float64]:
    """Own experience shrunk toward a reference: hazard, lower and upper limit, shaped as ``exposure``.

    hazard = Z × lapses / exposure + (1 − Z) × reference, Z = expected / (expected + credibility), expected =
    exposure × reference: the posterior mean of a gamma prior worth ``credibility`` lapses. The limits are the
    posterior's quantiles by Wilson and Hilferty (1931).
    """
    shape = credibility + lapses
    rate = credibility / reference + exposure
    z = NormalDist().inv_cdf(0.5 + level / 2)
    middle, width = 1 - 1 / (9 * shape), z / (3 * np.sqrt(shape))
    lower, upper = (shape * np.maximum(middle + side * width, 0) ** 3 / rate for side in (-1, 1))
    return shape / rate, lower, upper


def fit_curves(
    entry_age: ArrayLike,
    exit_age: ArrayLike,
    lapsed: ArrayLike,
    owner: ArrayLike,
    foreign: ArrayLike,
    least_lapses: int = LEAST_LAPSES,
    least_years: float = LEAST_YEARS,
    credibility: float = CREDIBILITY,
) -> LapseCurves:
    """Curves of :data:`CURVES` from what was seen of each patent.

    entry_age, exit_age, lapsed : as in :func:`exposures`, on the clock of :func:`risk_time` or in plain years
    owner   : (patents,) position in ``OWNERS``, -1 where it is none of them; foreign : (patents,)
    Rule: 1. years of age are pooled into bands of at least ``least_lapses`` lapses of all owners; the last band is
    carried on to every later age. 2. The curve of all owners is lapses / exposure. 3. In each band, the curve of an
    origin is shrunk toward that of all owners, and the curve of a kind of owner toward that of its origin, by
    :func:`credible_hazard`. 4. From the age on at which fewer than ``least_years`` patent-years of all owners were
    seen there is no experience: every curve takes the last hazard of all owners.
    Raises ValueError where there are fewer than ``least_lapses`` lapses in all.
    """
    entry, leave, ended, kind, abroad = (
        np.asarray(each) for each in (entry_age, exit_age, lapsed, owner, foreign)
    )
    groups = [np.ones(kind.shape, bool), ~abroad.astype(bool), abroad.astype(bool)]
    groups += [groups[1 + o] & (kind == k) for o in range(len(ORIGINS)) for k in range(len(OWNERS))]
    counted = [exposures(entry[group], leave[group], ended[group]) for group in groups]
    years, counts = np.stack([y for y, _ in counted]), np.stack([c for _, c in counted])
    if counts[0].sum() < least_lapses:
        raise ValueError(f"curves need at least {least_lapses} lapses")
    bands = age_bands(counts[0], least_lapses)
    member = (bands == np.arange(bands[-1] + 1)[:, None]).astype(np.float64)
    band_years, band_counts = years @ member.T, counts @ member.T
    fitted = np.empty((3, len(CURVES), len(member)))
    fitted[0, 0] = band_counts[0] / band_years[0]
    fitted[1:, 0] = poisson_band(band_counts[0], band_years[0])
    for curve in range(1, len(CURVES)):
        above = 0 if curve <= len(ORIGINS) else 1 + (curve - 1 - len(ORIGINS)) // len(OWNERS)
        fitted[:, curve] = credible_hazard(
            band_years[curve], band_counts[curve], fitted[0, above], credibility
        )
    by_age = fitted[:, :, bands]
    seen = np.flatnonzero(years[0] >= least_years)
    by_age[:, :, (seen[-1] if seen.size else -1) + 1 :] = fitted[:, :1, -1:]
    return LapseCurves(years, counts, *by_age)


def cumulative_hazard(hazard: Float64, curve: ArrayLike, age: ArrayLike) -> Float64:
    """Hazard summed from filing to ``age`` (years, float), one value a patent.

    hazard : (curves, ages); curve : (patents,) row of it
    """
    row, years = np.asarray(curve, np.intp), np.asarray(age, np.float64)
    if (years < 0).any():
        raise ValueError("an age is negative")
    sums = np.concatenate([np.zeros((len(hazard), 1)), np.cumsum(hazard, axis=1)], axis=1)
    whole = np.minimum(np.floor(years).astype(np.intp), hazard.shape[1] - 1)
    result: Float64 = sums[row, whole] + hazard[row, whole] * (years - whole)
    return result


def lapse_probability(
    hazard: Float64, curve: ArrayLike, from_age: ArrayLike, to_age: ArrayLike, multiplier: ArrayLike = 1.0
) -> Float64:
    """Probability that a patent in force at ``from_age`` lapses before ``to_age``, (patents,).

    multiplier : (patents,) on the hazard, such as that of its field, or 0 while a servicer pays its annuities
    """
    return -np.expm1(-_between(hazard, curve, from_age, to_age, multiplier))


def survival(
    hazard: Float64, curve: ArrayLike, from_age: ArrayLike, to_age: ArrayLike, multiplier: ArrayLike = 1.0
) -> Float64:
    """Probability that a patent in force at ``from_age`` still is at ``to_age``, (patents,)."""
    return np.exp(-_between(hazard, curve, from_age, to_age, multiplier))


def _between(
    hazard: Float64, curve: ArrayLike, from_age: ArrayLike, to_age: ArrayLike, multiplier: ArrayLike
) -> Float64:
    factor = np.asarray(multiplier, np.float64)
    if (np.asarray(to_age) < np.asarray(from_age)).any() or (factor < 0).any():
        raise ValueError("ages do not run backwards, and multipliers are not negative")
    between = cumulative_hazard(hazard, curve, to_age) - cumulative_hazard(hazard, curve, from_age)
    return np.maximum(between, 0) * factor


def constant_hazard(mean_years: ArrayLike, term: float = 20.0) -> Float64:
    """Constant hazard at which lives cut at ``term`` have the given mean: (1 − e^(−h·term)) / h, by bisection.

    mean_years : between 0 and ``term``, both excluded. The ratio of two results is a field's multiplier.
    """
    mean = np.asarray(mean_years, np.float64)
    if ((mean <= 0) | (mean >= term)).any():
        raise ValueError(f"a mean life lies between 0 and {term} years")
    low, high = np.full(mean.shape, 1e-9), 1 / mean
    for _ in range(100):
        middle = (low + high) / 2
        long = -np.expm1(-middle * term) / middle > mean
        low, high = np.where(long, middle, low), np.where(long, high, middle)
    return (low + high) / 2
