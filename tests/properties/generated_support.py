"""The support of a generated deal, and what its providers pay and how they are rated."""

from __future__ import annotations

from decimal import Decimal

from tests.properties.drawing import Draw, Table, chance, day_of, money, one_of, rate, share, whole
from tests.properties.generated_frame import Frame
from tests.properties.generated_rates import draw_day_count, draw_interest

# fmt: off
RATINGS = (
    "AAA", "AA+", "AA", "AA-", "A+", "A", "A-", "BBB+", "BBB", "BBB-",
    "BB+", "BB", "BB-", "B+", "B", "B-", "CCC", "CC", "C", "D",
)
# fmt: on
DEFAULTED = len(RATINGS) - 1
WHOLE = 10**8


def draw_support(draw: Draw, frame: Frame) -> Table:
    """A support with any of its terms."""
    kind = one_of(draw, "shortfall-undertaking", "shortfall-undertaking", "guarantee", "liquidity-line")
    support: Table = {"kind": kind, "rating": one_of(draw, "AAA", "AA+", "A", "BBB-")}
    if chance(draw, 80):
        support["reinstates"] = chance(draw, 60)
    if chance(draw, 75):
        support["limit"] = money(draw, one_of(draw, 1, 2) * frame.size // one_of(draw, 2, 20))
        if frame.has(draw, 40):
            support["undrawn_fee"] = {"rate": rate(draw), "day_count": draw_day_count(draw, frame)}
    if chance(draw, 40):
        support["limit_per_payment"] = money(draw, frame.size // frame.periods)
    if frame.has(draw, 30):
        support["coverage"] = one_of(draw, Decimal("0.8"), Decimal("0.33333333"), share(draw))
    if frame.has(draw, 20):
        support["first_call"] = day_of(draw, frame.named("support, 1"))
    if frame.has(draw, 20):
        support["until"] = max(
            day_of(draw, frame.named("support, 2")), support.get("first_call", frame.payment[0])
        )
    if frame.has(draw, 40):
        support["interest"] = draw_interest(draw, frame)
    return support


def draw_providers(draw: Draw, deal: Table, periods: int) -> tuple[Table, Table]:
    """What each provider really pays of what it owes (units of 1e-8), and its rating (its place on the scale)."""
    pays: Table = {}
    ratings: Table = {}
    for name, support in deal["support"].items():
        defaults = draw(periods) if chance(draw, 25) else periods
        after = one_of(draw, 0, WHOLE // 2, whole(draw, WHOLE - 1))
        pays[name] = [WHOLE if t < defaults else after for t in range(periods)]
        rating, path = RATINGS.index(support["rating"]), []
        for t in range(periods):
            if chance(draw, 25):
                rating = min(DEFAULTED - 1, max(0, rating + one_of(draw, -1, 1, 2, 5)))
            path.append(rating if t < defaults else DEFAULTED)
        ratings[name] = path
    return pays, ratings
