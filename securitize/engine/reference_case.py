"""A calculation as the reference interpreter takes it, and every line in which the two engines differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol, cast, get_type_hints

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.closed import members
from securitize.base.messages import Message
from securitize.definitions.deals.notes import Principal
from securitize.definitions.figures import STREAMS
from securitize.engine.calculation import Calculation, waterfall_inputs
from securitize.engine.prepare.prepared import Prepared
from securitize.market.schedules import Schedule
from securitize.reference import interpreter
from securitize.reference.scenario import deal_under
from securitize.waterfall.plan import Line
from securitize.waterfall.resolved import held, recovered

PRIORITIES = ("normal", "acceleration", "default", "redemption")


@cache
def _sharing() -> frozenset[str]:
    """Kinds of principal that share the distribution amount: what is left of it is compared where a note has one."""
    kinds = cast("tuple[type[Principal], ...]", members(Principal))
    return frozenset(
        str(word)
        for kind in kinds
        if kind.shares_collections
        for word in members(get_type_hints(kind)["kind"])
    )


class InterpreterCase(Protocol):
    """What the reference interpreter runs.

    deal     : the deal file as it is read
    schedule : "payment", "written", "accrual", "collection"; where the deal has a frequency also "frequency" (months),
        "reference_date", "end_of_month" and, of payment dates by list, these, "reference_dates"
    pools    : of each path "streams", "performing", "defaulted", "scheduled", "sales", "forecast_sales" (minor units),
        "support_pays", "account_pays" and "fixings" (units of 1e-8), "support_late" (0 or 1), "ratings" (places on
        the scale), "held" and
        "recovered" (minor units, by account and by party)
    """

    @property
    def deal(self) -> dict[str, Any]: ...  # noqa: D102
    @property
    def schedule(self) -> dict[str, Any]: ...  # noqa: D102
    @property
    def pools(self) -> Sequence[dict[str, Any]]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class ReferenceCase:
    """An :class:`InterpreterCase` of one path."""

    deal: dict[str, Any]
    schedule: dict[str, Any]
    pools: list[dict[str, Any]]


def reference_case(calculation: Calculation) -> ReferenceCase:
    """The calculation as the reference takes it: the file as written, with the puts, settlements and the issuer's call
    that a scenario tells as the reference itself reads them; four date lists, the collections.

    Raises ValueError for a deal in mid-life, whose past the calculation does not hold.
    """
    prepared, pool = calculation.prepared, calculation.collections
    if prepared.state is not None:
        raise ValueError("a deal in mid-life begins after its past")
    schedule, inputs = prepared.schedule, waterfall_inputs(calculation.resolved, pool)
    groups: dict[str, dict[str, list[int]]] = {"pays": {}, "rating": {}, "fixing": {}, "bank": {}, "late": {}}
    for name, values in prepared.period_inputs.items():
        group, _, subject = name.partition(".")
        groups[group][subject] = list(values)
    dates: dict[str, Any] = {
        "payment": list(schedule.payment),
        "written": list(schedule.written or schedule.payment),
        "accrual": list(schedule.accrual),
        "collection": list(schedule.collection),
    }
    return ReferenceCase(
        deal=deal_under(prepared.definitions.deal.raw, stresses_written(prepared), dates),
        schedule=dates | _conventions(schedule),
        pools=[
            {
                "streams": {stream: pool.streams[stream][0].tolist() for stream in STREAMS},
                "performing": pool.performing[0].tolist(),
                "defaulted": pool.defaulted[0].tolist(),
                "scheduled": pool.scheduled.tolist(),
                "sales": pool.sales[0].tolist(),
                "forecast_sales": pool.forecast_sales.tolist(),
                "support_pays": groups["pays"],
                "support_late": groups["late"],
                "ratings": groups["rating"],
                "fixings": groups["fixing"],
                "account_pays": groups["bank"],
                "held": {name: inputs[held(name)][0].tolist() for name in calculation.resolved.failing_banks},
                "recovered": {
                    name: inputs[recovered(name)][0].tolist() for name in calculation.resolved.parties
                },
            }
        ],
    )


def _conventions(schedule: Schedule) -> dict[str, Any]:
    """What day counts ask of the payment dates, which the file says by rule or by list."""
    if schedule.months is None:
        return {}
    found: dict[str, Any] = {
        "frequency": schedule.months,
        "reference_date": schedule.listed[0],
        "end_of_month": schedule.end_of_month,
    }
    return found if len(schedule.listed) == 1 else {**found, "reference_dates": list(schedule.listed)}


def stresses_written(prepared: Prepared) -> list[dict[str, Any]]:
    """The stresses of the scenario as its file has them."""
    found = prepared.definitions.scenario
    return list(found.raw.get("stress", ())) if found else []


def differences(case: InterpreterCase, lines: Mapping[Line, Int64]) -> list[str]:
    """Every line in which engine and reference differ, of every path."""
    found: list[str] = []
    for path, pool in enumerate(case.pools):
        expected = interpreter.run(case.deal, case.schedule, pool)
        found += _differences(case, expected, {line: values[path] for line, values in lines.items()})
    return found


def differences_and_notes(calculation: Calculation) -> tuple[list[str], dict[str, Any]]:
    """Every line in which engine and reference differ on one path, and what the reference gives of each note.

    Raises ValueError for a deal in mid-life.
    """
    case = reference_case(calculation)
    expected = interpreter.run(case.deal, case.schedule, case.pools[0])
    return _differences(case, expected, calculation.lines), expected["notes"]


def _lines_of(got: Mapping[Line, Int64], kind: str, name: str) -> dict[str, Int64]:
    return {line[2]: values for line, values in got.items() if line[:2] == (kind, name) and len(line) == 3}


def _differences(case: InterpreterCase, expected: dict[str, Any], got: Mapping[Line, Int64]) -> list[str]:
    periods = len(case.schedule["payment"])
    zero = np.zeros(periods, np.int64)
    found: list[str] = []

    def compare(name: str, want: list[int], have: Int64) -> None:
        if list(want) != have.tolist():
            found.append(
                Message(
                    "{name}: reference {want}, engine {have}",
                    name=name,
                    want=list(want),
                    have=have.tolist(),
                )
            )

    names = {"notes": "note", "fees": "fee", "accounts": "account", "support": "support"}
    if any(line[0] == "party" for line in got):
        names["parties"] = "party"
    # An account whose bank does not default has no line of what is lost.
    nothing = {"account": {"lost": zero}}
    for group, prefix in names.items():
        for name, lines in expected[group].items():
            known = nothing.get(prefix, {}) | _lines_of(got, prefix, name)
            for line, values in lines.items():
                compare(f"{prefix} {name} {line}", values, known[line])
    for name, trigger in expected["triggers"].items():
        for line in ("breached", "active"):
            compare(f"trigger {name} {line}", [-int(v) for v in trigger[line]], got[("trigger", name, line)])
    compare("priority", [PRIORITIES.index(p) for p in expected["priority"]], got[("priority",)])
    compare("call", [-int(v) for v in expected["call"]], got.get(("call",), zero))
    compare("call price", expected["call_price"], got.get(("call_price",), zero))
    compare("originator", expected["originator"], got[("originator",)])
    compare("final distribution", expected["final_distribution"], got[("final_distribution",)])
    if any(note["principal"]["kind"] in _sharing() for note in case.deal["notes"].values()):
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
                        Message(
                            "{at} {payee} {line} at {t}: reference {step}, engine {have}",
                            at=at,
                            payee=step["payee"],
                            line=line,
                            t=t + 1,
                            step=step[line],
                            have=have,
                        )
                    )
            have = int(got[(*at, "available")][t])
            if have != step["available"]:
                found.append(
                    Message(
                        "{at} available at {t}: reference {available}, engine {have}",
                        at=at,
                        t=t + 1,
                        available=step["available"],
                        have=have,
                    )
                )
    for line, values in got.items():
        if (
            line[0] == "step"
            and line[-1] == "ran"
            and set(np.flatnonzero(values).tolist()) != ran.get(line[:3], set())
        ):
            found.append(
                Message(
                    "{line} ran in {have}, reference {want}",
                    line=line[:3],
                    have=np.flatnonzero(values),
                    want=sorted(ran.get(line[:3], set())),
                )
            )
    return found
