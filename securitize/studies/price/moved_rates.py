"""The market of one case: as it is, or as a scenario of interest rates moves it.

Source: ``docs/reference/prices.md``, section 1a.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import assert_never

from securitize.base.messages import Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.scenarios.deal_stresses import IndexRateStress
from securitize.definitions.scenarios.effects import effects_of
from securitize.definitions.scenarios.scenario import InterestRatesStress, LprStress
from securitize.engine.prepare.prepared import Prepared
from securitize.market.market_curves import MarketCurves
from securitize.market.moved_curves import RateMove, moved_curves


def market_under(
    curves: MarketCurves, case: Prepared, settlement: dt.date, warnings: list[str]
) -> MarketCurves:
    """The curves at which a case is priced; ``warnings`` are added to, a line for each move."""
    moves = []
    for stress, since in _moves(case):
        # Before settlement nothing is discounted: there the whole curve has moved, its par yields with it.
        moves.append(RateMove(curves.date if since <= settlement else since, stress.shift / RATE_UNITS))
        warnings.append(
            Message(
                "scenario {scenario} moves index rates and the curve of {market} by {shift:+g} basis points from "
                "{day} on",
                scenario=str(case.about["scenario"]),
                market=curves.name,
                shift=stress.shift * 1e4 / RATE_UNITS,
                day=since,
            )
        )
    return moved_curves(curves, moves)


def moves_index_alone(case: Prepared) -> bool:
    """Whether the scenario of a case moves an index, and the curve not with it."""
    scenario = case.definitions.scenario
    moving = effects_of(scenario.model).fixings if scenario is not None else []
    return bool(moving) and not any(True for _ in _moves(case))


def _moves(case: Prepared) -> Iterator[tuple[InterestRatesStress, dt.date]]:
    """The moves of all interest rates, each with the day from which on it acts."""
    scenario = case.definitions.scenario
    for stress in effects_of(scenario.model).fixings if scenario is not None else ():
        match stress:
            case InterestRatesStress():
                yield stress, case.today.rates_from(stress.at)
            case IndexRateStress() | LprStress():
                pass
            case _:
                assert_never(stress)
