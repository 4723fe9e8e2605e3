"""What ``securitize size`` prints."""

from __future__ import annotations

import math
from typing import Any

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
    print_line(f"target 目标: {', '.join(targets)}")
    if "balances" in result:
        for name, balance in result["balances"].items():
            print_line(f"{name}: {balance}")
        print_line(
            f"blended cost 综合成本: {result['blended_cost']:.4%} a year; {result['evaluations']} deals run"
        )
        return
    print_line(f"{result['sized']}: {result['meets']} meets it ({_number(result['measure'])})")
    if result["does_not_meet"] is None:
        print_line("the whole range meets it")
    else:
        print_line(f"one lot more, {result['does_not_meet']}, does not ({_number(result['measure_beyond'])})")
    print_line("{evaluations} deals run", evaluations=result["evaluations"])


def _number(value: float | None) -> str:
    return "cannot be run" if value is None else f"{value:.6g}"


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value
