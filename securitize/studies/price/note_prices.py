"""One note under one scenario, and its price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from securitize.definitions.deals.notes import Note
from securitize.market.market_curves import MarketCurves
from securitize.pricing.note_flows import NoteFlows


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

    spread, dirty : one of them follows from the other;  index : rate of a floating note, held
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
    spread: float
    spread_kind: str
    dirty: float
    index: float | None
    curves: MarketCurves
    exercised: tuple[str, ...] = ()
    options: OptionMeasures | None = None
    mean: NoteFlows | None = None
    values: np.ndarray[tuple[int, ...], np.dtype[np.float64]] | None = None
