"""The yield that a market asks of a note of its rating. Source: ``docs/reference/prices.md``, section 1."""

from __future__ import annotations

import numpy as np

from securitize.base.messages import Message
from securitize.definitions.deals.notes import Note
from securitize.market.market_curves import MarketCurves
from securitize.market.used_spreads import moved, used_spreads
from securitize.pricing.note_flows import NoteFlows, weighted_average_life


def market_yield(
    note: Note, name: str, flows: NoteFlows, curves: MarketCurves, warnings: list[str]
) -> tuple[float | None, str]:
    """The effective yield that the market asks of the note's rating at its weighted average life, and its kind.

    None where the market holds none: the note is then worth what the government curve says.
    """
    life = weighted_average_life(flows)
    if note.rating and note.rating in curves.spreads and life is not None:
        spread, government = used_spreads(curves.spreads)[note.rating].at(life), curves.par_yields.at(life)
        if (both := moved(curves, note.rating, life)) is not None:
            warnings.append(
                Message(
                    "{market}: the spread of {rating} was seen at {seen:.2f} basis points and is used at {used:.2f}: "
                    "spreads do not fall as ratings fall",
                    market=curves.name,
                    rating=note.rating,
                    seen=both[0] * 1e4,
                    used=both[1] * 1e4,
                )
            )
        if spread is not None and government is not None:
            return effective(government + spread, curves.compounding), curves.kinds[f"spread {note.rating}"]
    warnings.append(
        Message(
            "{market} holds no spread for {note}, rated {rating}: priced at the government curve; "
            "say --spread or --price",
            market=curves.name,
            note=name,
            rating=note.rating,
        )
        if note.rating
        else Message(
            "{market} holds no spread for {note}, which has no rating: priced at the government curve; "
            "say --spread or --price",
            market=curves.name,
            note=name,
        )
    )
    return None, "assumed"


def effective(rate: float, compounding: str) -> float:
    """A rate so compounded as the effective annual one; simple rates count as annual."""
    if compounding == "semiannual":
        return float((1 + rate / 2) ** 2 - 1)
    return float(np.expm1(rate)) if compounding == "continuous" else rate
