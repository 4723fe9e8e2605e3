"""The approaches: SEC-SA and SSFA on standardised capital, SEC-ERBA on ratings, SEC-IRBA on internal capital."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from securitize.base.messages import Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.rules.capital import (
    CapitalSetBase,
    Coefficients,
    InternalSet,
    RatingsSet,
    StandardisedSet,
)
from securitize.risk.capital.formula import WEIGHT_OF_CAPITAL, pool_capital, risk_weight, tranche_capital

#: Maturities between which weights of ratings run, years.
SHORTEST, LONGEST = 1.0, 5.0


@dataclass(frozen=True, slots=True)
class Tranche:
    """A note as capital sees it.

    strip  : attachment and detachment, shares of the pool's balance today; None where the pool has none
    senior : nothing on which something is owed ranks above it
    maturity : M_T, years, cut to 1 to 5 by the approaches;  rating : None where it has none on an international scale
    """

    note: str
    strip: tuple[float, float] | None
    senior: bool
    maturity: float
    rating: str | None


@dataclass(frozen=True, slots=True)
class PoolCredit:
    """What the approaches know of the pool: payer credit alone.

    standardised : K_SA;  delinquent : W, share of what is known;  unknown : share whose delinquency is not known
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
    """Of one tranche: K of the pool, p, capital as a share of it, risk weight; None where the approach has none.

    floored : whether the floor raised the weight before any cap
    cap     : what the pool weighs on average, where it may cap;  without_cap : the weight as if nothing did
    why     : why the weight is 1250% without the approach, None where it is the approach's
    """

    pool: float | None
    p: float | None
    capital: float
    weight: float
    floored: bool
    cap: float | None = None
    without_cap: float | None = None
    why: str | None = None


def attachment_points(pool: int, above: int, with_rank: int) -> tuple[float, float]:
    """A and D of a rank: what of the pool lies below it, and below what ranks above it.

    pool : balance;  above, with_rank : balances of the notes above it, and of these and its own; minor units
    Source: ``docs/reference/rules.md``, section 2; Regulation (EU) 575/2013 article 256, CRE44.14 and 44.15.
    """
    if pool == 0:
        return 0.0, 0.0
    return max(0, pool - with_rank) / pool, max(0, pool - above) / pool


def standardised(rules: StandardisedSet, tranche: Tranche, credit: PoolCredit) -> Capital | None:
    """SEC-SA or SSFA; None without attachment. Where too much of the pool's delinquency is unknown, 1250%."""
    if tranche.strip is None:
        return None
    most = (rules.most_unknown or 0) / RATE_UNITS
    if credit.unknown > most:
        why = Message("the delinquency of more than {most} of the pool is not known", most=f"{most:.0%}")
        return Capital(None, None, 1.0, WEIGHT_OF_CAPITAL, False, why=why)
    pool = pool_capital(credit.standardised, credit.delinquent, rules.delinquent_weight / RATE_UNITS)
    # What is not known counts whole.
    pool = (1 - credit.unknown) * pool + credit.unknown
    p = rules.p / RATE_UNITS
    lower = rules.senior_floor if tranche.senior else None
    return _by_formula(pool, p, tranche.strip, rules.floor if lower is None else lower)


def looked_through(rules: CapitalSetBase, tranche: Tranche, average: float | None, found: Capital) -> Capital:
    """The same with the cap of senior notes, which holds below the floor too.

    A note that weighs 1250% for want of data has none: that bank does not know its pool.

    average : what the pool weighs, None where the bank does not know the pool
    Source: Regulation (EU) 575/2013 article 267, CRE40.50 to 40.52.
    """
    if average is None or found.why is not None or not (tranche.senior and rules.look_through):
        return replace(found, without_cap=found.weight)
    return replace(found, weight=min(found.weight, average), cap=average, without_cap=found.weight)


def internal(rules: InternalSet, tranche: Tranche, credit: PoolCredit) -> Capital | None:
    """SEC-IRBA; None where the pool's internal capital was not given, or without attachment."""
    if credit.internal is None or tranche.strip is None:
        return None
    granular = credit.number >= rules.granular_from / RATE_UNITS
    if tranche.senior:
        row = rules.senior_granular if granular else rules.senior_lumpy
    else:
        row = rules.other_granular if granular else rules.other_lumpy
    p = max(rules.least_p / RATE_UNITS, _p(row, credit, within(tranche.maturity)))
    return _by_formula(credit.internal, p, tranche.strip, rules.floor)


def _p(row: Coefficients, credit: PoolCredit, maturity: float) -> float:
    a, b, c, d, e = (value / RATE_UNITS for value in (row.a, row.b, row.c, row.d, row.e))
    assert credit.internal is not None  # asked before
    return a + b / credit.number - c * credit.internal + d * credit.lgd + e * maturity


def _by_formula(pool: float, p: float, strip: tuple[float, float], floor: int) -> Capital:
    capital = tranche_capital(pool, p, *strip)
    weight = risk_weight(capital, floor / RATE_UNITS)
    return Capital(pool, p, capital, weight, weight > WEIGHT_OF_CAPITAL * capital)


def by_rating(rules: RatingsSet, tranche: Tranche) -> Capital | None:
    """SEC-ERBA: linear in maturity from 1 to 5 years, below the senior note by thickness; None without a rating.

    None too for a note that is not senior and has no thickness, as where the pool has no balance.
    """
    if tranche.rating is None:
        return None
    row = next((one for one in rules.weights if one.rating == tranche.rating), None)
    if row is None:
        weight = rules.unrated / RATE_UNITS
        return Capital(None, None, weight / WEIGHT_OF_CAPITAL, weight, False)
    years = within(tranche.maturity)
    weight = senior = _between(row.senior, years)
    if not tranche.senior:
        if tranche.strip is None:
            return None
        attachment, detachment = tranche.strip
        weight = _between(row.other, years) * (1 - min(detachment - attachment, 0.5))
        # A junior note never weighs less than a senior one of its rating and maturity.
        weight = max(weight, senior)
    floor = rules.floor / RATE_UNITS
    return Capital(None, None, weight / WEIGHT_OF_CAPITAL, max(weight, floor), weight < floor)


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
