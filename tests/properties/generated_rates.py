"""Rate rules, day counts and interest on unpaid interest of a generated deal, and the fixings of what floats."""

from __future__ import annotations

import datetime

from tests.properties.drawing import Draw, Table, chance, later, one_of, rate, signed_rate, whole
from tests.properties.generated_frame import Frame

#: Days by the calendar, twelve months of thirty days, the whole period; the last two need a frequency.
DAY_COUNTS = (
    *("ACT/365F", "ACT/360", "NL/365", "ACT/ACT-ISDA", "ACT/ACT-AFB", "1/1"),
    *("30/360", "30U/360", "30E/360", "30E/360-ISDA", "30E+/360", "30/360-Italian", "30/360-NASD"),
    *("ACT/365L", "ACT/ACT-ICMA"),
)
WITHOUT_FREQUENCY = DAY_COUNTS[:-2]


def draw_day_count(draw: Draw, frame: Frame) -> str:
    """Any day count that the dates allow."""
    if "frequency" not in frame.schedule:
        return str(one_of(draw, *WITHOUT_FREQUENCY))
    # Ends of months matter to the reference periods of one alone.
    more = ("ACT/ACT-ICMA",) * 4 if frame.schedule["end_of_month"] else ()
    return str(one_of(draw, *DAY_COUNTS, *more))


def draw_rule(draw: Draw, frame: Frame) -> Table:
    """A rate rule of a coupon."""
    kind = one_of(draw, *("fixed",) * 3, "step-up", "step-up", "zero", *("floating",) * 3)
    if kind == "zero":
        return {"kind": "zero"}
    if kind == "fixed":
        return {"kind": "fixed", "rate": rate(draw)}
    if kind == "floating":
        return _draw_floating(draw)
    accrual = frame.accrual
    first = accrual[0] + datetime.timedelta(days=1)
    some_day = [later(draw, first, (accrual[-1] - first).days) for _ in range(3)]
    days = sorted({one_of(draw, *frame.named("rates, 1"), *some_day) for _ in range(one_of(draw, 1, 2, 3))})
    return {"kind": "step-up", "rate": rate(draw), "steps": [{"from": d, "rate": rate(draw)} for d in days]}


def draw_interest(draw: Draw, frame: Frame) -> Table:
    """A rate rule with its day count, of an account or a support."""
    return {**draw_rule(draw, frame), "day_count": draw_day_count(draw, frame)}


def _draw_floating(draw: Draw) -> Table:
    rule: Table = {"kind": "floating", "index": "LPR-1Y"}
    if chance(draw, 70):
        rule["margin"] = signed_rate(draw, -4, 5)
    if chance(draw, 40):
        rule["floor"] = signed_rate(draw, 0, 5)
    if chance(draw, 40):
        rule["cap"] = signed_rate(draw, 2, 12)
    if chance(draw, 60):
        rule["reset"] = one_of(draw, "1M", "3M", "6M", "12M", "1Y")
    if chance(draw, 20):
        rule["reset_lag"] = draw(6)
    if chance(draw, 40):
        rule["first_rate"] = rate(draw)
    return rule


def draw_on_unpaid(draw: Draw) -> str | Table:
    """What unpaid interest bears."""
    kind = one_of(draw, "none", "coupon", "coupon", *("table coupon", "fixed", "coupon-plus") * 2)
    if kind in ("none", "coupon"):
        return str(kind)
    table: Table = {"kind": str(kind).removeprefix("table ")}
    if kind == "fixed":
        table["rate"] = rate(draw)
    if kind == "coupon-plus":
        table["margin"] = signed_rate(draw, 0, 6)
    if chance(draw, 75):
        table["compounding"] = chance(draw, 25)
    return table


def floating_rules(deal: Table) -> list[str]:
    """The places of a deal where a rate floats, as the fixings name them."""
    found = [f"notes.{name}" for name, note in deal["notes"].items() if note["coupon"]["kind"] == "floating"]
    for table in ("accounts", "support"):
        found += [
            f"{table}.{name}"
            for name, terms in deal[table].items()
            if terms.get("interest", {}).get("kind") == "floating"
        ]
    return found


def draw_fixings(draw: Draw, deal: Table, periods: int) -> dict[str, list[int]]:
    """One fixing a period for every floating rule, units of 1e-8; some are negative."""

    def fixing() -> int:
        return int(one_of(draw, 0, 3_850_000, -500_000, *(whole(draw, 15_000_000) - 3_000_000,) * 3))

    return {name: [fixing() for _ in range(periods)] for name in floating_rules(deal)}
