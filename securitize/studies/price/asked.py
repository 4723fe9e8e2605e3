"""What was asked of a price, as a result that is stored keeps it among its options."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from securitize.market.hull_white import HullWhite
from securitize.store.identity import Json
from securitize.studies.price.exercise import ExerciseRule


@dataclass(frozen=True, slots=True)
class PricesAsked:
    """What was asked for: see :func:`securitize.price`.

    settlement : resolved;  model : of the lattice, assumed numbers filled in; None without one
    """

    settlement: dt.date
    spread: float | None = None
    price: float | None = None
    exercise: ExerciseRule = "given"
    model: HullWhite | None = None
    forwards: bool = False
    z_spread: float | None = None

    @property
    def options(self) -> dict[str, Json]:
        """As options of a manifest: what was not asked for stands in none."""
        found: dict[str, Json] = {"settlement": self.settlement.isoformat(), "exercise": self.exercise}
        if self.spread is not None:
            found["spread"] = self.spread
        if self.z_spread is not None:
            found["z_spread"] = self.z_spread
        if self.price is not None:
            found["price"] = self.price
        if self.model is not None:
            found |= {"volatility": self.model.volatility, "mean_reversion": self.model.reversion}
        if self.forwards:
            found["forwards"] = True
        return found

    @classmethod
    def of(cls, options: Mapping[str, Json]) -> PricesAsked:
        """From the options of a manifest. Raises ValueError or KeyError where they are none of this program."""
        (exercise,) = [word for word in get_args(ExerciseRule) if word == options["exercise"]]
        model = None
        if "volatility" in options:
            model = HullWhite(_number(options["mean_reversion"]), _number(options["volatility"]))
        return cls(
            dt.date.fromisoformat(str(options["settlement"])),
            _number(options["spread"]) if "spread" in options else None,
            _number(options["price"]) if "price" in options else None,
            exercise,
            model,
            options.get("forwards") is True,
            _number(options["z_spread"]) if "z_spread" in options else None,
        )


def _number(value: Json) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{value!r} is no number")
    return float(value)
