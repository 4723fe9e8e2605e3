"""What is priced: a deal under its scenarios, or a stored run, as known on the market's date; and that market.

Source: ``docs/reference/prices.md``, section 1.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from securitize.base.errors import UsageError
from securitize.base.files import PathLike
from securitize.base.messages import Message
from securitize.engine.drawing import Draw
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.library import find_deal
from securitize.market.market_curves import MarketCurves, loaded_curves
from securitize.market.of_day import MarketOfDay, market_for
from securitize.store.folder import unpack_inputs
from securitize.store.named import stored_run_named
from securitize.store.stored import StoredRun
from securitize.studies.price.moved_rates import moves_index_alone


def cases_of(
    deal: PathLike,
    scenarios: Sequence[PathLike],
    drawn: Draw | None,
    runs: PathLike,
    market: PathLike | None,
) -> tuple[list[Prepared], MarketOfDay, MarketCurves, str | None]:
    """The deal under the base case and each scenario, or a run under its own, known on the market's date; that, and
    the id of the run.
    """
    text, stored = os.fspath(deal), stored_run_named(deal, runs)
    if stored is not None:
        if scenarios or drawn is not None:
            raise UsageError("a run has its scenario; --scenario and --performance go with a deal")
        return *_of_run(stored, market), stored.id
    of_day, curves = _curves(find_deal(text), market)
    asked: list[PathLike | None] = [None, *scenarios]
    return [prepare(deal, one, draw=drawn, known_on=curves.date) for one in asked], of_day, curves, None


def _curves(deal_file: Path, market: PathLike | None) -> tuple[MarketOfDay, MarketCurves]:
    """The market and its curves, with what is to be told of their day."""
    found = market_for(None if market is None else os.fspath(market), deal_file)
    return found, curves_of(found)


def curves_of(found: MarketOfDay) -> MarketCurves:
    """The curves of a market, with what is to be told of its day."""
    curves = loaded_curves(found.loaded)
    return replace(curves, warnings=(*found.lines, *curves.warnings))


def of_another_day(cases: Sequence[Prepared], curves: MarketCurves) -> Iterator[str]:
    """What readers of a price are to know of the day and the state of its curve."""
    today = cases[0].today
    if curves.date < today.notes and today.in_mid_life:
        yield Message(
            "the market is of {date}, before the last payment date {day}: its curves are not those of the day",
            date=curves.date,
            day=today.notes,
        )
    elif curves.date < today.notes:
        yield Message(
            "the market is of {date}, before closing on {day}: prices are forward prices, for settlement then",
            date=curves.date,
            day=today.notes,
        )
    for one in cases:
        if moves_index_alone(one):
            yield Message(
                "scenario {scenario} moves an index alone: it moves coupons, and the curve of {market} stands",
                scenario=str(one.about["scenario"]),
                market=curves.name,
            )


def _of_run(stored: StoredRun, market: PathLike | None) -> tuple[list[Prepared], MarketOfDay, MarketCurves]:
    with TemporaryDirectory() as made:
        scenario = unpack_inputs(stored, Path(made))
        # A run keeps no market to price on: it is one that ships, or the one that is named.
        of_day, curves = _curves(Path(made) / "deal.toml", market)
        return [prepare(made, scenario, known_on=curves.date)], of_day, curves
