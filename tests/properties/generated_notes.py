"""The notes of a generated deal."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from zlib import crc32

from tests.properties.drawing import (
    Draw,
    Table,
    chance,
    day_of,
    money,
    one_of,
    share,
    signed_rate,
    subset,
    whole,
)
from tests.properties.generated_frame import Frame
from tests.properties.generated_rates import draw_day_count, draw_on_unpaid, draw_rule


def draw_notes(draw: Draw, frame: Frame) -> Table:
    """Notes of any ranks, two of them often alike."""
    notes = {name: _draw_note(draw, frame, name) for name in frame.notes}
    if len(notes) > 1 and chance(draw, 40):
        # Equal balances and coupons make equal dues, where leftover units are decided by order alone.
        notes["N1"] = {**notes["N0"], "rank": notes["N1"]["rank"]}
        principal = notes["N1"]["principal"]
        if "N1" in principal.get("with", ()):
            # N0's own note takes N1's place.
            swapped = tuple("N0" if name == "N1" else name for name in principal["with"])
            notes["N1"]["principal"] = {**principal, "with": swapped}
    return notes


def _draw_note(draw: Draw, frame: Frame, name: str) -> Table:
    certificates = _draw_certificates(draw, frame.size) if frame.has(draw, 15) else None
    balance = certificates.pop("balance") if certificates else money(draw, frame.size)
    note: Table = {
        "rank": one_of(draw, 1, 2, 3),
        "balance": balance,
        "day_count": draw_day_count(draw, frame),
        "coupon": draw_rule(draw, frame),
        "principal": _draw_principal(draw, balance, frame, name),
    }
    if certificates:
        note["certificates"] = certificates
    if chance(draw, 60):
        note["interest_on_unpaid"] = draw_on_unpaid(draw)
    if chance(draw, 30):
        note["deferrable"] = True
    if chance(draw, 50):
        note["interest_order"] = "current-first"
    if frame.has(draw, 15):
        note["unpaid_interest"] = "capitalised"
        if chance(draw, 50):
            note["capitalise_until"] = one_of(draw, *frame.named("notes, 1"))
        else:
            note.pop("interest_on_unpaid", None)
    if frame.triggers and frame.has(draw, 25):
        note["coupon_steps"] = tuple(
            {"trigger": trigger, "add": signed_rate(draw, 0, 4)}
            for trigger in subset(draw, frame.triggers, 1)
        )
    if frame.has(draw, 20):
        note["puts"] = tuple(
            {"date": day, "share": share(draw)}
            for day in sorted({day_of(draw, frame.named("notes, 2")) for _ in range(one_of(draw, 1, 1, 2))})
        )
    if frame.has(draw, 15):
        note["settlement"] = _draw_settlement(draw, frame)
    return note


def _draw_principal(draw: Draw, balance: Decimal, frame: Frame, name: str) -> Table:
    dates = frame.named("notes, 3")
    kind = one_of(draw, "scheduled", "bullet", "collected", "collected", "turbo", "target")
    if kind == "bullet":
        return {"kind": kind, "date": one_of(draw, *dates)}
    if kind == "scheduled":
        days = sorted({one_of(draw, *dates) for _ in range(4)})
        everything = int(balance * 100)
        cuts = sorted(whole(draw, everything) for _ in days[1:])
        parts = [b - a for a, b in zip([0, *cuts], [*cuts, everything], strict=True)]
        payments = [
            {"date": day, "amount": Decimal(part).scaleb(-2)} for day, part in zip(days, parts, strict=True)
        ]
        return {"kind": kind, "payments": payments}
    if kind == "target":
        target: Table = {"kind": kind, "share": one_of(draw, Decimal(1), Decimal("0.8"), share(draw, 2))}
        if chance(draw, 40):
            target["less"] = money(draw, frame.size // 4)
        others = [other for other in frame.notes if other != name]
        if others and chance(draw, 50):
            target["with"] = tuple(subset(draw, others, 1))
        return target
    return {"kind": kind}


def _draw_certificates(draw: Draw, size: int) -> Table:
    """Certificates and the balance of so many of them, in whole payment units."""
    # Minor units that a certificate is paid at the least, in tenths; whole ones where there are few certificates.
    unit = one_of(draw, 1, 5, 10, 10, 10, 50, 100)
    count = one_of(draw, 10, 20, 100, 1000, 10_000)
    while count > 10 and count * max(1, unit // 10) > size // 4:
        count //= 10
    face = max(1, unit // 10) * (1 + whole(draw, max(0, size // count // max(1, unit // 10) - 1)))
    return {
        "face": Decimal(face).scaleb(-2),
        "unit": Decimal(unit).scaleb(-3),
        "balance": Decimal(face * count).scaleb(-2),
    }


def _draw_settlement(draw: Draw, frame: Frame) -> Table:
    settlement: Table = {"share": share(draw)}
    if frame.triggers and chance(draw, 50):
        settlement["trigger"] = one_of(draw, *frame.triggers)
    else:
        settlement["date"] = day_of(draw, frame.named("notes, 4"))
    if chance(draw, 60):
        settlement["interest_share"] = share(draw)
    return settlement


def settle_for_amounts(deal: Table) -> None:
    """Two of three settlements are for an amount of money; nothing is drawn, the rest of the deal stays the same."""
    for note in deal["notes"].values():
        if "settlement" in note:
            of = crc32(str(sorted(note["settlement"].items())).encode())
            if of % 3:
                note["settlement"] = _for_an_amount(note["settlement"], note["balance"], of)


def _for_an_amount(settlement: Table, balance: Decimal, of: int) -> Table:
    """A settlement for a cent, a part of the claim, its balance, somewhat more, or too much."""
    parts = ("0", "0.2", "0.5", "0.7", "0.9", "0.98", "0.995", "1", "1.003", "1.01", "1.03", "1.2")
    amount = (balance * Decimal(parts[of // 3 % len(parts)])).quantize(Decimal("0.01"))
    kept = {key: each for key, each in settlement.items() if key in ("date", "trigger")}
    if "date" in kept:
        # Any day: as often between payment dates as on one.
        kept["date"] -= timedelta(days=(0, 0, 1, 2, 17, 33)[of // 36 % 6])
    order = ({}, {"amount_order": "interest-first"}, {"amount_order": "principal-first"})[of // 216 % 3]
    return kept | {"amount": amount or Decimal("0.01")} | order
