"""The triggers and calls of a generated deal."""

from __future__ import annotations

import datetime
from decimal import Decimal

from tests.properties.drawing import Draw, Table, chance, day_of, one_of, share, subset
from tests.properties.generated_frame import Frame
from tests.properties.generated_support import RATINGS

#: Tested after the payments only.
LATE = ("unpaid-interest", "unpaid-principal", "reserve", "deficiency")


def draw_triggers(draw: Draw, frame: Frame) -> Table:
    """The triggers by their names, in the order in which they are declared."""
    return {name: _draw_trigger(draw, frame, frame.triggers[:k]) for k, name in enumerate(frame.triggers)}


def _draw_trigger(draw: Draw, frame: Frame, before: list[str]) -> Table:
    """``before`` : names of the triggers declared before this one."""
    kinds = ["date", "cumulative-default", "collections", *("coverage",) * 4, *("unpaid-interest",) * 2]
    kinds += ["sales", "pool-balance", "notes-nil"]
    kinds += ["reserve"] if any(name.endswith("reserve") for name in frame.accounts) else []
    kinds += ["deficiency"] * 2 if frame.ledgers else []
    kinds += ["provider-default", "provider-rating"] if frame.support else []
    kinds += ["combination"] * (len(before) + 1) if before else []
    kind = one_of(draw, *kinds)
    trigger: Table = {"kind": kind, "latched": chance(draw, 45), **_measured(draw, frame, kind, before)}
    _tested(draw, frame, trigger)
    if frame.has(draw, 15):
        trigger["effect_from"] = one_of(draw, *frame.named("triggers, 1"))
    if frame.has(draw, 12):
        trigger["early_repayment"] = True
    return trigger


def _measured(draw: Draw, frame: Frame, kind: str, before: list[str]) -> Table:
    """What the trigger looks at."""
    match kind:
        case "date":
            day = one_of(draw, *frame.named("triggers, 2")) + datetime.timedelta(days=one_of(draw, -1, 0, 1))
            return {"date": day}
        case "cumulative-default":
            return {"threshold": one_of(draw, Decimal("0.1"), Decimal("0.05"), share(draw))}
        case "collections":
            terms: Table = {"threshold": one_of(draw, Decimal(1), Decimal("0.8"), share(draw))}
            terms["cumulative"] = chance(draw, 45)
            if not terms["cumulative"] and chance(draw, 60):
                terms["periods"] = one_of(draw, 2, 2, 3)
            return terms
        case "coverage":
            measure = one_of(draw, "DSCR", "IC", "OC")
            # Principal is collected too, so interest alone is covered many times.
            top = {"DSCR": 2, "IC": 20, "OC": 2}[measure]
            threshold = one_of(draw, Decimal(1), Decimal("1.2"), share(draw, top), share(draw, top))
            terms = {"measure": measure, "rank": one_of(draw, 1, 2, 3), "threshold": threshold}
            return {**terms, "with_support": measure != "OC" and chance(draw, 40)}
        case "sales":
            lower, upper = one_of(draw, (1, 0), (0, 1), (1, 1))
            terms = {"lower": one_of(draw, Decimal("0.8"), share(draw))} if lower else {}
            terms |= {"upper": one_of(draw, Decimal("1.2"), 1 + share(draw))} if upper else {}
            return terms | ({"periods": one_of(draw, 2, 3)} if chance(draw, 40) else {})
        case "pool-balance":
            return {"threshold": one_of(draw, Decimal("0.5"), share(draw), share(draw))}
        case "unpaid-interest" | "unpaid-principal" | "notes-nil":
            return {"notes": tuple(subset(draw, frame.notes, 1))}
        case "reserve":
            return {"account": one_of(draw, *(name for name in frame.accounts if name.endswith("reserve")))}
        case "deficiency":
            threshold = one_of(draw, Decimal(0), Decimal("0.1"), share(draw))
            return {"notes": tuple(subset(draw, frame.ledgers, 1)), "threshold": threshold}
        case "provider-default":
            return {"support": one_of(draw, *frame.support)}
        case "provider-rating":
            return {"support": one_of(draw, *frame.support), "below": one_of(draw, *RATINGS[1:12])}
        case _:
            return {
                "of": tuple(subset(draw, before, min(2, len(before)))),
                "rule": one_of(draw, "all", "any"),
            }


def _tested(draw: Draw, frame: Frame, trigger: Table) -> None:
    """When it is tested, how often it must fail, and when that is seen."""
    late = trigger["kind"] in LATE or trigger.get("measure") == "OC"
    if late or chance(draw, 30):
        trigger["test"] = "after-payment"
        trigger["effect"] = "next-payment"
        if late and chance(draw, 30):
            # As it is by default.
            del trigger["test"], trigger["effect"]
    elif chance(draw, 30):
        trigger["effect"] = "next-payment"
    if chance(draw, 40):
        trigger["first_test"] = one_of(draw, *frame.named("triggers, 3"))
    if frame.has(draw, 15):
        trigger["last_test"] = max(
            one_of(draw, *frame.named("triggers, 4")), trigger.get("first_test", frame.payment[0])
        )
    if frame.has(draw, 25):
        trigger["consecutive"] = one_of(draw, 2, 2, 3)
    if not trigger["latched"] and frame.has(draw, 40):
        trigger["cure"] = one_of(draw, 2, 2, 3)


def draw_clean_up_call(draw: Draw, frame: Frame) -> Table:
    """A clean-up call, often above a threshold that is soon reached."""
    call: Table = {
        "threshold": one_of(draw, Decimal("0.9"), Decimal("0.5"), share(draw)),
        "price": one_of(draw, Decimal(1), share(draw, 2)),
        "condition": one_of(draw, "repays-notes", "repays-notes", "none"),
    }
    if chance(draw, 30):
        call["first_date"] = one_of(draw, *frame.named("triggers, 5"))
    return call


def draw_issuer_call(draw: Draw, frame: Frame) -> Table:
    """A call of the issuer, of one price or more."""
    call: Table = {} if chance(draw, 10) else {"date": day_of(draw, frame.named("triggers, 6"))}
    prices = [Decimal(1), Decimal("1.02"), (1 + share(draw) / 10).quantize(Decimal("1e-8"))]
    if chance(draw, 50):
        days = sorted({day_of(draw, frame.named("triggers, 7")) for _ in range(one_of(draw, 2, 3))})
        call["prices"] = tuple({"from": day, "price": one_of(draw, *prices)} for day in days)
    else:
        call["price"] = one_of(draw, *prices)
    return call
