"""Companies in several roles on top of a generated deal, which stays the same without them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tests.properties.drawing import Draw, Table, cents, chance, evenly, one_of, share, subset, whole
from tests.properties.generated_deals import GeneratedDeal, numbered_deal

WHOLE = 10**8


def draw_parties(draw: Draw, face: int) -> list[Table]:
    """A guarantor and a bank; a capacity is often small, so that it binds."""
    parties = []
    for name in ("guarantor", "bank"):
        party: Table = {"role": name, "name": name, "id": name, "recovery": share(draw)}
        if chance(draw, 70):
            party["capacity"] = Decimal(cents(draw, face // one_of(draw, 2, 10, 40))).scaleb(-2)
        parties.append(party)
    return parties


def draw_failures(draw: Draw, deal: Table, pool: Table) -> Table:
    """What the waterfall is told of banks and of recoveries that a party owes, on one path."""
    periods = len(pool["defaulted"])
    into, main = deal["collections"], next(iter(deal["accounts"]))
    told: Table = {"account_pays": {}, "held": {}, "recovered": {}}
    for name, account in deal["accounts"].items():
        if "party" not in account:
            continue
        fails = draw(periods) if chance(draw, 70) else periods
        pays = one_of(draw, 0, WHOLE // 3, whole(draw, WHOLE - 1))
        told["account_pays"][name] = [WHOLE if t < fails else pays for t in range(periods)]
        credited = [
            sum(flow[t] for stream, flow in pool["streams"].items() if into.get(stream, main) == name)
            for t in range(periods)
        ]
        # Held on the day is what came by then: all, or part, of the periods up to about the first date.
        last = min(periods, fails + one_of(draw, 1, 1, 2))
        told["held"][name] = [
            min(credited[t], cents(draw, credited[t])) if t < last and fails < periods else 0
            for t in range(periods)
        ]
    left = list(pool["streams"]["recovery"])
    for party in deal["parties"]:
        if "capacity" in party:
            owed = [min(amount, cents(draw, amount)) for amount in left]
            left = [amount - each for amount, each in zip(left, owed, strict=True)]
            told["recovered"][party["id"]] = owed
    return told


def with_parties(case: GeneratedDeal, number: int) -> GeneratedDeal:
    """The deal with parties behind some of its supports and accounts, and a trigger on unpaid principal."""
    draw, deal = evenly(number), dict(case.deal)
    face = sum(int(Decimal(note["balance"]) * 100) for note in deal["notes"].values())
    ids = ["guarantor", "bank"]
    deal["parties"] = draw_parties(draw, max(40, face))
    for table in ("accounts", "support"):
        deal[table] = {
            name: terms | ({"party": one_of(draw, *ids)} if chance(draw, 70) else {})
            for name, terms in deal[table].items()
        }
    called_for = [name for name in deal["priority"] if name != "normal"]
    notes = [name for name, note in deal["notes"].items() if Decimal(note["balance"]) > 0]
    if called_for and notes:
        late: Table = {"kind": "unpaid-principal", "notes": tuple(subset(draw, notes, 1)), "latched": False}
        deal["triggers"] = deal["triggers"] | {"late": late | {"priority": one_of(draw, *called_for)}}
    pools = [pool | draw_failures(draw, deal, pool) for pool in case.pools]
    return replace(case, deal=deal, pools=pools)


def numbered_deal_with_parties(number: int) -> GeneratedDeal:
    """The deal of this number, its companies in several roles."""
    return with_parties(numbered_deal(number), number)
