"""The engine and the reference interpreter on the same deal: every line, every period, every path."""

from __future__ import annotations

from typing import Any

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.definitions.deals.deal import Deal
from securitize.definitions.figures import STREAMS, Stream
from securitize.market.schedules import Schedule
from securitize.reference import interpreter
from securitize.waterfall.execute import pay, plan_inputs
from securitize.waterfall.plan import Line, build_plan
from securitize.waterfall.resolve import resolve_deal
from securitize.waterfall.resolved import ResolvedDeal
from securitize.waterfall.rules import record_payment_date
from tests.properties.generated_deals import GeneratedDeal

PRIORITIES = ("normal", "acceleration", "default")


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
        anchor=dates.get("reference_date"),
        end_of_month=dates.get("end_of_month", False),
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
    for group, prefix in (("support_pays", "pays"), ("ratings", "rating"), ("fixings", "fixing")):
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


def differences(case: GeneratedDeal, lines: dict[Line, Int64]) -> list[str]:
    """Every line in which engine and reference differ, of every path."""
    found: list[str] = []
    for path, pool in enumerate(case.pools):
        expected = interpreter.run(case.deal, case.schedule, pool)
        found += _differences(case, expected, {line: values[path] for line, values in lines.items()})
    return found


def _differences(case: GeneratedDeal, expected: dict[str, Any], got: dict[Line, Int64]) -> list[str]:
    periods = len(case.schedule["payment"])
    zero = np.zeros(periods, np.int64)
    found: list[str] = []

    def compare(name: str, want: list[int], have: Int64) -> None:
        if list(want) != have.tolist():
            found.append(f"{name}: reference {list(want)}, engine {have.tolist()}")

    names = {"notes": "note", "fees": "fee", "accounts": "account", "support": "support"}
    for group, prefix in names.items():
        for name, lines in expected[group].items():
            for line, values in lines.items():
                compare(f"{prefix} {name} {line}", values, got[(prefix, name, line)])
    for name, trigger in expected["triggers"].items():
        for line in ("breached", "active"):
            compare(f"trigger {name} {line}", [-int(v) for v in trigger[line]], got[("trigger", name, line)])
    compare("priority", [PRIORITIES.index(p) for p in expected["priority"]], got[("priority",)])
    compare("call", [-int(v) for v in expected["call"]], got.get(("call",), zero))
    compare("call price", expected["call_price"], got.get(("call_price",), zero))
    compare("originator", expected["originator"], got[("originator",)])
    compare("final distribution", expected["final_distribution"], got[("final_distribution",)])
    if any(note["principal"]["kind"] == "collected" for note in case.deal["notes"].values()):
        compare("distribution left", expected["principal_distribution_left"], got[("distribution_left",)])
    ran: dict[Line, set[int]] = {}
    for t, steps in enumerate(expected["steps"]):
        member: dict[tuple[str, int], int] = {}
        for step in steps:
            place = (step["priority"], step["step"])
            i = member[place] = member.get(place, -1) + 1
            at: Line = ("step", step["priority"], str(step["step"]))
            ran.setdefault(at, set()).add(t)
            for line in ("due", "paid", "supported"):
                have = int(got[(*at, str(i), line)][t])
                if have != step[line]:
                    found.append(
                        f"{at} {step['payee']} {line} at {t + 1}: reference {step[line]}, engine {have}"
                    )
            have = int(got[(*at, "available")][t])
            if have != step["available"]:
                found.append(f"{at} available at {t + 1}: reference {step['available']}, engine {have}")
    for line, values in got.items():
        if (
            line[0] == "step"
            and line[-1] == "ran"
            and set(np.flatnonzero(values).tolist()) != ran.get(line[:3], set())
        ):
            found.append(
                f"{line[:3]} ran in {np.flatnonzero(values)}, reference {sorted(ran.get(line[:3], set()))}"
            )
    return found
