"""From ``[rates.INDEX]`` as written to the index rates that are drawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from securitize.base.money import RATE_UNITS
from securitize.definitions.figures import months
from securitize.definitions.scenarios.random_rates import RandomRateRule
from securitize.market.curves import flat_curve, zero_curve
from securitize.market.hull_white import HullWhite
from securitize.market.lpr import IndexHistory
from securitize.performance.random.copulas import Law
from securitize.performance.random.short_rates import GivenFixings, RandomRate


@dataclass(frozen=True, slots=True)
class GivenRates:
    """What is given of index rates.

    fixings : by name of the engine's books, ``fixing.KEY``;  history : as published
    since   : the cut-off, or the date of a deal in mid-life: nothing is random by then
    """

    fixings: Mapping[str, GivenFixings]
    history: IndexHistory
    since: dt.date


def resolve_rates(written: Mapping[str, RandomRateRule], law: Law, given: GivenRates) -> Iterator[RandomRate]:
    """The indices that a floating rule of the deal follows; others are of no consequence.

    law : of the market factor of defaults
    """
    for index, rule in written.items():
        fixings = {name: one for name, one in given.fixings.items() if one.index == index}
        if fixings:
            yield _rate(index, rule, law, given, fixings)


def _rate(
    index: str, rule: RandomRateRule, law: Law, given: GivenRates, fixings: Mapping[str, GivenFixings]
) -> RandomRate:
    published_until, value = given.history.last(index)
    today, level, tenor = max(given.since, published_until), value / RATE_UNITS, months(rule.tenor)
    points = [(months(point.tenor), point.rate / RATE_UNITS) for point in rule.curve]
    return RandomRate(
        index=index,
        known_until=today,
        model=HullWhite(rule.reversion / RATE_UNITS, rule.volatility / RATE_UNITS),
        months=tenor,
        discount=zero_curve(today, points) if points else flat_curve(today, level, tenor),
        level=level if points else None,
        fixings=fixings,
        loading=rule.loading / RATE_UNITS,
        law=law,
    )
