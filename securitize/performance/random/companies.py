"""Companies that default at random, obligors and providers alike: their risks, latent variables and days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.arrays import Float64
from securitize.base.money import RATE_UNITS
from securitize.base.streams import Numbers
from securitize.definitions.scenarios.default_probability import RandomCompany
from securitize.definitions.scenarios.random_performance import RandomPerformance
from securitize.performance.random.copulas import Copula
from securitize.performance.random.draw import Factors
from securitize.performance.random.hazards import hazards_of, probability_by
from securitize.performance.resolved import NEVER


@dataclass(frozen=True, slots=True)
class ObligorRisk:
    """The probability of default of a company, and its loadings.

    hazard       : annual, continuous, of 365 days, not negative; of all years, or of the first
    loading      : on the market factor, -1 to 1
    node         : on whose factor it loads, with ``node_loading``; None for none
    later        : hazards of the second, third, … year, the last holding
    """

    hazard: float
    loading: float
    node: str | None = None
    node_loading: float = 0.0
    later: tuple[float, ...] = ()

    @property
    def hazards(self) -> tuple[float, ...]:
        """Of the first, second, … year, the last holding."""
        return (self.hazard, *self.later)


def resolve_risk(written: RandomPerformance, company: RandomCompany | None) -> ObligorRisk:
    """A company's own numbers, or those of all; None for one of which nothing is written.

    Raises ValueError where nothing says how likely it defaults.
    """
    hazards: tuple[float, ...]
    if company is not None and company.rating is not None:
        hazards = hazards_of(written.ratings[company.rating].cumulative)
    elif company is not None and company.cumulative is not None:
        hazards = hazards_of(company.cumulative)
    else:
        hazard = written.hazard if company is None or company.hazard is None else company.hazard
        if hazard is None:
            raise ValueError("nothing says how likely a company defaults")
        hazards = (hazard / RATE_UNITS,)
    return ObligorRisk(
        hazards[0],
        written.loading_of(company) / RATE_UNITS,
        None if company is None else company.node,
        written.node_loading_of(company) / RATE_UNITS,
        hazards[1:],
    )


def thresholds_by(copula: Copula, companies: Sequence[ObligorRisk], ends: Int64) -> Float64:
    """At or below which a latent variable means default by a date.

    ends : ordinals, of the cut-off first, (dates + 1,)
    Returns (companies, dates).
    """
    by_date = np.array([probability_by(risk.hazards, ends[1:] - ends[0]) for risk in companies])
    loading = np.array([risk.loading for risk in companies])
    return copula.thresholds(by_date.reshape(len(companies), len(ends) - 1), loading[:, None])


def latent_of(
    copula: Copula,
    companies: Mapping[str, ObligorRisk],
    streams: Sequence[str],
    numbers: Numbers,
    factors: Factors,
) -> Float64:
    """Latent variables of companies, (companies, paths). Raises KeyError where the factor of a node is missing."""
    risks = tuple(companies.values())
    nobody = np.zeros(numbers.paths, np.float64)
    return copula.latent(
        np.array([risk.loading for risk in risks]),
        streams,
        numbers,
        factors.market,
        factors.scale,
        np.array([risk.node_loading for risk in risks]),
        [factors.nodes[risk.node] if risk.node and risk.node_loading else nobody for risk in risks],
    )


def days_within(periods: Int64, ends: Int64, share: Float64) -> Int64:
    """Ordinals of defaults, every day of a period alike; NEVER where none is.

    periods : int64 (paths,), the number of periods where there is no default;  ends : (periods + 1,), ordinals
    share   : float64 (paths,), uniform
    """
    last = len(ends) - 1
    # What never happens has no day; the last period stands in for it.
    held = np.minimum(periods, last - 1)
    starts, lengths = ends[:-1], np.diff(ends)
    days = starts[held] + 1 + (share * lengths[held]).astype(np.int64)
    return np.where(periods < last, days, NEVER)
