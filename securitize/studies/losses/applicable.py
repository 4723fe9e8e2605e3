"""Whether a pool's loss has a law that no sampling is needed for, and what each default of an obligor then takes.

Rules: ``docs/reference/random-performance.md``, section 15.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from securitize.assets.collections import Collections
from securitize.assets.outcomes import default_outcomes
from securitize.base.arithmetic import Int64
from securitize.base.errors import InfeasibleError
from securitize.base.messages import Listing, Message
from securitize.base.streams import Numbers
from securitize.definitions.figures import STREAMS
from securitize.engine.calculation import Calculation, from_period, pool_collections, waterfall_inputs
from securitize.performance.random.draw import Process, RandomModel, draw
from securitize.performance.random.given_payers import never_failing
from securitize.performance.random.late_payments import RandomDelays
from securitize.performance.random.obligors import RandomDefaults
from securitize.performance.random.prepayments import RandomPrepayments
from securitize.performance.random.providers import RandomProviders
from securitize.performance.random.recoveries import RandomRecoveries
from securitize.performance.random.rights import RandomRightFailures
from securitize.performance.random.sales import RandomSales
from securitize.performance.random.short_rates import RandomRate
from securitize.performance.resolved import NEVER, NamedDefault, ResolvedPerformance

#: Of a process that moves the pool's cash in its own way, why there is no law without sampling.
_MOVES = {
    RandomDelays: Message("late payment is random ([late])"),
    RandomPrepayments: Message("prepayment is random ([prepayment])"),
    RandomRightFailures: Message("rights fail at random ([rights])"),
    RandomSales: Message("licensed sales are random ([sales])"),
}
#: Processes that are looked at one by one, or do not touch the pool.
_LOOKED_AT = (RandomDefaults, RandomRecoveries, RandomProviders, RandomRate)


@dataclass(frozen=True)
class PoolDefaults:
    """What defaults of obligors take from the pool, by day.

    defaults : their probabilities and dependence
    planned  : what the deterministic path collects, minor units;  always : what every path lacks of that
    first    : the day of the first column, an ordinal;  taken : of each obligor, int64 (days,), minor units
    """

    defaults: RandomDefaults
    planned: int
    always: int
    first: int
    taken: dict[str, Int64]


def reasons_against(calculation: Calculation, model: RandomModel) -> tuple[str, ...]:
    """Why the pool's loss has no law without sampling; empty where it has one."""
    prepared = calculation.prepared
    found = [reason for process in model.processes for reason in _against(process)]
    before = prepared.performance
    if any(isinstance(one, RandomProviders) for one in model.processes):
        drawn = draw(model, before, Numbers(0, 0, 1)).performance
        owing = [name for name, one in drawn.parties.items() if one is not before.parties.get(name)]
        if owing:
            found.append(
                Message(
                    "parties that owe recoveries or hold the pool's cash default at random: {parties}",
                    parties=Listing(owing),
                )
            )
    if calculation.resolved.parties:
        found.append(
            Message(
                "parties pay up to a capacity, recoveries and support together: {parties}",
                parties=Listing(calculation.resolved.parties),
            )
        )
    return tuple(found)


def _against(process: Process) -> Iterator[str]:
    if isinstance(process, RandomDefaults):
        if process.contagion is not None:
            yield Message("a default raises the hazards of others ([contagion])")
        on_nodes = [name for name, one in process.obligors.items() if one.node_loading]
        if on_nodes:
            yield Message(
                "obligors depend on factors of nodes beside the market's (node_loading): {obligors}",
                obligors=Listing(on_nodes),
            )
    elif isinstance(process, RandomRecoveries):
        drawn = [
            source
            for source, risks in process.sources.items()
            if any(one.concentration is not None for one in risks)
        ]
        if drawn:
            yield Message("recoveries have a deviation ([[recovery]]): {sources}", sources=Listing(drawn))
    elif type(process) in _MOVES:
        yield _MOVES[type(process)]
    elif not isinstance(process, _LOOKED_AT):
        yield Message("something else is random")


def given_parties_pay(model: RandomModel) -> RandomModel:
    """The same where no party fails but obligors, as obligors alone."""
    kept = never_failing(model)
    processes = tuple(one for one in kept.processes if not isinstance(one, RandomProviders))
    return replace(kept, processes=processes)


def pool_defaults(calculation: Calculation, model: RandomModel) -> PoolDefaults:
    """What each obligor's default takes, day by day. Raises InfeasibleError with every reason against it."""
    if reasons := reasons_against(calculation, model):
        raise InfeasibleError(
            Message(
                "the pool's loss has no law without sampling here: {reasons}; draw it: securitize run --performance",
                reasons=Listing(reasons),
            )
        )
    prepared, resolved = calculation.prepared, calculation.resolved
    (defaults,) = [one for one in model.processes if isinstance(one, RandomDefaults)]

    def inputs(collections: Collections) -> dict[str, Int64]:
        read = waterfall_inputs(resolved, from_period(collections, resolved.past))
        return {stream: read[stream] for stream in STREAMS}

    contracts = tuple(
        name for name, one in prepared.pool.contracts.items() if one.obligor in defaults.obligors
    )
    performance = _with_recoveries(model, prepared.performance)
    outcomes = default_outcomes(prepared.resolved_pool, performance, contracts, inputs)
    taken: dict[str, Int64] = {
        name: np.zeros(outcomes.kinds.shape[1], np.int64) for name in defaults.obligors
    }
    for name, by_day in zip(outcomes.contracts, outcomes.lost(STREAMS), strict=True):
        taken[prepared.pool.contracts[name].obligor] += by_day
    planned = pool_collections(calculation)
    return PoolDefaults(defaults, planned, planned - int(outcomes.base.sum()), outcomes.first, taken)


def _with_recoveries(model: RandomModel, given: ResolvedPerformance) -> ResolvedPerformance:
    """What is given, with recoveries that the random performance states and does not draw."""
    if not any(isinstance(one, RandomRecoveries) for one in model.processes):
        return given
    drawn = draw(model, given, Numbers(0, 0, 1)).performance.defaults
    never = np.array([NEVER], np.int64)
    named = {
        name: NamedDefault(given.defaults[name].dates if name in given.defaults else never, one.recoveries)
        for name, one in drawn.items()
    }
    return replace(given, defaults=named)
