"""The steps of a generated deal's priorities: sensible orders, and orders that nobody would write."""

from __future__ import annotations

from decimal import Decimal
from zlib import crc32

from tests.properties.drawing import Draw, Table, chance, money, one_of, share, shuffled, subset
from tests.properties.generated_frame import Frame

SUPPORTABLE = {
    *("fee", "fee-excess", "interest", "current-interest", "deferred-interest"),
    *("principal", "redemption", "put", "premium"),
}
#: What may be paid with principal, as its ledgers see it.
DEBITABLE = {
    *("fee", "fee-excess", "interest", "current-interest", "deferred-interest"),
    *("premium", "support-interest", "support-fee"),
}
ALONE = {"release", "transfer", "residual", "originator"}
#: Payees of the same name that do not stand in one step.
APART = (
    ({"fee"}, {"fee-excess"}),
    ({"interest"}, {"current-interest", "deferred-interest"}),
    ({"principal"}, {"redemption", "put"}),
    ({"redemption"}, {"put"}),
)


def draw_limit(draw: Draw, size: int) -> Table:
    if chance(draw, 50):
        return {"amount": money(draw, size // 10)}
    percent = one_of(draw, Decimal("0.5"), share(draw), share(draw))
    return {"percent": percent, "of": one_of(draw, "due", "available", "smaller", "collections")}


def draw_named_limit(draw: Draw, frame: Frame) -> Table:
    """A limit that several steps share."""
    per = one_of(draw, "payment", "year", "life")
    if not frame.has(draw, 35):
        return {"amount": money(draw, one_of(draw, 1, 4) * frame.size // (2 * frame.periods)), "per": per}
    of = one_of(draw, "pool", "pool-at-cut-off", "collections", tuple(frame.notes))
    percent = one_of(draw, Decimal("0.02"), Decimal("0.5"), share(draw) / 10)
    return {"percent": percent.quantize(Decimal("1e-8")), "of": of, "per": per}


def kind_of(payee: str) -> str:
    return payee.partition(":")[0]


def may_stand_together(pay: list[str]) -> bool:
    """Whether one step may pay all of these."""
    kinds = {kind_of(payee) for payee in pay}
    if len(set(pay)) < len(pay) or (len(pay) > 1 and kinds & ALONE):
        return False
    paid = {(kind, name) for kind, _, name in (payee.partition(":") for payee in pay)}
    return not any(
        (one, name) in paid and (other, name) in paid
        for ones, others in APART
        for one in ones
        for other in others
        for _, name in paid
    )


def draw_step(draw: Draw, deal: Table, frame: Frame, pay: list[str]) -> Table:
    """A step with these payees, with limits, support and conditions that fit them."""
    kinds = {kind_of(text) for text in pay}
    step: Table = {"name": " and ".join(pay)[:60], "pay": tuple(pay)}
    if len(pay) > 1:
        step["split"] = one_of(draw, "pari-passu", "pari-passu", "sequential")
        step["leftover"] = one_of(draw, "first", "last", "largest", "largest")
    if "release" not in kinds:
        usable = usable_accounts(deal, pay)
        if "collection" not in usable or chance(draw, 40):
            start = draw(len(usable))
            step["from"] = tuple((usable[start:] + usable[:start])[: 1 + draw(len(usable))])
    if kinds <= SUPPORTABLE and deal["support"] and chance(draw, 60):
        step["support"] = tuple(subset(draw, list(deal["support"]), 1))
    if chance(draw, 12):
        step["limit"] = draw_limit(draw, frame.size)
    if deal["limits"] and chance(draw, 60 if "support" in step else 25):
        step["limits"] = tuple(subset(draw, list(deal["limits"]), 1))
    if chance(draw, 10):
        step["member_limits"] = {one_of(draw, *pay): draw_limit(draw, frame.size)}
    if deal["triggers"] and chance(draw, 15):
        for name in subset(draw, list(deal["triggers"]), 1):
            condition = one_of(draw, "when", "unless")
            step[condition] = (*step.get(condition, ()), name)
    if kinds <= DEBITABLE and "principal_deficiency" in deal and chance(draw, 40):
        step["debits_deficiency"] = True
    return step


def usable_accounts(deal: Table, pay: list[str]) -> list[str]:
    """Accounts that a step with these payees may draw on: none that it fills."""
    filled = {text.partition(":")[2] for text in pay if text.startswith(("reserve:", "transfer:"))}
    if any(kind_of(text) == "deficiency" for text in pay):
        filled.add(deal["principal_deficiency"]["account"])
    return [name for name in deal["accounts"] if name not in filled]


def draw_groups(draw: Draw, deal: Table, frame: Frame) -> list[list[str]]:
    """The payees of each step, in an order that a deal could have."""
    notes = frame.notes
    reserves = [name for name, account in deal["accounts"].items() if account["kind"] == "reserve"]
    fees = [f"fee:{name}" for name in deal["fees"]]
    groups = [fees] if len(fees) > 1 and chance(draw, 50) else [[fee] for fee in fees]
    groups += [[f"support-fee:{n}"] for n, support in deal["support"].items() if "undrawn_fee" in support]
    groups += [
        [f"fee-excess:{name}"] for name, fee in deal["fees"].items() if "cap" in fee or chance(draw, 10)
    ]
    ranks = sorted({note["rank"] for note in deal["notes"].values()})
    by_rank = {rank: [name for name in notes if deal["notes"][name]["rank"] == rank] for rank in ranks}
    # Interest of one rank is sometimes never paid, and outlives the notes' balances.
    neglected = one_of(draw, *ranks) if chance(draw, 20) else None
    word = "redemption" if neglected else one_of(draw, "principal", "principal", "redemption")
    later: list[list[str]] = []
    for rank in ranks:
        if rank != neglected:
            now, then = draw_interest_groups(draw, frame, by_rank[rank])
            groups += now
            later += then
    groups += [[f"support-interest:{n}"] for n, support in deal["support"].items() if "interest" in support]
    groups += [[f"deficiency:{name}"] for name in reversed(frame.ledgers)]
    groups += [[f"reserve:{name}"] for name in reserves]
    groups += [[f"release:{name}"] for name in reserves if chance(draw, 60)]
    groups += [[f"put:{name}"] for name in notes if "puts" in deal["notes"][name]]
    groups += (
        [[f"{word}:{name}" for name in notes]]
        if chance(draw, 40)
        else [[f"{word}:{name}" for name in by_rank[rank]] for rank in ranks]
    )
    if "issuer_call" in deal and chance(draw, 85):
        groups.append([f"premium:{name}" for name in notes])
    if chance(draw, 25) and len(notes) > 1:
        kind = "interest" if not later else one_of(draw, "current-interest", "deferred-interest")
        groups.append([f"{kind}:{notes[0]}", f"{word}:{notes[-1]}"])
    return groups + later + [[f"reimbursement:{name}"] for name in deal["support"]]


def draw_interest_groups(
    draw: Draw, frame: Frame, notes: list[str]
) -> tuple[list[list[str]], list[list[str]]]:
    """Steps for the interest of one rank in its place, and what of it comes after principal."""
    if not frame.has(draw, 35):
        return [[f"interest:{name}" for name in notes]], []
    current = [f"current-interest:{name}" for name in notes]
    deferred = [f"deferred-interest:{name}" for name in notes]
    match one_of(draw, "together", "before", "after", "later", "later"):
        case "together":
            return [current + deferred], []
        case "before":
            return [deferred, current], []
        case "after":
            return [current, deferred], []
        case _:
            return [current], [deferred]


def draw_steps(draw: Draw, deal: Table, frame: Frame) -> list[Table]:
    """The steps of one priority, in four of ten deals in any order, some of them put together."""
    groups, accounts = draw_groups(draw, deal, frame), list(deal["accounts"])
    if chance(draw, 40):
        groups = shuffled(draw, groups)
    if frame.has(draw, 20) and len(groups) > 1:
        at = draw(len(groups) - 1)
        joined = groups[at] + groups[at + 1]
        if may_stand_together(joined):
            groups[at : at + 2] = [joined]
    if chance(draw, 20) and len(accounts) > 1:
        groups = [*groups, [f"transfer:{accounts[-1]}"]]
    if chance(draw, 60):
        groups = [*groups, [one_of(draw, "originator", f"residual:{frame.notes[-1]}")]]
    groups = [pay for pay in groups if usable_accounts(deal, pay)] or [["originator"]]
    return [draw_step(draw, deal, frame, list(pay)) for pay in groups]


def share_the_rest(deal: Table) -> None:
    """In a quarter of the deals with a call two payees take what is left; nothing is drawn, the rest stays the same."""
    steps = deal["priority"]["normal"]
    last = steps[-1]["pay"][0]
    if not {"clean_up_call", "issuer_call"} & set(deal) or kind_of(last) not in ("residual", "originator"):
        return
    if crc32(str(steps).encode()) % 4 == 0:
        other = f"residual:{next(iter(deal['notes']))}" if last == "originator" else "originator"
        limit = {"percent": Decimal("0.5"), "of": "available"}
        half = {"name": "half of the rest", "pay": (other,), "limit": limit}
        deal["priority"]["normal"] = (*steps[:-1], half, steps[-1])
