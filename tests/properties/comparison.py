"""Generated deals as the engine takes them; their lines are compared by :mod:`securitize.engine.reference_case`."""

from __future__ import annotations

from typing import Any

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.definitions.deals.deal import Deal
from securitize.definitions.figures import STREAMS, Stream
from securitize.market.schedules import Schedule
from securitize.waterfall.execute import pay, plan_inputs
from securitize.waterfall.plan import Line, build_plan
from securitize.waterfall.resolve import resolve_deal
from securitize.waterfall.resolved import ResolvedDeal
from securitize.waterfall.rules import record_payment_date
from tests.properties.generated_deals import GeneratedDeal


def as_tuples(value: Any) -> Any:
    """Lists as tuples, as the reader of definitions hands them to the models."""
    if isinstance(value, dict):
        return {key: as_tuples(each) for key, each in value.items()}
    return tuple(as_tuples(each) for each in value) if isinstance(value, list | tuple) else value


def schedule_of(case: GeneratedDeal) -> Schedule:
    """The dates of the generated deal as the engine knows them."""
    dates: dict[str, Any] = dict(case.schedule)
    return Schedule(
        tuple(dates["payment"]),
        tuple(dates["accrual"]),
        tuple(dates["collection"]),
        (),
        months=dates.get("frequency"),
        listed=tuple(
            dates.get("reference_dates") or (dates[key] for key in ("reference_date",) if key in dates)
        ),
        end_of_month=dates.get("end_of_month", False),
        written=tuple(dates.get("written", dates["payment"])),
    )


def resolved(case: GeneratedDeal) -> ResolvedDeal:
    """The generated deal as the engine sees it; what is told by period may differ by path."""
    deal = Deal.model_validate(as_tuples(case.deal))
    pool = case.pools[0]
    varying = [name for name in told(pool) if name != "forecast_sales"]
    given = {"forecast_sales": pool["forecast_sales"]} if "forecast_sales" in pool else {}
    return resolve_deal(
        deal, schedule_of(case), pool["performing"][0], pool["scheduled"], given=given, varying=varying
    )


def told(pool: dict[str, Any]) -> dict[str, list[int]]:
    """What is told by period beside the streams, by the engine's names."""
    found: dict[str, list[int]] = {name: pool[name] for name in ("sales", "forecast_sales") if name in pool}
    groups = [
        ("support_pays", "pays"),
        ("support_late", "late"),
        ("ratings", "rating"),
        ("fixings", "fixing"),
    ]
    groups += [("account_pays", "bank"), ("held", "held"), ("recovered", "recovered")]
    for group, prefix in groups:
        found.update({f"{prefix}.{name}": values for name, values in pool.get(group, {}).items()})
    return found


def engine_inputs(case: GeneratedDeal) -> dict[str, Int64]:
    """Inputs of the plan: (paths, periods)."""
    streams: dict[Stream, Int64] = {
        s: np.array([pool["streams"][s] for pool in case.pools], np.int64) for s in STREAMS
    }
    performing = np.array([pool["performing"] for pool in case.pools], np.int64)
    inputs = plan_inputs(streams, performing, np.array([pool["defaulted"] for pool in case.pools], np.int64))
    for name in told(case.pools[0]):
        inputs[name] = np.array([told(pool)[name] for pool in case.pools], np.int64)
    return inputs


def engine_lines(case: GeneratedDeal) -> dict[Line, Int64]:
    """Every published line: (paths, periods)."""
    plan = build_plan(record_payment_date(resolved(case)))
    return pay(plan, engine_inputs(case))
