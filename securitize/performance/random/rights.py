"""Rights that fail at random: unpaid renewal fees, challenges of validity, obsolescence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.closed import complete
from securitize.base.money import RATE_UNITS
from securitize.base.streams import Numbers
from securitize.definitions.pools.claims import Cause
from securitize.definitions.pools.pool import Collateral, Pool, RightKind
from securitize.definitions.scenarios.random_performance import RandomPerformance
from securitize.definitions.scenarios.random_rights import RandomLapse, RandomRights, RightRisk
from securitize.market.schedules import Schedule
from securitize.patents.figures import lapse_curves
from securitize.patents.lapse import CURVES, cumulative_hazard, risk_time
from securitize.patents.life import (
    DESIGN_REFORM,
    KINDS,
    OLD_DESIGN_YEARS,
    TERM_YEARS,
    Days,
    add_years,
    years_from,
)
from securitize.performance.random.day_of_event import DAYS_OF_YEAR, constant, days_of_deal, first_day
from securitize.performance.random.draw import Drawn
from securitize.performance.resolved import RightFailure

#: Whether a reform made the term of the kind longer for later filings.
REFORMED: Mapping[RightKind, bool] = complete(
    RightKind,
    {"invention": False, "utility-model": False, "design": True, "trademark": False, "copyright": False},
)


@dataclass(frozen=True, slots=True)
class RandomFailure:
    """Why rights fail together.

    stream : its name;  rights : that fail on one day
    summed : hazard from the cut-off to each day of the deal, (days,), not falling
    """

    stream: str
    rights: tuple[str, ...]
    cause: Cause
    summed: Float64


@dataclass(frozen=True)
class RandomRightFailures:
    """Which rights fail at random. Raises ValueError where a right is not in the pool."""

    failures: tuple[RandomFailure, ...]
    pool: Pool
    schedule: Schedule

    def __post_init__(self) -> None:
        named = {right for failure in self.failures for right in failure.rights}
        if unknown := named - set(self.pool.collateral):
            raise ValueError(f"rights that the pool does not hold: {', '.join(sorted(unknown))}")

    def strike(self, drawn: Drawn, numbers: Numbers) -> Drawn:
        """Failures join what is given; a right fails once, at its earliest date, of equal dates what is given first."""
        if not self.failures:
            return drawn
        found = dict(drawn.performance.failures)
        for failure, dates in failure_dates(self, numbers):
            for right in failure.rights:
                found[right] = (*found.get(right, ()), RightFailure(failure.cause, dates))
        return replace(drawn, performance=replace(drawn.performance, failures=found))


def failure_dates(model: RandomRightFailures, numbers: Numbers) -> list[tuple[RandomFailure, Int64]]:
    """When rights fail, int64 (paths,): ordinals of the deal's collection periods, NEVER beyond."""
    days = days_of_deal(model.schedule)
    return [
        (failure, first_day(failure.summed, days, numbers.of(failure.stream)[0]))
        for failure in model.failures
    ]


def resolve_rights(
    written: RandomPerformance, pool: Pool, schedule: Schedule, cut_off: dt.date | None = None
) -> RandomRightFailures | None:
    """Every right of the pool, alone or with its family; None where nothing is written.

    cut_off : of the deal, for which ages are written; without it the first day of the schedule
    Raises ValueError where the age of a patent that can lapse is not known.
    """
    rights = written.rights
    if rights is None:
        return None
    member = {right for members in rights.families.values() for right in members}
    groups = {f"family/{name}": members for name, members in rights.families.items()}
    groups |= {f"right/{name}": (name,) for name in pool.collateral if name not in member}
    failures = [
        failure
        for stream, names in groups.items()
        for failure in _failures(stream, names, rights, pool, schedule, cut_off)
    ]
    return RandomRightFailures(tuple(failures), pool, schedule)


def _failures(
    stream: str,
    names: tuple[str, ...],
    rights: RandomRights,
    pool: Pool,
    schedule: Schedule,
    cut_off: dt.date | None,
) -> list[RandomFailure]:
    """Of rights that fail together, as their first one does; causes without hazard are left out."""
    days, since = days_of_deal(schedule), schedule.collection[0]
    start, older = since.toordinal(), (since - (cut_off or since)).days / DAYS_OF_YEAR
    risk, right = rights.of(names[0]), pool.collateral[names[0]]
    found: list[tuple[str, Cause, Float64]] = []
    if risk.lapse is not None and right.kind in KINDS and risk.lapse.multiplier:
        own, of_all = (None if age is None else age + older for age in _age_of(rights, names[0]))
        ages = _ages(right, own, of_all, since, days)
        found.append(("lapse", "lapse", summed_lapse(risk.lapse, ages)))
    if risk.challenge is not None:
        found.append(("challenge", "invalidity", constant(challenge_hazard(risk), days, start)))
    if risk.obsolescence is not None:
        found.append(("obsolescence", "lapse", constant(obsolescence_hazard(risk), days, start)))
    return [
        RandomFailure(f"{stream}/{what}", names, cause, summed)
        for what, cause, summed in found
        if summed.size and summed[-1] > 0
    ]


def challenge_hazard(risk: RightRisk) -> float:
    """Of a decision after which a right no longer covers what is licensed, a year.

    Decisions come as a Poisson process; those that leave the right as it is drop out, which leaves a Poisson process.
    """
    challenge = risk.challenge
    if challenge is None:
        return 0.0
    fails = challenge.invalid / RATE_UNITS + challenge.partly * challenge.partly_fails / RATE_UNITS**2
    return challenge.hazard / RATE_UNITS * fails


def obsolescence_hazard(risk: RightRisk) -> float:
    """A year, as written or one over the mean life."""
    rule = risk.obsolescence
    if rule is None:
        return 0.0
    return RATE_UNITS / rule.life if rule.life is not None else (rule.hazard or 0) / RATE_UNITS


def summed_lapse(rule: RandomLapse, ages: Float64) -> Float64:
    """The curve's hazard from the cut-off to each day, (days,).

    ages : years since filing, at the cut-off and on each day, (days + 1,)
    """
    curve = np.full(ages.shape, CURVES.index(rule.curve), np.intp)
    summed = cumulative_hazard(lapse_curves().hazard, curve, risk_time(ages))
    since: Float64 = summed[1:] - summed[0]
    return since * (rule.multiplier / RATE_UNITS)


def _age_of(rights: RandomRights, name: str) -> tuple[float | None, float | None]:
    """Age at the cut-off as written for the right itself, and for all."""
    own = rights.collateral.get(name)
    ages = (own.lapse if own else None, rights.lapse)
    first, second = (None if one is None or one.age is None else one.age / RATE_UNITS for one in ages)
    return first, second


def _ages(
    right: Collateral, own: float | None, of_all: float | None, cut_off: dt.date, days: Int64
) -> Float64:
    """Years since filing at the cut-off and on each day, (days + 1,).

    The right's own age; else by anniversaries of the filing that its expiry tells; else the age of all.
    """
    age = own
    if age is None and right.expiry is not None:
        since = np.datetime64(cut_off, "D")
        return np.maximum(years_from(filing_of(right), since + np.arange(days.size + 1)), 0)
    age = of_all if age is None else age
    if age is None:
        raise ValueError("the age of a right is not known")
    return age + np.arange(days.size + 1) / DAYS_OF_YEAR


def filing_of(right: Collateral) -> Days:
    """The day of filing that the expiry of a patent tells: it less the term of its kind."""
    expiry = np.datetime64(right.expiry, "D")
    filing = add_years(expiry, -int(TERM_YEARS[KINDS.index(right.kind)]))
    if REFORMED[right.kind] and filing < DESIGN_REFORM:
        filing = add_years(expiry, -OLD_DESIGN_YEARS)
    return filing
