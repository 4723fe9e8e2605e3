"""Prices as tables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from securitize.market.market_curves import MarketCurves
from securitize.pricing import measures
from securitize.pricing.note_flows import PAR, weighted_average_life, window
from securitize.risk.statistics import mean_and_error
from securitize.tables.rows import Rows

if TYPE_CHECKING:
    from securitize.engine.drawing import Draw
    from securitize.studies.price.note_prices import NotePrice

#: Clean prices of the table of prices, yields and spreads.
GRID = tuple(90.0 + step for step in range(21))


def tabulate_prices(
    curves: MarketCurves, notes: Sequence[NotePrice], drawn: Draw | None
) -> dict[str, dict[str, Any]]:
    """Every table of prices."""
    return {
        "prices": _prices(curves, notes, drawn),
        "price_yield": _price_yield(curves, notes),
        "key_rates": _key_rates(curves, notes),
        "decrements": _decrements(notes),
    }


def _prices(curves: MarketCurves, notes: Sequence[NotePrice], drawn: Draw | None) -> dict[str, Any]:
    rows = Rows(
        "note", "scenario", "market", "market_date", "settlement", "currency", "balance", "rating", "spread",
        "spread_kind", "clean_price", "dirty_price", "accrued", "yield_annual", "yield_street", "yield_interbank",
        "current_yield", "spread_to_government", "discount_margin", "wal_years", "first_principal", "last_principal",
        "macaulay_duration", "modified_duration", "effective_duration", "convexity", "dv01", "par_coupon", "paths",
        "loss_adjusted_price", "loss_adjusted_price_error", "loss_adjusted_yield", "loss_adjusted_coupon", "exercised",
    )  # fmt: skip
    for one in notes:
        flows, price = one.flows, one.dirty
        life, paid = weighted_average_life(flows), window(flows)
        valued = bool(flows.cash.any())
        annual = measures.annual_yield(flows, price) if valued else math.nan
        moved = measures.sensitivities(flows, curves.discount, price) if valued else None
        over: tuple[float | None, ...] = (None, None, None, None)
        if one.mean is not None and one.values is not None:
            mean, error = mean_and_error(one.values)
            rate = measures.annual_yield(one.mean, price) if one.mean.cash.any() and price > 0 else math.nan
            coupon = measures.par_coupon(one.mean, curves.discount, one.spread)
            over = (mean, error, _number(rate), coupon)
        rows.add(
            one.name, one.scenario, curves.name, curves.date, flows.settlement, curves.currency, one.balance,
            one.note.rating or None, one.spread, one.spread_kind, price - flows.accrued, price, flows.accrued,
            _number(annual), _number(measures.street_yield(flows, price)) if valued else None,
            measures.interbank_yield(flows, price) if valued else None,
            measures.current_yield(flows, price), _to_government(curves, annual, life),
            measures.discount_margin(flows, one.index, price) if one.index is not None and valued else None, life,
            *(paid or (None, None)), *_moved(moved),
            measures.par_coupon(flows, curves.discount, one.spread), drawn.paths if drawn else 0, *over,
            "; ".join(one.exercised) or None,
        )  # fmt: skip
    return rows.columns


def _moved(moved: measures.Sensitivities | None) -> tuple[float | None, ...]:
    if moved is None:
        return (None,) * 5
    return moved.macaulay, moved.modified, moved.effective, moved.convexity, moved.dv01


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _to_government(curves: MarketCurves, rate: float, life: float | None) -> float | None:
    """Null where the curve does not reach so far."""
    government = None if life is None else curves.par_yields.at(life)
    return None if government is None or not math.isfinite(rate) else rate - government


def _price_yield(curves: MarketCurves, notes: Sequence[NotePrice]) -> dict[str, Any]:
    rows = Rows(
        "note", "scenario", "step", "clean_price", "yield_street", "yield_interbank", "z_spread", "wal_years"
    )
    for one in notes:
        if not one.flows.cash.any():
            continue
        for step, clean in enumerate(GRID):
            price = clean + one.flows.accrued
            rows.add(
                one.name,
                one.scenario,
                step,
                clean,
                _number(measures.street_yield(one.flows, price)),
                measures.interbank_yield(one.flows, price),
                _number(measures.z_spread(one.flows, curves.discount, price)),
                weighted_average_life(one.flows),
            )
    return rows.columns


def _key_rates(curves: MarketCurves, notes: Sequence[NotePrice]) -> dict[str, Any]:
    rows = Rows("note", "scenario", "months", "duration")
    for one in notes:
        if not one.flows.cash.any():
            continue
        found = measures.key_rate_durations(one.flows, curves.discount, one.dirty)
        for years, duration in zip(measures.KEY_RATES, found.tolist(), strict=True):
            rows.add(one.name, one.scenario, round(12 * years), duration)
    return rows.columns


def _decrements(notes: Sequence[NotePrice]) -> dict[str, Any]:
    rows = Rows("note", "scenario", "payment_date", "interest", "principal", "left")
    for one in notes:
        left = np.append(one.flows.balance[1:], one.flows.balance[-1] - one.flows.principal[-1]) / PAR
        for day, interest, principal, share in zip(
            one.flows.dates, one.flows.interest, one.flows.principal, left, strict=True
        ):
            rows.add(one.name, one.scenario, day, float(interest), float(principal), max(float(share), 0.0))
    return rows.columns
