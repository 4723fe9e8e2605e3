"""One deterministic run, calculated: the pool's collections, every line of the waterfall, and what they
say of the notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from securitize.assets.collections import Collections, project
from securitize.base.arithmetic import Int64
from securitize.base.errors import CalculationError
from securitize.engine.prepare.prepared import Prepared
from securitize.performance.random.draw import Drawn, path_of
from securitize.waterfall.execute import check_range, pay, plan_inputs
from securitize.waterfall.plan import Line
from securitize.waterfall.resolve import resolve_deal
from securitize.waterfall.resolved import ResolvedDeal, held, recovered
from securitize.waterfall.seasoning import from_state
from securitize.waterfall.shared_plans import SHARED


@dataclass(frozen=True, slots=True)
class Calculation:
    """Everything that the tables are made from.

    collections : of the periods that were calculated: all, or those after the state of a deal in mid-life
    lines       : published line -> int64 (periods,), minor units; masks are -1 or 0
    checks      : runtime invariant -> what it was found to be
    """

    prepared: Prepared
    collections: Collections
    resolved: ResolvedDeal
    lines: Mapping[Line, Int64]
    checks: Mapping[str, str]

    @property
    def one_path(self) -> dict[Line, Int64]:
        """The lines as those of one path among others, int64 (1, periods)."""
        return {line: values[np.newaxis, :] for line, values in self.lines.items()}


def calculate(prepared: Prepared, *, states: bool = False) -> Calculation:
    """Project the pool and run the waterfall, one path.

    states : publish also what is carried from date to date, as lines ("state", name)
    Raises CalculationError where a runtime invariant does not hold or a number is out of range.
    """
    collections = project(prepared.resolved_pool, prepared.performance)
    return pay_from(prepared, collections, states=states)


def given_path(prepared: Prepared, drawn: Drawn, path: int) -> Prepared:
    """The same with one drawn path given in place of what is: what the deterministic engine replays.

    path : counted within what was drawn
    """
    one = path_of(drawn, path)
    period_inputs = {
        **prepared.period_inputs,
        **{name: values[0].tolist() for name, values in one.period_inputs.items()},
    }
    return replace(prepared, performance=one.performance, period_inputs=period_inputs)


def waterfall_inputs(resolved: ResolvedDeal, collections: Collections) -> dict[str, Int64]:
    """What the plan reads of these collections, int64 (paths, periods) by name."""
    found = plan_inputs(collections.streams, collections.performing, collections.defaulted)
    found["sales"] = collections.sales
    found |= {held(name): held_in(resolved, collections, name) for name in resolved.failing_banks}
    return found | {recovered(name): owed for name, owed in recoveries_owed(resolved, collections).items()}


def held_in(resolved: ResolvedDeal, collections: Collections, account: str) -> Int64:
    """What of the streams into an account was there when its bank failed, int64 (paths, periods)."""
    of_bank = collections.held.get(resolved.deal.accounts[account].party or "", {})
    nothing = np.zeros_like(collections.defaulted)
    return sum((of_bank.get(stream, nothing) for stream in resolved.streams_into(account)), nothing)


def recoveries_owed(resolved: ResolvedDeal, collections: Collections) -> dict[str, Int64]:
    """What of the recoveries each party with a capacity owes, int64 (paths, periods)."""
    nothing = np.zeros_like(collections.defaulted)
    return {name: collections.recovered.get(name, nothing) for name in resolved.parties}


def pay_from(prepared: Prepared, collections: Collections, *, states: bool = False) -> Calculation:
    """Run the waterfall on these collections of the whole deal, of one path; see :func:`calculate`."""
    resolved, collections, lines, checks = pay_paths(prepared, collections, states=states)
    one = {line: values[0] for line, values in lines.items()}
    return Calculation(prepared, collections, resolved, one, checks)


def resolved_with(prepared: Prepared, collections: Collections) -> ResolvedDeal:
    """The deal on its dates for these collections, of the whole deal; in mid-life from its state on.

    Raises CalculationError where the state does not fit, or a product would leave the range of exact arithmetic.
    """
    opening = int(collections.performing[0, 0])
    given = {**prepared.period_inputs, "forecast_sales": collections.forecast_sales.tolist()}
    try:
        resolved = resolve_deal(
            prepared.deal, prepared.schedule, opening, collections.scheduled.tolist(), given
        )
        return resolved if prepared.state is None else from_state(resolved, prepared.state)
    except ValueError as error:
        raise CalculationError(str(error)) from None


def pay_paths(
    prepared: Prepared,
    collections: Collections,
    *,
    varying: Mapping[str, Int64] | None = None,
    states: bool = False,
) -> tuple[ResolvedDeal, Collections, Mapping[Line, Int64], Mapping[str, str]]:
    """Run the waterfall on collections of any number of paths.

    varying : what is given by path, of the whole deal, int64 (paths, periods) by the names of the engine's books
    Returns the resolved deal, the collections of the periods that were calculated, every published line int64 (paths,
    periods), and the runtime invariants. Raises as :func:`calculate`.
    """
    resolved = replace(resolved_with(prepared, collections), varying=frozenset(varying or ()))
    collections = from_period(collections, resolved.past)
    inputs = waterfall_inputs(resolved, collections)
    check_range(resolved, inputs)
    inputs |= {name: values[:, resolved.past :] for name, values in (varying or {}).items()}
    plan = SHARED.rules_of(resolved, states=states).plan()
    lines = pay(plan, inputs)
    return resolved, collections, lines, dict.fromkeys(dict.fromkeys(plan.checks), "holds")


def pool_collections(calculation: Calculation) -> int:
    """What the pool collects in the periods that were calculated, minor units, a call or none.

    Where no call may, that is what the deal collects; it then also counts what a capacity leaves unpaid.
    """
    if not calculation.resolved.deal.may_be_called:
        return sum(
            int(values.sum()) for line, values in calculation.lines.items() if line[0] == "collections"
        )
    return sum(int(amounts.sum()) for amounts in calculation.collections.streams.values())


def from_period(collections: Collections, past: int) -> Collections:
    """The collections without the first ``past`` periods."""
    return replace(
        collections,
        streams={
            stream: np.ascontiguousarray(cash[:, past:]) for stream, cash in collections.streams.items()
        },
        performing=collections.performing[:, past:],
        defaulted=collections.defaulted[:, past:],
        scheduled=collections.scheduled[past:],
        sales=collections.sales[:, past:],
        held={
            party: {stream: amounts[:, past:] for stream, amounts in of_bank.items()}
            for party, of_bank in collections.held.items()
        },
        recovered={name: amounts[:, past:] for name, amounts in collections.recovered.items()},
        forecast_sales=collections.forecast_sales[past:],
        fee_interest=collections.fee_interest[:, past:],
    )
