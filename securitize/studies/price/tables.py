"""Prices as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from securitize.market.market_curves import MarketCurves
from securitize.pricing import measures
from securitize.pricing.note_flows import PAR, NoteFlows, spread_tenor, weighted_average_life, window
from securitize.risk.statistics import mean_and_error
from securitize.studies.price.market_yield import compounded_as
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
        flows, quote = one.flows, one.quote
        first, last = window(flows) or (None, None)
        rows.add(
            note=one.name,
            scenario=one.scenario,
            market=curves.name,
            market_date=curves.date,
            settlement=flows.settlement,
            currency=curves.currency,
            balance=one.balance,
            rating=one.note.rating or None,
            z_spread=measures.within_range(quote.z_spread),
            spread_kind=quote.kind,
            spread_rating=quote.rating,
            spread_basis=quote.basis,
            price_reason=one.reason,
            value=None if one.worth is None else round(one.worth),
            accrued=flows.accrued if one.balance else None,
            wal_years=weighted_average_life(flows),
            first_principal=first,
            last_principal=last,
            paths=drawn.paths if drawn else 0,
            exercised="; ".join(one.exercised) or None,
            **_at_price(one),
            **_options(one),
            **_loss_adjusted(one),
        )
    return rows.columns


#: Columns that are null without a price, beside those of sensitivities.
_OF_PRICE = (
    *("clean_price", "dirty_price", "yield_annual", "yield_street", "yield_interbank", "yield_reason"),
    *("current_yield", "spread_to_government", "discount_margin", "par_coupon"),
)


def _at_price(one: NotePrice) -> dict[str, Any]:
    """Prices, yields and sensitivities; of a note without a balance none that is per 100."""
    flows, price, spread, curves = one.flows, one.dirty, one.quote.z_spread, one.curves
    if price is None or spread is None:
        return {**dict.fromkeys(_OF_PRICE), "yield_reason": "no price", **_sensitivities(None)}
    annual = measures.effective_yield(flows, price)
    street, interbank = measures.street_yield(flows, price), measures.interbank_yield(flows, price)
    moved = measures.sensitivities(flows, curves.discount, price) if flows.cash.any() else None
    found = {
        "clean_price": price - flows.accrued,
        "dirty_price": price,
        "yield_annual": annual,
        "yield_street": street,
        "yield_interbank": interbank,
        "yield_reason": _reason(flows, price, annual, street, interbank) or measures.reason_of_margin(flows),
        "current_yield": measures.current_yield(flows, price),
        "spread_to_government": _to_government(curves, annual, spread_tenor(flows)),
        "discount_margin": measures.discount_margin(flows, price),
        "par_coupon": measures.par_coupon(flows, curves.discount, spread),
        **_sensitivities(moved),
    }
    per_100 = ("clean_price", "dirty_price", "current_yield", "dv01")
    return found if one.balance else {**found, **dict.fromkeys(per_100)}


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
        "option_value": None if found is None or not one.balance else found.value,
        "rate_volatility": None if found is None else found.volatility,
        "mean_reversion": None if found is None else found.reversion,
    }


def _loss_adjusted(one: NotePrice) -> dict[str, float | None]:
    """What random paths say of the note; null without paths."""
    price: float | None = None
    error: float | None = None
    rate: float | None = None
    coupon: float | None = None
    spread, dirty = one.quote.z_spread, one.dirty
    if one.mean is not None and one.values is not None and spread is not None and dirty is not None:
        price, error = mean_and_error(one.values) if one.balance else (None, None)
        rate = measures.effective_yield(one.mean, dirty)
        coupon = measures.par_coupon(one.mean, one.curves.discount, spread)
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
    if government is None or rate is None:
        return None
    return compounded_as(rate, curves.compounding) - government


def _price_yield(notes: Sequence[NotePrice]) -> dict[str, Any]:
    rows = Rows("price_yield")
    for one in notes:
        if not one.flows.cash.any() or not one.balance:
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
        if not one.flows.cash.any() or one.dirty is None:
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
        if not one.balance:
            continue
        spread = one.quote.z_spread
        factors: list[float | None] = (
            [None] * len(one.flows.dates)
            if spread is None
            else measures.factors_from(one.flows, one.curves.discount, spread).tolist()
        )
        left = np.append(one.flows.balance[1:], one.flows.balance[-1] - one.flows.principal[-1]) / PAR
        for day, interest, principal, share, factor in zip(
            one.flows.dates, one.flows.interest, one.flows.principal, left, factors, strict=True
        ):
            rows.add(
                note=one.name,
                scenario=one.scenario,
                payment_date=day,
                interest=float(interest),
                principal=float(principal),
                left=max(float(share), 0.0),
                discount=factor,
                present_value=None if factor is None else float(interest + principal) * factor,
            )
    return rows.columns
