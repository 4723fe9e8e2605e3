"""What the pool of a generated deal delivers: collections, performing balance and defaults."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.properties.drawing import STREAMS, Draw, cents, chance, one_of, whole

SHAPES = (
    *("healthy", "healthy", "tight", "tight", "uneven", "uneven", "any"),
    *("schedule", "schedule", "early", "early", "late", "nothing"),
)


def draw_streams(
    draw: Draw, periods: int, face: int, months: int, scheduled: list[int]
) -> dict[str, list[int]]:
    """Collections of one path.

    ``healthy`` and ``tight`` are about what the notes need, ``uneven`` twice that or nothing, ``schedule`` exactly
    the schedule, ``early`` and ``late`` all at one date; ``any`` is anything.
    """
    shape = one_of(draw, *SHAPES)
    streams = {stream: [0] * periods for stream in STREAMS}
    principal, interest = max(1, face // periods), max(1, face * months // 200)
    for t in range(periods):
        if shape == "schedule":
            streams[one_of(draw, "principal", "principal", "fee")][t] = scheduled[t]
        elif shape == "any":
            for stream in STREAMS:
                if chance(draw, 60):
                    streams[stream][t] = cents(draw, 2 * principal)
        elif shape in ("early", "late"):
            if t == (0 if shape == "early" else periods - 1):
                streams["prepayment"][t] = one_of(draw, face, 2 * face, cents(draw, 2 * face))
                streams["interest"][t] = cents(draw, interest)
        elif shape != "nothing":
            percents = {"healthy": 100 + whole(draw, 25), "tight": 50 + whole(draw, 60)}
            percent = percents.get(shape, one_of(draw, 0, 200))
            streams["principal"][t] = principal * percent // 100 + one_of(draw, 0, 1)
            streams[one_of(draw, "interest", "fee")][t] = interest * percent // 100
    return streams


def draw_balances(
    draw: Draw, periods: int, deal: dict[str, Any], opening: int
) -> tuple[list[int], list[int]]:
    """Performing balance and defaults of one path: often amortising, sometimes just at a threshold."""
    performing, balance = [opening], opening
    defaulted: list[int] = []
    gentle = chance(draw, 60)
    at_call = int(deal["clean_up_call"]["threshold"] * opening) if "clean_up_call" in deal else opening
    limits = [
        int(trigger["threshold"] * opening)
        for trigger in deal["triggers"].values()
        if trigger["kind"] == "cumulative-default"
    ]
    for t in range(periods):
        few = (0, 0, 0, balance // 20) if gentle else (0, 0, balance, balance // 10)
        lost = one_of(draw, *few) if chance(draw, 60) else whole(draw, balance // (8 if gentle else 1))
        to_limit = max(limits, default=0) - sum(defaulted)
        if 0 < to_limit <= balance and chance(draw, 50):
            lost = to_limit
        balance -= lost
        defaulted.append(lost)
        if gentle:
            planned = opening * (periods - t - 1) // periods
            balance = min(balance, at_call if at_call and chance(draw, 25) else max(planned, opening // 50))
        else:
            balance -= one_of(draw, 0, balance, whole(draw, balance))
        performing.append(balance)
    return performing, defaulted


def draw_pools(
    draw: Draw, deal: dict[str, Any], periods: int, months: int, paths: int
) -> list[dict[str, Any]]:
    """What the pool delivers on each path; the schedule and the opening balance are those of all."""
    face = sum(int(Decimal(note["balance"]) * 100) for note in deal["notes"].values())
    opening = one_of(draw, face, face, face, 0, face * 2)
    scheduled = [cents(draw, 2 * max(1, face // periods)) for _ in range(periods)]
    pools = []
    for _ in range(paths):
        performing, defaulted = draw_balances(draw, periods, deal, opening)
        streams = draw_streams(draw, periods, face, months, scheduled)
        pools.append(
            {"streams": streams, "performing": performing, "defaulted": defaulted, "scheduled": scheduled}
        )
    return pools
