"""What a file says is plausible: warnings, each a function whose name is the sentence that should hold.

Rules: ``docs/reference/plausibility.md``; bounds: ``securitize/definitions/plausibility.toml``.
"""

from __future__ import annotations

from securitize.definitions.checks.plausible import (
    contracts,
    dates,
    fees,
    notes,
    rates,
    shares,
    sizes,
    together,
    venues,
)

OF_DEALS = (
    *rates.OF_DEALS,
    *fees.OF_DEALS,
    *shares.OF_DEALS,
    *dates.OF_DEALS,
    *sizes.OF_DEALS,
    *notes.OF_DEALS,
    *venues.OF_DEALS,
)
OF_POOLS = (*rates.OF_POOLS, *contracts.OF_POOLS)
OF_PAIRS = together.OF_PAIRS
