"""One note under one scenario, and its price."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from securitize.definitions.deals.notes import Note
from securitize.market.market_curves import MarketCurves
from securitize.market.used_spreads import SpreadBasis
from securitize.pricing.note_flows import PAR, NoteFlows

#: Why a note has no price; with "no balance" none per 100, but a value.
PriceReason = Literal[
    "no rating", "no spread of the rating", "tenor outside", "options undecided", "no balance"
]


@dataclass(frozen=True, slots=True)
class NoteQuote:
    """At what a note is priced: dirty price and Z-spread, of which one follows from the other, or neither.

    kind   : where the spread comes from: the kind of the market's number, ``asked``, ``from price``; None without one
    rating, basis : of the spread of the market that is used; None where none is
    reason : why there is no price; None where there is one
    """

    dirty: float | None
    z_spread: float | None
    kind: str | None
    rating: str | None = None
    basis: SpreadBasis | None = None
    reason: PriceReason | None = None


@dataclass(frozen=True, slots=True)
class OptionMeasures:
    """What a lattice says of a note: spread continuous, value per 100, duration in years.

    duration : None of what is worth nothing;  volatility, reversion : of the short rate, assumed, a year
    """

    spread: float
    value: float
    duration: float | None
    volatility: float
    reversion: float


@dataclass(frozen=True)
class NotePrice:
    """One note under one scenario, and at what it is priced.

    balance : at settlement, minor units;  index : rate of a floating note, held
    exercised    : puts and calls that were chosen
    curves       : at which it is priced: the market's, moved where the scenario moves interest rates
    options      : where they are chosen on a lattice; ``flows`` are then those of nothing exercised
    mean, values  : mean flows of random paths, and the dirty price of each; None without paths
    """

    name: str
    scenario: str
    note: Note
    flows: NoteFlows
    balance: int
    quote: NoteQuote
    index: float | None
    curves: MarketCurves
    exercised: tuple[str, ...] = ()
    options: OptionMeasures | None = None
    mean: NoteFlows | None = None
    values: np.ndarray[tuple[int, ...], np.dtype[np.float64]] | None = None

    @property
    def dirty(self) -> float | None:
        """Per 100 of the balance, of a note without one in minor units; None where it has no price."""
        return self.quote.dirty

    @property
    def minor_units(self) -> float:
        """What one of :attr:`dirty` is in minor units."""
        return self.balance / PAR if self.balance else 1.0

    @property
    def worth(self) -> float | None:
        """Minor units; None where it has no price."""
        return None if self.dirty is None else self.dirty * self.minor_units

    @property
    def reason(self) -> PriceReason | None:
        """Why its price per 100 is not there."""
        return self.quote.reason or (None if self.balance else "no balance")

    def undecided(self) -> NotePrice:
        """The same without a price, for options are not chosen."""
        return replace(self, quote=NoteQuote(None, None, None, reason="options undecided"))
