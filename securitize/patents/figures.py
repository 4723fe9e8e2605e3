"""The data files beside this module as arrays: where files are met, so that the other modules are pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from securitize.base.arrays import Float64
from securitize.base.errors import DefinitionError, Problem
from securitize.base.messages import Listing, Message
from securitize.base.money import to_minor, to_rate
from securitize.patents.lapse import AGES, CURVES, LapseCurves
from securitize.patents.life import KINDS
from securitize.patents.renewal import YEARS, AnnuitySchedule

FOLDER = Path(__file__).parent
#: Columns of a lapse curve; those of its hazard with its band; a hazard beyond which nothing is left in force.
COLUMNS = ("exposure", "lapses", "hazard", "lower", "upper")
BAND = ("lower", "hazard", "upper")
HIGHEST = 5
KINDS_OF_FIGURES = ("published", "derived", "assumed")


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
    return _curves(read_figures("lapse_curves.toml")["curves"])


def read_lapse_curves(path: Path) -> LapseCurves:
    """Curves of the reader's own, in the form of ``[curves]`` of ``lapse_curves.toml``; other tables are left alone.

    Raises DefinitionError with everything that is wrong: SEC430 to SEC432.
    """
    from securitize.definitions.documents.reading import read_toml

    document = read_toml(path)
    problems = [problem for _, problem in document.problems]

    def add(at: tuple[str, ...], what: str, found: object, repair: str, code: str) -> None:
        line = document.locator.line(at)
        problems.append(Problem(str(path), line, ".".join(at), what, str(found), repair, code))

    curves = document.raw.get("curves", {})
    if curves.get("kind") not in KINDS_OF_FIGURES:
        repair = Message("write one of {words}", words=Listing(KINDS_OF_FIGURES))
        add(("curves", "kind"), "the curves have no kind", curves.get("kind", ""), repair, "SEC432")
    if not curves.get("source"):
        add(
            ("curves", "source"),
            "the curves have no source",
            "",
            "name where the figures come from",
            "SEC432",
        )
    for name in CURVES:
        cells = curves.get(name)
        if not isinstance(cells, dict):
            add(
                ("curves", name),
                "the curve is missing",
                "",
                Message("curves are {names}", names=Listing(CURVES)),
                "SEC430",
            )
            continue
        whole = True
        for column in COLUMNS:
            numbers = cells.get(column)
            if not _numbers(numbers):
                what: str = Message("{column} is not a list of {count} numbers", column=column, count=AGES)
                add(("curves", name, column), what, numbers, "write one a year of age, from 0", "SEC430")
                whole = False
        if whole:
            for age, (low, hazard, high) in enumerate(zip(*(cells[c] for c in BAND), strict=True)):
                if not 0 <= low <= hazard <= high <= HIGHEST:
                    found = Message(
                        "{low}, {hazard}, {high} at age {age}", low=low, hazard=hazard, high=high, age=age
                    )
                    repair = Message("write 0 <= lower <= hazard <= upper <= {highest}", highest=HIGHEST)
                    add(
                        ("curves", name, "hazard"),
                        "the hazard lies outside its band",
                        found,
                        repair,
                        "SEC431",
                    )
            if min(*cells["exposure"], *cells["lapses"]) < 0:
                what = "exposure or lapses are negative"
                add(("curves", name, "exposure"), what, "", "write 0 or more", "SEC431")
    if problems:
        raise DefinitionError(problems)
    return _curves(curves)


def _numbers(written: Any) -> bool:
    return (
        isinstance(written, list | tuple)
        and len(written) == AGES
        and all(isinstance(n, int | Decimal) and not isinstance(n, bool) for n in written)
    )


def _curves(written: Mapping[str, Any]) -> LapseCurves:
    return LapseCurves(*(np.array([written[c][column] for c in CURVES], np.float64) for column in COLUMNS))


@cache
def field_multipliers() -> Float64:
    """Multiplier on the hazard by number of the WIPO field, (36,); 1 at 0, the field that is not known."""
    written = read_figures("lapse_curves.toml")["fields"]
    multipliers = np.ones(36)
    for field in range(1, 36):
        multipliers[field] = written[str(field)]["multiplier"]
    return multipliers


@dataclass(frozen=True, slots=True)
class ValuationFigures:
    """Assumed figures of ``valuation.toml``; rates in units of 1e-8.

    premium_ceiling             : of each of the four risks
    pledge_share, liquidation_share : of the appraised value
    challenges                  : decided requests for invalidity a patent-year
    partial, complete           : outcomes by position in ``life.KINDS``, (3,)
    """

    premium_ceiling: int
    pledge_share: int
    liquidation_share: int
    challenges: float
    partial: Float64
    complete: Float64


@cache
def valuation_figures() -> ValuationFigures:
    """Starting points of a valuation (``valuation.toml``); each is its user's to replace."""
    written = read_figures("valuation.toml")
    shares, invalidity = written["shares"], written["invalidity"]
    return ValuationFigures(
        to_rate(_value(written["premium"], "ceiling")),
        to_rate(_value(shares, "pledge")),
        to_rate(_value(shares, "liquidation")),
        float(_value(invalidity, "challenges")),
        np.array(_value(invalidity, "partial"), np.float64),
        np.array(_value(invalidity, "complete"), np.float64),
    )


def _value(table: Mapping[str, Any], key: str) -> Any:
    return table[key]["value"]
