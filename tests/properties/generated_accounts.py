"""The accounts of a generated deal and their targets, and the ledgers of losses."""

from __future__ import annotations

from tests.properties.drawing import Draw, Table, chance, money, one_of, rate, shuffled, subset
from tests.properties.generated_frame import Frame
from tests.properties.generated_rates import draw_interest


def draw_accounts(draw: Draw, frame: Frame, notes: Table) -> Table:
    """The accounts by their names."""
    accounts: Table = {}
    for name in frame.accounts:
        if name.endswith("reserve"):
            accounts[name] = {
                "kind": "reserve",
                "funding": one_of(draw, "proceeds", "outside"),
                "opening": money(draw, frame.size // 8),
                "target": draw_target(draw, frame, notes),
            }
            if frame.triggers and frame.has(draw, 40):
                accounts[name]["targets_on"] = tuple(
                    {"trigger": trigger, "target": draw_target(draw, frame, notes)}
                    for trigger in shuffled(draw, subset(draw, frame.triggers, 1))
                )
        else:
            accounts[name] = {"kind": "collection"}
            if frame.has(draw, 15):
                accounts[name] |= {"funding": "outside", "opening": money(draw, frame.size // 20)}
        if frame.has(draw, 30):
            accounts[name]["interest"] = draw_interest(draw, frame)
    return accounts


def draw_target(draw: Draw, frame: Frame, notes: Table) -> Table:
    """A target of any kind."""
    kind = one_of(draw, "fixed", "percent", "percent", "months-of-interest")
    target: Table = {"kind": kind}
    floats = False
    if kind == "fixed":
        target["amount"] = money(draw, frame.size // 10)
    else:
        if kind == "percent":
            target["rate"] = rate(draw)
            target["of"] = one_of(draw, "pool", "pool-at-cut-off", tuple(frame.notes))
        else:
            target["months"] = one_of(draw, 1, 3, 6, 12, 24)
            target["notes"] = tuple(frame.notes[:2])
            floats = any(notes[name]["coupon"]["kind"] == "floating" for name in target["notes"])
        if chance(draw, 40):
            target["floor"] = money(draw, frame.size // 20)
        if chance(draw, 40):
            target["cap"] = money(draw, frame.size // 20)
    if chance(draw, 40):
        # On the legal final no coming period has a fixing.
        zero_at = subset(draw, ["notes-nil"]) + subset(draw, ["legal-final"], int(floats))
        target["zero_at"] = tuple(zero_at)
    return target


def draw_deficiency(draw: Draw, frame: Frame) -> Table:
    """The ledgers of losses, debited in any order."""
    account = [name for name in frame.accounts if not name.endswith("reserve")][-1]
    return {
        "notes": tuple(frame.ledgers),
        "debits": one_of(draw, "defaulted", "defaulted", "defaulted-less-recoveries"),
        "account": account,
    }
