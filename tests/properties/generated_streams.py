"""What the pool of a generated deal delivers: collections, performing balance, defaults, sales, and the market."""

from __future__ import annotations

from decimal import Decimal

from tests.properties.drawing import STREAMS, Draw, Table, cents, chance, one_of, whole
from tests.properties.generated_rates import draw_fixings
from tests.properties.generated_support import draw_providers

SHAPES = (
    *("healthy", "healthy", "tight", "tight", "uneven", "uneven", "any"),
    *("schedule", "schedule", "early", "early", "late", "nothing"),
)


def draw_streams(
    draw: Draw, periods: int, face: int, months: int, scheduled: list[int], defaulted: list[int]
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
            streams[one_of(draw, "interest", "fee", "royalty")][t] = interest * percent // 100
    if shape not in ("any", "schedule") and chance(draw, 40):
        streams["recovery"] = [lost * one_of(draw, 0, 30, 60) // 100 for lost in defaulted]
    return streams


def draw_balances(draw: Draw, periods: int, deal: Table, opening: int) -> tuple[list[int], list[int]]:
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


def draw_sales(draw: Draw, deal: Table, forecast: list[int]) -> list[int]:
    """Licensed sales of one path, sometimes just at a corridor's edge."""
    edges = [
        trigger[edge]
        for trigger in deal["triggers"].values()
        if trigger["kind"] == "sales"
        for edge in ("lower", "upper")
        if edge in trigger
    ]
    wild = chance(draw, 40)
    sales = []
    for amount in forecast:
        edge = one_of(draw, *edges, Decimal(1)) if chance(draw, 30) else None
        if edge is not None:
            sales.append(int(edge * amount) + one_of(draw, 0, 0, 1))
        else:
            low, high = (0, 200) if wild else (85, 115)
            sales.append(amount * (low + whole(draw, high - low)) // 100)
    return sales


def draw_pools(draw: Draw, deal: Table, periods: int, months: int, paths: int) -> list[Table]:
    """What the pool delivers on each path; the schedule, the forecast and the opening balance are those of all."""
    face = sum(int(Decimal(note["balance"]) * 100) for note in deal["notes"].values())
    opening = one_of(draw, face, face, face, 0, face * 2)
    scheduled = [cents(draw, 2 * max(1, face // periods)) for _ in range(periods)]
    forecast = [100 * whole(draw, face // 50) if chance(draw, 90) else 0 for _ in range(periods)]
    # The market and the providers are the same on all paths, or others on each.
    apart = chance(draw, 60)
    fixings, (pays, ratings) = draw_fixings(draw, deal, periods), draw_providers(draw, deal, periods)
    pools: list[Table] = []
    for _ in range(paths):
        if pools and apart:
            fixings, (pays, ratings) = draw_fixings(draw, deal, periods), draw_providers(draw, deal, periods)
        performing, defaulted = draw_balances(draw, periods, deal, opening)
        pools.append(
            {
                "streams": draw_streams(draw, periods, face, months, scheduled, defaulted),
                "performing": performing,
                "defaulted": defaulted,
                "scheduled": scheduled,
                "sales": draw_sales(draw, deal, forecast),
                "forecast_sales": forecast,
                "support_pays": pays,
                "ratings": ratings,
                "fixings": fixings,
            }
        )
    return pools
