"""What holders of notes choose and bear in a generated deal: puts with re-set coupons, and fees on what they are paid.

Both are laid into a deal that is drawn already, by numbers of their own that come from its terms: the rest of the deal
stays the same.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from zlib import crc32

from tests.properties.drawing import Draw, Table, chance, evenly, money, one_of, rate, share, subset
from tests.properties.generated_frame import Frame

FEE = "on-payments"


def drawn_from(terms: Any) -> Draw:
    """Draws that depend on these terms alone."""
    return evenly(crc32(str(terms).encode()))


def reset_coupons(deal: Table, frame: Frame) -> None:
    """Puts of notes whose coupon can be re-set: up, down, not at all, by a range alone, two on one payment date."""
    for note in deal["notes"].values():
        draw = drawn_from((note.get("puts"), note["balance"]))
        if "puts" in note and note["coupon"]["kind"] in ("fixed", "step-up") and chance(draw, 80):
            puts = [_with_reset(draw, put) for put in note["puts"]]
            if chance(draw, 40):
                meant = one_of(draw, *frame.named("holders, 1"))
                puts.append(_with_reset(draw, {"date": meant, "share": share(draw)}))
            if chance(draw, 30):
                puts.reverse()
            note["puts"] = tuple(puts)
            note["coupon"] = _steps_up_to(min(put["date"] for put in puts), note["coupon"])


def _with_reset(draw: Draw, put: Table) -> Table:
    """A put with its window and re-set; one of six stays as it is."""
    if chance(draw, 16):
        return put
    announced = put["date"] - timedelta(days=20 + draw(10))
    reset: Table = {"announced": announced}
    coupon = rate(draw)
    if chance(draw, 85):
        reset["rate"] = coupon
    if "rate" not in reset or chance(draw, 40):
        reset |= {"lowest": Decimal(0), "highest": coupon + Decimal("0.01")}
    found = put | {"reset": reset}
    if chance(draw, 50):
        found["window"] = {"from": announced + timedelta(days=2), "until": announced + timedelta(days=9)}
    if chance(draw, 30):
        found["most"] = one_of(draw, Decimal(1), put["share"])
    return found


def _steps_up_to(day: Any, coupon: Table) -> Table:
    """A coupon without steps after the first re-set."""
    if coupon["kind"] == "fixed":
        return coupon
    steps = [step for step in coupon["steps"] if step["from"] <= day]
    return {**coupon, "steps": steps} if steps else {"kind": "fixed", "rate": coupon["rate"]}


def charge_payments(deal: Table, frame: Frame) -> None:
    """In one of three deals a fee on what holders are paid, at rates at which a cent shows."""
    draw = drawn_from(deal["priority"])
    if not chance(draw, 33):
        return
    fee: Table = {"kind": "percent-of-payments", "rate": one_of(draw, Decimal("0.00005"), rate(draw) / 3)}
    if chance(draw, 50):
        fee["notes"] = tuple(subset(draw, frame.notes, 1))
    if chance(draw, 50):
        fee |= {"vat": Decimal("0.06"), "surcharge": one_of(draw, Decimal("0.12"), Decimal(0))}
    if chance(draw, 30):
        fee["from"] = one_of(draw, *frame.named("holders, 2"))
    if chance(draw, 20):
        fee["until"] = max(one_of(draw, *frame.named("holders, 3")), fee.get("from", frame.payment[0]))
    if frame.triggers and chance(draw, 30):
        fee["change"] = {"trigger": one_of(draw, *frame.triggers), "rate": rate(draw) / 2}
    if chance(draw, 30):
        fee["cap"] = {"amount": money(draw, frame.size // 100), "per": one_of(draw, "payment", "year")}
    deal["fees"] = {**deal["fees"], FEE: {**fee, "rate": fee["rate"].quantize(Decimal("1e-8"))}}
    if "change" in fee:
        fee["change"]["rate"] = fee["change"]["rate"].quantize(Decimal("1e-8"))
    deal["priority"] = {
        name: tuple(_with_fee_steps(draw, deal, list(steps))) for name, steps in deal["priority"].items()
    }


def _with_fee_steps(draw: Draw, deal: Table, steps: list[Table]) -> list[Table]:
    """The fee below the last payment to holders, often also among the payments; what a cap leaves at the end."""
    places = [len(steps) - 1 if steps[-1]["pay"][0] == "originator" else len(steps)]
    if chance(draw, 50):
        places.insert(0, draw(len(steps) + 1))
    for place in sorted(places, reverse=True):
        step: Table = {"name": "fee on payments", "pay": (f"fee:{FEE}",)}
        if chance(draw, 50):
            step["from"] = tuple(deal["accounts"])
        if deal["support"] and chance(draw, 40):
            step["support"] = tuple(deal["support"])[:1]
        steps.insert(place, step)
    if "cap" in deal["fees"][FEE]:
        steps.append({"name": "excess", "pay": (f"fee-excess:{FEE}",)})
    return steps
