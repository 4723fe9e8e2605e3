"""The supervisory formula: the capital of a tranche from that of its pool, and how sharply it falls above it.

Source: Basel framework CRE40 and CRE41, Regulation (EU) 575/2013 articles 259 to 263, 12 CFR 217.43.
"""

from __future__ import annotations

import math

#: Risk weight of a unit of capital: 1 / 8%.
WEIGHT_OF_CAPITAL = 12.5


def pool_capital(standardised: float, delinquent: float, weight: float) -> float:
    """K_A = (1 - W) K_SA + weight W.

    standardised : K_SA, capital of the pool, share of it;  delinquent : W, share of the pool
    weight       : of what is delinquent, 0.5
    Raises ValueError where a share is outside 0 to 1.
    """
    if not (0 <= standardised <= 1 and 0 <= delinquent <= 1):
        raise ValueError("capital and delinquency are shares of the pool")
    return (1 - delinquent) * standardised + weight * delinquent


def supervisory_formula(pool: float, p: float, attachment: float, detachment: float) -> float:
    """K_SSFA: mean of e^(a x) over the tranche, x from the capital of the pool on, a = -1 / (p K_A).

    pool : K_A, above 0;  p : above 0;  attachment, detachment : A and D, both at or above ``pool``
    Raises ValueError where these do not hold.
    """
    if pool <= 0 or p <= 0 or not pool <= attachment < detachment <= 1:
        raise ValueError("the formula holds above the capital of the pool, for a tranche that is not empty")
    a = -1.0 / (p * pool)
    upper, lower = detachment - pool, attachment - pool
    # expm1 keeps the difference of a thin tranche.
    return math.exp(a * lower) * math.expm1(a * (upper - lower)) / (a * (upper - lower))


def tranche_capital(pool: float, p: float, attachment: float, detachment: float) -> float:
    """Capital of a tranche, share of it: all of it below the capital of the pool, by the formula above.

    A tranche without thickness has what a thin one comes to, e^(a x). Raises ValueError where the tranche detaches
    below where it attaches, or is outside 0 to 1.
    """
    if not 0 <= attachment <= detachment <= 1:
        raise ValueError("a tranche attaches no higher than it detaches, within 0 to 1")
    if detachment <= pool:
        return 1.0
    if attachment == detachment:
        return math.exp(-(attachment - pool) / (p * pool)) if pool > 0 else 0.0
    if attachment >= pool:
        return supervisory_formula(pool, p, attachment, detachment) if pool > 0 else 0.0
    thickness = detachment - attachment
    above = supervisory_formula(pool, p, pool, detachment) if pool > 0 else 0.0
    return (pool - attachment) / thickness + (detachment - pool) / thickness * above


def risk_weight(capital: float, floor: float) -> float:
    """12.5 times the capital, at least the floor; 12.5 is 1250%."""
    return max(WEIGHT_OF_CAPITAL * capital, floor)
