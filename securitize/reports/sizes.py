"""What ``securitize size`` prints."""

from __future__ import annotations

import math
from typing import Any

from securitize.base.messages import Listing, Message
from securitize.reports.terminal import print_line
from securitize.studies.solvers.size import JointSizing, SizingResult


def as_dict(found: SizingResult) -> dict[str, Any]:
    """One answer, for JSON and for a reader."""
    return {
        "sized": found.name,
        "meets": str(found.inside),
        "measure": _finite(found.measure_inside),
        "does_not_meet": None if found.outside is None else str(found.outside),
        "measure_beyond": _finite(found.measure_outside),
        "evaluations": found.evaluations,
    }


def as_dict_together(found: JointSizing) -> dict[str, Any]:
    """Two notes, for JSON and for a reader."""
    balances = {name: str(balance) for name, balance in found.balances.items()}
    return {"balances": balances, "blended_cost": found.cost, "evaluations": found.evaluations}


def print_sized(result: dict[str, Any], targets: list[str]) -> None:
    """The answer, and what one lot more would do."""
    print_line("target: {targets}", targets=Listing(targets))
    if "balances" in result:
        for name, balance in result["balances"].items():
            print_line(f"{name}: {balance}")
        print_line("weighted cost of the notes: {cost:.4%} a year", cost=result["blended_cost"])
    else:
        print_line(
            "{sized}: {meets} meets the target (measure: {measure})",
            sized=result["sized"],
            meets=result["meets"],
            measure=_number(result["measure"]),
        )
        if result["does_not_meet"] is None:
            print_line("the whole range meets the target")
        else:
            print_line(
                "one step further, {value} does not (measure: {measure})",
                value=result["does_not_meet"],
                measure=_number(result["measure_beyond"]),
            )
    print_line("{evaluations} calculations of the deal", evaluations=result["evaluations"])


def _number(value: float | None) -> str:
    return Message("cannot be calculated") if value is None else f"{value:.6g}"


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value
