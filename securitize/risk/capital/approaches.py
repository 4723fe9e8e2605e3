"""The approaches: SEC-SA and SSFA on standardised capital, SEC-ERBA on ratings, SEC-IRBA on internal capital."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from securitize.base.money import RATE_UNITS
from securitize.definitions.rules.capital import Coefficients, InternalSet, RatingsSet, StandardisedSet
from securitize.risk.capital.formula import WEIGHT_OF_CAPITAL, pool_capital, risk_weight, tranche_capital

#: Maturities between which weights of ratings run, years.
SHORTEST, LONGEST = 1.0, 5.0


@dataclass(frozen=True, slots=True)
class Tranche:
    """A note as capital sees it.

    attachment, detachment : share of the deal below it, and with it;  senior : nothing ranks above it
    maturity : years, cut to 1 to 5 by the approaches;  rating : None where it has none
    """

    note: str
    attachment: float
    detachment: float
    senior: bool
    maturity: float
    rating: str | None


@dataclass(frozen=True, slots=True)
class PoolCredit:
    """What the approaches know of the pool: payer credit alone.

    standardised : K_SA;  delinquent : W;  unknown : share whose delinquency is not known
    internal     : K_IRB, None where not given;  number : effective number of exposures;  lgd : loss given default
    """

    standardised: float
    delinquent: float = 0.0
    unknown: float = 0.0
    internal: float | None = None
    number: float = 1.0
    lgd: float = 0.45


@dataclass(frozen=True, slots=True)
class Capital:
    """Of one tranche: K of the pool, p, capital as a share of it, risk weight; None where the approach has none."""

    pool: float | None
    p: float | None
    capital: float
    weight: float
    floored: bool


def standardised(rules: StandardisedSet, tranche: Tranche, credit: PoolCredit) -> Capital:
    """SEC-SA or SSFA. Where too much of the pool's delinquency is unknown, 1250%."""
    if credit.unknown > rules.most_unknown / RATE_UNITS:
        return Capital(None, None, 1.0, WEIGHT_OF_CAPITAL, False)
    pool = pool_capital(credit.standardised, credit.delinquent, rules.delinquent_weight / RATE_UNITS)
    # What is not known counts whole.
    pool = (1 - credit.unknown) * pool + credit.unknown
    p = rules.p / RATE_UNITS
    lower = rules.senior_floor if tranche.senior else None
    return _by_formula(pool, p, tranche, rules.floor if lower is None else lower)


def internal(rules: InternalSet, tranche: Tranche, credit: PoolCredit) -> Capital | None:
    """SEC-IRBA; None where the pool's internal capital was not given."""
    if credit.internal is None:
        return None
    granular = credit.number >= rules.granular_from / RATE_UNITS
    if tranche.senior:
        row = rules.senior_granular if granular else rules.senior_lumpy
    else:
        row = rules.other_granular if granular else rules.other_lumpy
    p = max(rules.least_p / RATE_UNITS, _p(row, credit, within(tranche.maturity)))
    return _by_formula(credit.internal, p, tranche, rules.floor)


def _p(row: Coefficients, credit: PoolCredit, maturity: float) -> float:
    a, b, c, d, e = (value / RATE_UNITS for value in (row.a, row.b, row.c, row.d, row.e))
    assert credit.internal is not None  # asked before
    return a + b / credit.number - c * credit.internal + d * credit.lgd + e * maturity


def _by_formula(pool: float, p: float, tranche: Tranche, floor: int) -> Capital:
    capital = tranche_capital(pool, p, tranche.attachment, tranche.detachment)
    weight = risk_weight(capital, floor / RATE_UNITS)
    return Capital(pool, p, capital, weight, weight > WEIGHT_OF_CAPITAL * capital)


def by_rating(rules: RatingsSet, tranche: Tranche) -> Capital | None:
    """SEC-ERBA: linear in maturity from 1 to 5 years, below the senior note by thickness; None without a rating."""
    if tranche.rating is None:
        return None
    row = next((one for one in rules.weights if one.rating == tranche.rating), None)
    if row is None:
        weight = rules.unrated / RATE_UNITS
        return Capital(None, None, weight / WEIGHT_OF_CAPITAL, weight, False)
    years = within(tranche.maturity)
    weight = senior = _between(row.senior, years)
    if not tranche.senior:
        weight = _between(row.other, years) * (1 - min(tranche.detachment - tranche.attachment, 0.5))
        # A junior note never weighs less than a senior one of its rating and maturity.
        weight = max(weight, senior)
    floor = rules.floor / RATE_UNITS
    return Capital(None, None, max(weight, floor) / WEIGHT_OF_CAPITAL, max(weight, floor), weight < floor)


def _between(weights: tuple[int, int], years: float) -> float:
    """A weight between those of one and of five years."""
    short, long = (value / RATE_UNITS for value in weights)
    return short + (long - short) * (years - SHORTEST) / (LONGEST - SHORTEST)


def within(years: float) -> float:
    """A maturity cut to 1 to 5 years."""
    return min(max(years, SHORTEST), LONGEST)


def effective_number(exposures: Mapping[str, int]) -> float:
    """N = (sum of exposures)^2 / sum of their squares, by obligor."""
    whole = float(sum(exposures.values()))
    squares = float(sum(amount * amount for amount in exposures.values()))
    return whole * whole / squares if squares else 1.0
