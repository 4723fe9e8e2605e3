"""The law of a pool's loss as tables."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from securitize.base.arrays import Float64
from securitize.engine.sampled import POOL_MEASURE
from securitize.engine.tables.random_losses import BANDS, LEVELS
from securitize.risk.order_statistics import WHOLE
from securitize.risk.pool_loss import DatedLoss, LossLaw, quantile_and_shortfall
from securitize.studies.losses.applicable import PoolDefaults
from securitize.tables.rows import Rows


def pool_loss(
    found: PoolDefaults, law: LossLaw, expected: Float64, defaulted: Float64, pool: str, currency: str
) -> dict[str, Any]:
    """One row.

    expected : of each obligor, minor units;  defaulted : the probability of each number of defaults
    """
    mean = math.fsum(expected.tolist()) + found.always
    values = law.values + found.always
    spread = float(law.mean @ (values - float(law.mean @ values)) ** 2)
    rows = Rows("pool_loss")
    rows.add(
        pool=pool,
        currency=currency,
        loss_measure=POOL_MEASURE,
        obligors=len(expected),
        planned_collections=found.planned,
        expected_loss_amount=round(mean),
        expected_loss=mean / found.planned,
        loss_deviation=math.sqrt(spread) / found.planned,
        any_default_probability=1 - float(defaulted[0]),
        expected_defaults=float(defaulted @ np.arange(len(defaulted))),
        lattice_unit=law.unit,
        lattice_error=law.lattice_error,
        quadrature_error=law.quadrature_error,
    )
    return rows.columns


def pool_loss_levels(found: PoolDefaults, law: LossLaw, currency: str) -> dict[str, Any]:
    """One row a level."""
    rows = Rows("pool_loss_levels")
    values, planned = law.values + found.always, found.planned
    for level in LEVELS:
        (value, tail), low, high = (
            quantile_and_shortfall(values, one, level / WHOLE) for one in (law.mean, law.low, law.high)
        )
        rows.add(
            level=level,
            currency=currency,
            loss_measure=POOL_MEASURE,
            value_at_risk=value / planned,
            value_at_risk_low=low[0] / planned,
            value_at_risk_high=high[0] / planned,
            expected_shortfall=tail / planned,
            expected_shortfall_low=min(low[1], tail) / planned,
            expected_shortfall_high=max(high[1], tail) / planned,
            value_at_risk_amount=value,
            expected_shortfall_amount=round(tail),
        )
    return rows.columns


def pool_loss_bands(found: PoolDefaults, law: LossLaw) -> dict[str, Any]:
    """One row a band of loss, as the table ``loss_distribution`` has them."""
    rows = Rows("pool_loss_bands")
    shares = (law.values + found.always) / found.planned
    possible = shares[law.high > 0]
    most = float(possible.max())
    ends = (*BANDS, most) if most > BANDS[-1] else BANDS
    for band, high in enumerate(ends):
        beyond = [float(one[shares > high].sum()) for one in (law.low, law.mean, law.high)]
        low = ends[band - 1] if band else None
        inside = (shares <= high) if low is None else (shares > low) & (shares <= high)
        chance = float(law.mean[inside].sum())
        rows.add(
            band=band,
            loss_measure=POOL_MEASURE,
            low=low,
            high=high,
            probability=chance,
            exceedance=beyond[1],
            exceedance_low=min(beyond[0], beyond[1]),
            exceedance_high=max(beyond[2], beyond[1]),
            mean_loss=float(law.mean[inside] @ shares[inside]) / chance if chance > 0 else None,
        )
    return rows.columns


def pool_loss_obligors(
    found: PoolDefaults, obligors: Mapping[str, DatedLoss], expected: Float64, currency: str
) -> dict[str, Any]:
    """One row an obligor."""
    rows = Rows("pool_loss_obligors")
    whole = math.fsum(expected.tolist())
    for row, (name, one) in enumerate(obligors.items()):
        rows.add(
            obligor=name,
            currency=currency,
            loss_measure=POOL_MEASURE,
            default_probability=float(found.defaults.probability[row, -1]),
            market_loading=one.loading,
            expected_loss_amount=round(float(expected[row])),
            largest_loss_amount=one.largest,
            share=float(expected[row]) / whole if whole else None,
        )
    return rows.columns
