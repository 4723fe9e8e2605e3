"""At what a note is priced: at a price, at a spread, or at that which the market has for its rating.

Source: ``docs/reference/prices.md``, section 1.
"""

from __future__ import annotations

import numpy as np

from securitize.base.errors import UsageError
from securitize.base.messages import Message
from securitize.definitions.deals.notes import Note
from securitize.definitions.ratings import normal_rating
from securitize.market.market_curves import MarketCurves
from securitize.market.used_spreads import UsedSpread, spread_of
from securitize.pricing.measures import RANGE, annual_price, price_at, z_spread
from securitize.pricing.note_flows import NoteFlows, spread_tenor
from securitize.studies.price.note_prices import NoteQuote, PriceReason


def at_z_spread(flows: NoteFlows, curves: MarketCurves, spread: float, kind: str = "asked") -> NoteQuote:
    """Priced at a continuous spread over the zero curve."""
    return NoteQuote(price_at(flows, curves.discount, spread), spread, kind)


def at_price(
    flows: NoteFlows, curves: MarketCurves, name: str, price: float, balance: int, warnings: list[str]
) -> NoteQuote:
    """Priced at a clean price per 100; a note without a balance has none.  ``warnings`` are added to.

    Raises UsageError where it would cost nothing with its accrued interest.
    """
    if not balance:
        warnings.append(
            Message(
                "{note} has no price: it has no balance to be priced per 100 of; give --spread or --z-spread",
                note=name,
            )
        )
        return NoteQuote(None, None, None, reason="no balance")
    dirty = price + flows.accrued
    if dirty <= 0:
        raise UsageError(
            "{note} at {price:g} would cost nothing with its accrued interest of {accrued:.4f}",
            note=name,
            price=price,
            accrued=flows.accrued,
        )
    paid = bool(flows.cash.any())
    return NoteQuote(dirty, z_spread(flows, curves.discount, dirty) if paid else 0.0, "from price")


def at_spread(
    flows: NoteFlows, curves: MarketCurves, name: str, spread: float, warnings: list[str]
) -> NoteQuote:
    """Priced at a spread over the par yield at its weighted average life; ``warnings`` are added to.

    Raises UsageError where it would yield less than what is printed.
    """
    life = spread_tenor(flows)
    if life is None:
        return at_z_spread(flows, curves, 0.0)  # paid nothing
    government = curves.par_yields.at(life)
    if government is None:
        return _outside(name, life, curves, warnings)
    rate = effective(government + spread, curves.compounding)
    if rate < RANGE[0]:
        raise UsageError("{note} would yield {rate:.2%} a year at this spread", note=name, rate=rate)
    dirty = annual_price(flows, rate)
    return NoteQuote(dirty, z_spread(flows, curves.discount, dirty), "asked")


def market_quote(
    note: Note, name: str, flows: NoteFlows, curves: MarketCurves, deal: str, warnings: list[str]
) -> NoteQuote:
    """Priced at the spread that the market has for the note's rating; without a price where it has none.

    deal : the name of the deal, from whose own coupon a spread may be made;  ``warnings`` are added to
    """
    life = spread_tenor(flows)
    if life is None:
        return at_z_spread(flows, curves, 0.0, "assumed")  # paid nothing
    if not note.rating:
        warnings.append(
            Message(
                "{note} has no price: it has no rating; give --spread, --z-spread or --price",
                note=name,
            )
        )
        return _without("no rating")
    found = spread_of(curves, note.rating, life)
    if found is None:
        warnings.append(
            Message(
                "{note} has no price: {market} holds no spread of {rating}; give --spread, --z-spread or --price",
                note=name,
                market=curves.name,
                rating=note.rating,
            )
        )
        return _without("no spread of the rating")
    if found.used is None:
        return _outside(name, life, curves, warnings)
    quote = at_spread(flows, curves, name, found.used, warnings)
    if quote.dirty is None:
        return quote
    warnings += _of_spread(note, name, found, curves, deal)
    return NoteQuote(
        quote.dirty, quote.z_spread, curves.kinds[f"spread {found.rating}"], found.rating, found.basis
    )


def _of_spread(note: Note, name: str, found: UsedSpread, curves: MarketCurves, deal: str) -> list[str]:
    """What a reader of the price is to know of the spread."""
    said: list[str] = []
    if found.rating != normal_rating(note.rating):
        said.append(
            Message(
                "{note}, rated {written}, takes the spread of {rating}: {market} has none of its own for it",
                note=name,
                written=note.rating,
                rating=found.rating,
                market=curves.name,
            )
        )
    if found.moved is not None:
        seen, used = found.moved
        said.append(
            Message(
                "{market}: the spread of {rating} was seen at {seen:.2f} basis points and is used at {used:.2f}: "
                "spreads do not fall as ratings fall",
                market=curves.name,
                rating=found.rating,
                seen=seen * 1e4,
                used=used * 1e4,
            )
        )
    if curves.of_deals.get(found.rating) == deal:
        said.append(
            Message(
                "the spread of {rating} in {market} is made from this very deal's coupon: its price is circular",
                rating=found.rating,
                market=curves.name,
            )
        )
    return said


def _outside(name: str, life: float, curves: MarketCurves, warnings: list[str]) -> NoteQuote:
    warnings.append(
        Message(
            "{note} has no price: its life of {years:.2f} years lies outside the tenors of {market}; "
            "give --z-spread or --price",
            note=name,
            years=life,
            market=curves.name,
        )
    )
    return _without("tenor outside")


def _without(reason: PriceReason) -> NoteQuote:
    return NoteQuote(None, None, None, reason=reason)


def effective(rate: float, compounding: str) -> float:
    """A rate so compounded as the effective annual one; simple rates count as annual."""
    if compounding == "semiannual":
        return float((1 + rate / 2) ** 2 - 1)
    return float(np.expm1(rate)) if compounding == "continuous" else rate


def compounded_as(rate: float, compounding: str) -> float:
    """An effective annual rate as it is so compounded: the inverse of :func:`effective`."""
    if compounding == "semiannual":
        return float(2 * (np.sqrt(1 + rate) - 1))
    return float(np.log1p(rate)) if compounding == "continuous" else rate
