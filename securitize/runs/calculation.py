"""One deterministic run, calculated: the pool's collections, every line of the waterfall, and what they
say of the notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from securitize.assets.collections import Collections, project
from securitize.base.arithmetic import Int64
from securitize.runs.prepare import Prepared
from securitize.waterfall.execute import check_range, pay, plan_inputs
from securitize.waterfall.plan import Line, build_plan
from securitize.waterfall.resolve import ResolvedDeal, resolve_deal
from securitize.waterfall.rules import record_payment_date


@dataclass(frozen=True, slots=True)
class Calculation:
    """Everything that the tables are made from.

    lines  : published line -> int64 (periods,), minor units; masks are -1 or 0
    checks : runtime invariant -> what it was found to be
    """

    prepared: Prepared
    collections: Collections
    resolved: ResolvedDeal
    lines: Mapping[Line, Int64]
    checks: Mapping[str, str]


def calculate(prepared: Prepared) -> Calculation:
    """Project the pool and run the waterfall, one path.

    Raises CalculationError where a runtime invariant does not hold or a number is out of range.
    """
    collections = project(prepared.resolved_pool, prepared.performance)
    opening = int(collections.performing[0, 0])
    resolved = resolve_deal(prepared.deal, prepared.schedule, opening, collections.scheduled.tolist())
    inputs = plan_inputs(collections.streams, collections.performing, collections.defaulted)
    check_range(resolved, inputs)
    plan = build_plan(record_payment_date(resolved))
    lines = pay(plan, inputs)
    checks = dict.fromkeys(dict.fromkeys(plan.checks), "holds")
    return Calculation(prepared, collections, resolved, {line: v[0] for line, v in lines.items()}, checks)
