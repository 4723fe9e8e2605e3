"""Companies in several roles upon a generated deal: banks that fail, capacities, late providers, missed principal.

All of it is drawn after the rest of the deal, which stays the same whatever is drawn here.
"""

from __future__ import annotations

from tests.properties.drawing import STREAMS, Draw, Table, chance, money, one_of, subset, whole
from tests.properties.generated_frame import Frame

WHOLE = 10**8


def draw_parties(draw: Draw, deal: Table, pools: list[Table], frame: Frame, dense: bool = False) -> None:
    """Name the companies behind accounts and supports, and what each path tells of them.

    dense : every account has a bank, every support a party, every recovery is owed
    """
    parties: list[Table] = []
    banked = {name: f"bank-{name}" for name in deal["accounts"] if dense or frame.has(draw, 30)}
    for name, bank in banked.items():
        deal["accounts"][name]["party"] = bank
        parties.append({"role": "account bank", "name": bank, "id": bank})
    capped = [f"p{i}" for i in range(one_of(draw, 0, 0, 1, 1, 2))] if frame.rich else []
    capped = capped or (["p0"] if dense else [])
    for name in capped:
        capacity = money(draw, one_of(draw, 2, 1, 1) * frame.size // one_of(draw, 1, 4, 20))
        parties.append({"role": "guarantor", "name": name, "id": name, "capacity": capacity})
    for support in deal["support"].values():
        if capped and (dense or chance(draw, 70)):
            support["party"] = one_of(draw, *capped)
    if parties:
        deal["parties"] = tuple(parties)
    late = [name for name in deal["support"] if dense or frame.has(draw, 40)]
    for pool in pools:
        draw_failures(draw, deal, pool, list(banked), frame.periods)
        draw_recovered(draw, pool, capped, frame.periods)
        draw_late(draw, deal, pool, late, frame.periods)
    look_at_principal(draw, deal, frame, dense)


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


def draw_late(draw: Draw, deal: Table, pool: Table, supports: list[str], periods: int) -> None:
    """On which dates each provider pays a date late: one window or two, of one company together."""
    pool["support_late"] = {}
    of_company: dict[str, list[int]] = {}
    for name in supports:
        dates = [0] * periods
        for _ in range(one_of(draw, 1, 1, 2)):
            first = draw(periods)
            for t in range(first, min(periods, first + one_of(draw, 1, 2, 2, 3, periods))):
                dates[t] = 1
        pool["support_late"][name] = of_company.setdefault(deal["support"][name].get("party", name), dates)


def look_at_principal(draw: Draw, deal: Table, frame: Frame, dense: bool) -> None:
    """Some triggers on unpaid interest, notes that are nil or a date look at unpaid principal instead."""
    for name, trigger in deal["triggers"].items():
        often = {"unpaid-interest": 40, "notes-nil": 30, "date": 10}.get(trigger["kind"], 0)
        if not chance(draw, 100 if dense and often else often):
            continue
        kept = {key: each for key, each in trigger.items() if key not in ("date", "notes", "test", "effect")}
        notes = tuple(subset(draw, frame.notes, 1))
        after = {"test": "after-payment", "effect": "next-payment"} if chance(draw, 50) else {}
        deal["triggers"][name] = kept | {"kind": "unpaid-principal", "notes": notes} | after
