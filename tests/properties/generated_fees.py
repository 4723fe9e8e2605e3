"""The fees of a generated deal."""

from __future__ import annotations

import datetime
from decimal import Decimal

from tests.properties.drawing import STREAMS, Draw, Table, chance, later, money, one_of, rate, subset
from tests.properties.generated_frame import Frame
from tests.properties.generated_rates import draw_day_count


def draw_fee(draw: Draw, frame: Frame) -> Table:
    """A fee of any kind."""
    of_balance = ("percent-of-balance",) * 4
    kind = one_of(draw, "one-off", "scheduled", "fixed", *of_balance, "percent-of-collections")
    fee: Table = {"kind": kind}
    first, last = frame.schedule["collection"][0], frame.payment[-1]

    def some_day() -> datetime.date:
        return later(draw, first, (last - first).days + 20)

    if kind == "scheduled":
        days = sorted(
            {one_of(draw, some_day(), *frame.named("fees, 1")) for _ in range(one_of(draw, 1, 2, 4))}
        )
        fee["payments"] = tuple({"date": day, "amount": money(draw, frame.size // 40)} for day in days)
    if kind in ("one-off", "fixed"):
        fee["amount"] = money(draw, frame.size // 20)
    if kind == "one-off":
        fee["date"] = one_of(draw, some_day(), *frame.named("fees, 2"))
    if kind not in ("one-off", "scheduled"):
        if chance(draw, 30):
            fee["from"] = some_day()
        if chance(draw, 30):
            fee["until"] = max(some_day(), fee.get("from", first))
        if chance(draw, 40):
            fee["while"] = "always"
        if frame.triggers and frame.has(draw, 45):
            fee["change"] = {"trigger": one_of(draw, *frame.triggers)}
            if kind == "fixed":
                fee["change"]["amount"] = money(draw, frame.size // 10)
            else:
                fee["change"]["rate"] = rate(draw)
    if kind in ("percent-of-balance", "percent-of-collections"):
        fee["rate"] = rate(draw)
    if kind in ("fixed", "percent-of-balance") and chance(draw, 50):
        fee["payable"] = one_of(draw, "1M", "3M", "12M", "1Y")
    if kind == "percent-of-balance":
        fee["base"] = one_of(draw, "pool", "pool", "pool-at-cut-off", "notes", "notes", (frame.notes[0],))
        fee["day_count"] = draw_day_count(draw, frame)
        fee["window"] = one_of(draw, "interest-period", "collection-period")
    if kind == "percent-of-collections":
        fee["inclusive"] = chance(draw, 60)
        if chance(draw, 50):
            fee["streams"] = tuple(subset(draw, list(STREAMS), 1))
    if chance(draw, 35):
        fee["vat"] = Decimal("0.06")
        fee["surcharge"] = one_of(draw, Decimal("0.12"), Decimal("0.12"), Decimal(0))
    if chance(draw, 40):
        fee["cap"] = {"amount": money(draw, frame.size // 50), "per": one_of(draw, "payment", "year")}
    return fee
