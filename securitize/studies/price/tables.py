"""Prices as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from securitize.market.market_curves import MarketCurves
from securitize.pricing import measures
from securitize.pricing.note_flows import PAR, NoteFlows, weighted_average_life, window
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
        "price_yield": _price_yield(notes),
        "key_rates": _key_rates(notes),
        "decrements": _decrements(notes),
    }


def _prices(curves: MarketCurves, notes: Sequence[NotePrice], drawn: Draw | None) -> dict[str, Any]:
    rows = Rows("prices")
    for one in notes:
        flows, price = one.flows, one.dirty
        life, paid = weighted_average_life(flows), window(flows)
        valued = bool(flows.cash.any())
        annual = measures.effective_yield(flows, price)
        street, interbank = measures.street_yield(flows, price), measures.interbank_yield(flows, price)
        moved = measures.sensitivities(flows, one.curves.discount, price) if valued else None
        first, last = paid or (None, None)
        rows.add(
            note=one.name,
            scenario=one.scenario,
            market=curves.name,
            market_date=curves.date,
            settlement=flows.settlement,
            currency=curves.currency,
            balance=one.balance,
            rating=one.note.rating or None,
            spread=measures.within_range(one.spread),
            spread_kind=one.spread_kind,
            clean_price=price - flows.accrued,
            dirty_price=price,
            accrued=flows.accrued,
            yield_annual=annual,
            yield_street=street,
            yield_interbank=interbank,
            yield_reason=_reason(flows, price, annual, street, interbank) or measures.reason_of_margin(flows),
            current_yield=measures.current_yield(flows, price),
            spread_to_government=_to_government(one.curves, annual, life),
            discount_margin=measures.discount_margin(flows, price),
            wal_years=life,
            first_principal=first,
            last_principal=last,
            par_coupon=measures.par_coupon(flows, one.curves.discount, one.spread),
            paths=drawn.paths if drawn else 0,
            exercised="; ".join(one.exercised) or None,
            **_sensitivities(moved),
            **_options(one),
            **_loss_adjusted(one),
        )
    return rows.columns


def _sensitivities(moved: measures.Sensitivities | None) -> dict[str, float | None]:
    return {
        "macaulay_duration": None if moved is None else moved.macaulay,
        "modified_duration": None if moved is None else moved.modified,
        "effective_duration": None if moved is None else moved.effective,
        "convexity": None if moved is None else moved.convexity,
        "spread_duration": None if moved is None else moved.spread,
        "dv01": None if moved is None else moved.dv01,
    }


def _options(one: NotePrice) -> dict[str, float | None]:
    """What a lattice says of the note; null without one."""
    found = one.options
    return {
        "option_adjusted_spread": None if found is None else found.spread,
        "option_adjusted_duration": None if found is None else found.duration,
        "option_value": None if found is None else found.value,
        "rate_volatility": None if found is None else found.volatility,
        "mean_reversion": None if found is None else found.reversion,
    }


def _loss_adjusted(one: NotePrice) -> dict[str, float | None]:
    """What random paths say of the note; null without paths."""
    price: float | None = None
    error: float | None = None
    rate: float | None = None
    coupon: float | None = None
    if one.mean is not None and one.values is not None:
        price, error = mean_and_error(one.values)
        rate = measures.effective_yield(one.mean, one.dirty)
        coupon = measures.par_coupon(one.mean, one.curves.discount, one.spread)
    return {
        "loss_adjusted_price": price,
        "loss_adjusted_price_error": error,
        "loss_adjusted_yield": rate,
        "loss_adjusted_coupon": coupon,
    }


def _reason(flows: NoteFlows, price: float, *found: float | None) -> measures.Reason | None:
    """Why one of the yields is not there; None where all are."""
    return measures.reason_of(flows, price) if None in found else None


def _to_government(curves: MarketCurves, rate: float | None, life: float | None) -> float | None:
    """Null where the curve does not reach so far."""
    government = None if life is None else curves.par_yields.at(life)
    return None if government is None or rate is None else rate - government


def _price_yield(notes: Sequence[NotePrice]) -> dict[str, Any]:
    rows = Rows("price_yield")
    for one in notes:
        if not one.flows.cash.any():
            continue
        for step, clean in enumerate(GRID):
            price = clean + one.flows.accrued
            spread = measures.within_range(measures.z_spread(one.flows, one.curves.discount, price))
            street = measures.street_yield(one.flows, price)
            interbank = measures.interbank_yield(one.flows, price)
            rows.add(
                note=one.name,
                scenario=one.scenario,
                step=step,
                clean_price=clean,
                yield_street=street,
                yield_interbank=interbank,
                yield_reason=_reason(one.flows, price, street, interbank, spread),
                z_spread=spread,
                wal_years=weighted_average_life(one.flows),
            )
    return rows.columns


def _key_rates(notes: Sequence[NotePrice]) -> dict[str, Any]:
    rows = Rows("key_rates")
    for one in notes:
        if not one.flows.cash.any():
            continue
        found = measures.key_rate_durations(one.flows, one.curves.discount, one.dirty)
        for years, duration in zip(measures.KEY_RATES, found.tolist(), strict=True):
            rows.add(
                note=one.name,
                scenario=one.scenario,
                months=round(12 * years),
                duration=duration,
            )
    return rows.columns


def _decrements(notes: Sequence[NotePrice]) -> dict[str, Any]:
    rows = Rows("decrements")
    for one in notes:
        left = np.append(one.flows.balance[1:], one.flows.balance[-1] - one.flows.principal[-1]) / PAR
        for day, interest, principal, share in zip(
            one.flows.dates, one.flows.interest, one.flows.principal, left, strict=True
        ):
            rows.add(
                note=one.name,
                scenario=one.scenario,
                payment_date=day,
                interest=float(interest),
                principal=float(principal),
                left=max(float(share), 0.0),
            )
    return rows.columns
