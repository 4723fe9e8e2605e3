"""Banks of accounts that fail, and parties that pay up to a capacity, put upon a generated deal."""

from __future__ import annotations

from tests.properties.drawing import STREAMS, Draw, Table, chance, money, one_of, whole
from tests.properties.generated_frame import Frame

WHOLE = 10**8


def draw_parties(draw: Draw, deal: Table, pools: list[Table], frame: Frame) -> None:
    """Name the companies behind accounts and supports, and what each path tells of them; after all else is drawn."""
    parties: list[Table] = []
    banked = {name: f"bank-{name}" for name in deal["accounts"] if frame.has(draw, 30)}
    for name, bank in banked.items():
        deal["accounts"][name]["party"] = bank
        parties.append({"role": "account bank", "name": bank, "id": bank})
    capped = [f"p{i}" for i in range(one_of(draw, 0, 0, 1, 1, 2))] if frame.rich else []
    for name in capped:
        capacity = money(draw, one_of(draw, 2, 1, 1) * frame.size // one_of(draw, 1, 4, 20))
        parties.append({"role": "guarantor", "name": name, "id": name, "capacity": capacity})
    for support in deal["support"].values():
        if capped and chance(draw, 70):
            support["party"] = one_of(draw, *capped)
    if parties:
        deal["parties"] = tuple(parties)
    for pool in pools:
        draw_failures(draw, deal, pool, list(banked), frame.periods)
        draw_recovered(draw, pool, capped, frame.periods)


def draw_failures(draw: Draw, deal: Table, pool: Table, accounts: list[str], periods: int) -> None:
    """From when on each bank pays a share, and what of the cash of each date it had by then."""
    main = next(name for name, account in deal["accounts"].items() if account["kind"] == "collection")
    pool["account_pays"], pool["held"] = {}, {}
    for name in accounts:
        first = draw(periods) if chance(draw, 75) else periods
        share = one_of(draw, 0, WHOLE // 2, whole(draw, WHOLE - 1))
        pool["account_pays"][name] = [WHOLE if t < first else share for t in range(periods)]
        came = [
            sum(pool["streams"][s][t] for s in STREAMS if deal["collections"].get(s, main) == name)
            for t in range(periods)
        ]
        # All of the first date, some of the next, now and then some of the one after.
        parts = {
            first: 100,
            first + 1: one_of(draw, 0, 0, whole(draw, 100)),
            first + 2: one_of(draw, 0, 0, 0, 50),
        }
        pool["held"][name] = [came[t] * parts.get(t, 0) // 100 for t in range(periods)]


def draw_recovered(draw: Draw, pool: Table, parties: list[str], periods: int) -> None:
    """What of the recoveries of each date each party owes."""
    left = list(pool["streams"]["recovery"])
    pool["recovered"] = {}
    for name in parties:
        part = [amount * one_of(draw, 0, 50, 100, 100) // 100 for amount in left]
        left = [amount - owed for amount, owed in zip(left, part, strict=True)]
        pool["recovered"][name] = part
