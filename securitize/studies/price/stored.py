"""A price as a result of its own: what it follows from, what its folder holds, and how it is made again.

Source: ``docs/reference/prices.md``, section 8.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from securitize.base.messages import Message
from securitize.engine.drawing import Draw, drawing
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.tables.pool import assumption_rows
from securitize.market.market_curves import MarketCurves
from securitize.market.market_rows import point_rows, spread_rows
from securitize.market.of_day import MarketOfDay, market_again
from securitize.store import folder
from securitize.store.contents import Contents
from securitize.store.environment import program_version
from securitize.store.identity import Identity, Json
from securitize.store.manifest import Facts
from securitize.store.named import PRICES
from securitize.store.stored import StoredRun
from securitize.studies.price.asked import PricesAsked
from securitize.studies.price.cases import curves_of
from securitize.tables import build
from securitize.tables.printed import printed_rows
from securitize.tables.rows import Rows

if TYPE_CHECKING:
    import pyarrow as pa

#: Where the folder keeps the market, and the scenario of a case.
MARKET, SCENARIO = "pricing/market.toml", "scenarios/scenario-{number}.toml"
#: How close prices have to be to what they are checked against, per 100; durations relatively.
ROUNDING, SHIFTED = 1e-9, 1e-6
#: What a manifest says of a check that holds.
HOLDS = "holds"
#: Labels of a deal that its prices have too.
LABELS = ("deal", "title", "title_zh", "synthetic")
_MORE_LABELS = ("reconstruction", "accepted")
#: What a manifest calls the stresses of each case: a run has those of its scenario under ``stresses``.
_STRESSES = "stresses_of_cases"


@dataclass(frozen=True, slots=True)
class PricedCases:
    """Cases that are to be priced on a market, and what was asked for.

    run : id of the run whose deal and scenario they are; None of a deal
    """

    cases: Sequence[Prepared]
    market: MarketOfDay
    curves: MarketCurves
    draw: Draw | None
    asked: PricesAsked
    run: str | None

    @property
    def identity(self) -> Identity:
        """What the prices follow from: the content of files, and what was asked; no name of a file."""
        inputs: dict[str, bytes] = {}
        names: list[Json] = []
        for number, case in enumerate(self.cases, 1):
            own = dict(case.identity.inputs)
            scenario = own.pop(folder.SCENARIO, None)
            inputs |= own
            if scenario is not None:
                inputs[SCENARIO.format(number=number)] = scenario
            names.append(str(case.about["scenario"]) if scenario is not None else None)
        inputs[MARKET] = self.market.loaded.text
        options: dict[str, Json] = {"kind": PRICES, "cases": names, **self._of_market(), **self.asked.options}
        if self.draw is not None:
            options["paths"] = self.draw.paths
        if self.run is not None:
            options["run"] = self.run
        return Identity(inputs, options, program_version(), self.draw.seed if self.draw else None)

    def _of_market(self) -> dict[str, Json]:
        asked = self.market.asked
        found: dict[str, Json] = {"market": self.curves.name, "market_date": self.curves.date.isoformat()}
        if asked not in (None, self.curves.date):
            found["market_asked"] = str(asked)
        return found

    def facts(self, tables: Mapping[str, pa.Table], warnings: tuple[str, ...]) -> Facts:
        """What the manifest says beside the tables."""
        from securitize.base.streams import SCHEME

        base = self.cases[0].about
        about: dict[str, Json] = {key: base[key] for key in (*LABELS, *_MORE_LABELS) if key in base}
        about |= {
            "kind": PRICES,
            "cases": self.identity.options["cases"],
            **self._of_market(),
            **self.asked.options,
        }
        about |= {"curve_kind": self.curves.kinds[self.market.loaded.model.government]}
        title = self.market.loaded.model
        about |= {"market_title": title.title, "market_title_zh": title.title_zh}
        if self.run is not None:
            about["run"] = self.run
        if stressed := stresses_of_cases(self.cases):
            about[_STRESSES] = stressed
        if self.draw is None:
            return Facts(warnings, checks_of(tables), about)
        about |= {key: base[key] for key in ("performance", "paths", "seed")}
        return Facts(warnings, checks_of(tables), about, SCHEME)

    def contents(self, tables: Mapping[str, pa.Table], warnings: tuple[str, ...]) -> Contents:
        """All that the folder holds: the prices, the market as tables, and the register of numbers."""
        market = self.market.loaded.model
        made = {
            **tables,
            "market_points": _table("market_points", point_rows(market, self.curves)),
            "market_spreads": _table("market_spreads", spread_rows(market)),
            "assumptions": build("assumptions", assumption_rows(list(self._register()))),
        }
        return Contents(self.identity, made, self.facts(tables, warnings))

    def _register(self) -> Sequence[Any]:
        """The numbers of the deal once, and those of each scenario under the name of its file."""
        found: dict[tuple[str, str], Any] = {}
        for number, case in enumerate(self.cases, 1):
            for one in case.register:
                of_scenario = one.file == folder.SCENARIO
                figure = replace(one, file=SCENARIO.format(number=number)) if of_scenario else one
                found.setdefault((figure.file, figure.path), figure)
        return list(found.values())


def stresses_of_cases(cases: Sequence[Prepared]) -> dict[str, Json]:
    """What each scenario changes, by its name."""
    return {str(one.about["scenario"]): one.about["stresses"] for one in cases if "stresses" in one.about}


def about_of(about: Mapping[str, Json]) -> dict[str, Json]:
    """What the Python API says of prices, from the labels of a manifest."""
    found = {key: about[key] for key in LABELS if key in about}
    return found | ({"stresses": about[_STRESSES]} if _STRESSES in about else {})


def checks_of(tables: Mapping[str, pa.Table]) -> dict[str, Json]:
    """What has to hold between the tables: ``holds``, or the largest gap."""
    prices = printed_rows(tables["prices"])
    parts: dict[tuple[str, str], float] = {}
    for row in printed_rows(tables["decrements"]):
        at = row["note"], row["scenario"]
        parts[at] = parts.get(at, 0.0) + (row["present_value"] or 0.0)
    keys: dict[tuple[str, str], float] = {}
    for row in printed_rows(tables["key_rates"]):
        at = row["note"], row["scenario"]
        keys[at] = keys.get(at, 0.0) + row["duration"]
    gaps = [abs(row["clean_price"] + row["accrued"] - row["dirty_price"]) for row in prices if _priced(row)]
    sums = [abs(parts[row["note"], row["scenario"]] - row["dirty_price"]) for row in prices if _priced(row)]
    moved = [
        abs(keys[row["note"], row["scenario"]] - row["effective_duration"])
        / max(1.0, row["effective_duration"])
        for row in prices
        if row["effective_duration"] is not None and (row["note"], row["scenario"]) in keys
    ]
    return {
        Message("dirty price is clean price and accrued interest"): _held(gaps, ROUNDING),
        Message("payments at their discount factors sum to the dirty price"): _held(sums, SHIFTED),
        Message("key rates sum to the effective duration"): _held(moved, SHIFTED),
    }


def _priced(row: Mapping[str, Any]) -> bool:
    return row["clean_price"] is not None and row["dirty_price"] is not None and row["z_spread"] is not None


def _held(gaps: Sequence[float], most: float) -> Json:
    largest = max(gaps, default=0.0)
    return HOLDS if largest <= most and math.isfinite(largest) else largest


def _table(name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    made = Rows(name)
    for row in rows:
        made.add(**row)
    return build(name, made.columns)


def priced_again(stored: StoredRun, made: Path) -> PricedCases:
    """What stored prices were asked for, from their inputs as they lie in the folder ``made``.

    Raises ValueError where an option is none that this program writes.
    """
    options = stored.manifest.options
    draw = None
    if "paths" in options:
        draw = drawing(made / folder.PERFORMANCE, int(str(options["paths"])), stored.manifest.seed or 0)
    day = dt.date.fromisoformat(str(options["market_date"]))
    asked = dt.date.fromisoformat(str(options["market_asked"])) if "market_asked" in options else None
    market = market_again(made / MARKET, day, asked)
    curves = curves_of(market)
    names = options["cases"]
    if not isinstance(names, list) or not names:
        raise ValueError("cases")
    cases = [
        prepare(
            made,
            None if name is None else made / SCENARIO.format(number=number),
            draw=draw,
            known_on=curves.date,
        )
        for number, name in enumerate(names, 1)
    ]
    run = options.get("run")
    return PricedCases(
        cases, market, curves, draw, PricesAsked.of(options), None if run is None else str(run)
    )
