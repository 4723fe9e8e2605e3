"""The steps of a generated deal's priorities: sensible orders, and orders that nobody would write."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.properties.drawing import Draw, chance, money, one_of, share, shuffled, subset

Table = dict[str, Any]
SUPPORTABLE = {"fee", "fee-excess", "interest", "principal", "redemption"}


def draw_limit(draw: Draw, size: int) -> Table:
    if chance(draw, 50):
        return {"amount": money(draw, size // 10)}
    percent = one_of(draw, Decimal("0.5"), share(draw), share(draw))
    return {"percent": percent, "of": one_of(draw, "due", "available", "smaller")}


def draw_step(draw: Draw, deal: Table, pay: list[str], size: int) -> Table:
    """A step with these payees, with limits, support and conditions that fit them."""
    accounts = list(deal["accounts"])
    kinds = {text.partition(":")[0] for text in pay}
    step: Table = {"name": " and ".join(pay)[:60], "pay": tuple(pay)}
    if len(pay) > 1:
        step["split"] = one_of(draw, "pari-passu", "pari-passu", "sequential")
        step["leftover"] = one_of(draw, "first", "last", "largest", "largest")
    if "release" not in kinds:
        filled = {text.partition(":")[2] for text in pay if text.startswith(("reserve:", "transfer:"))}
        usable = [name for name in accounts if name not in filled]
        if chance(draw, 40) and usable:
            start = draw(len(usable))
            step["from"] = tuple((usable[start:] + usable[:start])[: 1 + draw(len(usable))])
    if kinds <= SUPPORTABLE and deal["support"] and chance(draw, 60):
        step["support"] = tuple(subset(draw, list(deal["support"]), 1))
    if chance(draw, 12):
        step["limit"] = draw_limit(draw, size)
    if deal["limits"] and chance(draw, 60 if "support" in step else 25):
        step["limits"] = tuple(subset(draw, list(deal["limits"]), 1))
    if chance(draw, 10):
        step["member_limits"] = {one_of(draw, *pay): draw_limit(draw, size)}
    if deal["triggers"] and chance(draw, 15):
        for name in subset(draw, list(deal["triggers"]), 1):
            condition = one_of(draw, "when", "unless")
            step[condition] = (*step.get(condition, ()), name)
    return step


def draw_groups(draw: Draw, deal: Table) -> list[list[str]]:
    """The payees of each step, in an order that a deal could have."""
    notes = list(deal["notes"])
    reserves = [name for name, account in deal["accounts"].items() if account["kind"] == "reserve"]
    fees = [f"fee:{name}" for name in deal["fees"]]
    groups = [fees] if len(fees) > 1 and chance(draw, 50) else [[fee] for fee in fees]
    groups += [
        [f"fee-excess:{name}"] for name, fee in deal["fees"].items() if "cap" in fee or chance(draw, 10)
    ]
    ranks = sorted({note["rank"] for note in deal["notes"].values()})
    # Interest of one rank is sometimes never paid, and outlives the notes' balances.
    neglected = one_of(draw, *ranks) if chance(draw, 20) else None
    word = "redemption" if neglected else one_of(draw, "principal", "principal", "redemption")
    groups += [
        [f"interest:{name}" for name in notes if deal["notes"][name]["rank"] == rank]
        for rank in ranks
        if rank != neglected
    ]
    groups += [[f"reserve:{name}"] for name in reserves]
    groups += [[f"release:{name}"] for name in reserves if chance(draw, 60)]
    if chance(draw, 40):
        groups.append([f"{word}:{name}" for name in notes])
    else:
        groups += [
            [f"{word}:{name}" for name in notes if deal["notes"][name]["rank"] == rank] for rank in ranks
        ]
    if chance(draw, 25) and len(notes) > 1:
        groups.append([f"interest:{notes[0]}", f"{word}:{notes[-1]}"])
    return groups + [[f"reimbursement:{name}"] for name in deal["support"]]


def draw_steps(draw: Draw, deal: Table, size: int) -> list[Table]:
    """The steps of one priority, in four of ten deals in any order."""
    groups, accounts, notes = draw_groups(draw, deal), list(deal["accounts"]), list(deal["notes"])
    if chance(draw, 40):
        groups = shuffled(draw, groups)
    if chance(draw, 20) and len(accounts) > 1:
        groups = [*groups, [f"transfer:{accounts[-1]}"]]
    if chance(draw, 60):
        groups = [*groups, [one_of(draw, "originator", f"residual:{notes[-1]}")]]
    return [draw_step(draw, deal, list(pay), size) for pay in groups]
