"""The data files beside this module as arrays: where files are met, so that the other modules are pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from securitize.base.money import to_minor, to_rate
from securitize.patents.lapse import CURVES, Float64, LapseCurves
from securitize.patents.life import KINDS
from securitize.patents.renewal import YEARS, AnnuitySchedule

FOLDER = Path(__file__).parent


def read_figures(name: str) -> dict[str, Any]:
    """A data file of this package; decimals stay exact."""
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"), parse_float=Decimal)


@cache
def annuity_schedule() -> AnnuitySchedule:
    """The CNIPA schedule (``annuities.toml``)."""
    written = read_figures("annuities.toml")
    amounts = np.zeros((len(KINDS), YEARS), np.int64)
    for row, kind in enumerate(KINDS):
        first = 0
        for last, amount in _value(written["amounts"], kind):
            amounts[row, first:last] = to_minor(amount)
            first = last
    amounts.setflags(write=False)
    reduction, late = written["reduction"], written["late"]
    return AnnuitySchedule(
        amounts,
        to_rate(_value(reduction, "single")),
        to_rate(_value(reduction, "joint")),
        _value(reduction, "years"),
        to_rate(_value(late, "step")),
        _value(late, "free_months"),
        _value(late, "months"),
        to_minor(_value(late, "restoration")),
    )


@cache
def lapse_curves() -> LapseCurves:
    """The fitted curves (``lapse_curves.toml``)."""
    written = read_figures("lapse_curves.toml")["curves"]
    columns = ("exposure", "lapses", "hazard", "lower", "upper")
    return LapseCurves(*(np.array([written[c][column] for c in CURVES], np.float64) for column in columns))


@cache
def field_multipliers() -> Float64:
    """Multiplier on the hazard by number of the WIPO field, (36,); 1 at 0, the field that is not known."""
    written = read_figures("lapse_curves.toml")["fields"]
    multipliers = np.ones(36)
    for field in range(1, 36):
        multipliers[field] = written[str(field)]["multiplier"]
    return multipliers


def _value(table: Mapping[str, Any], key: str) -> Any:
    return table[key]["value"]
