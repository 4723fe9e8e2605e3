"""A second, slow statement of published coverage.

Section "What is published of losses and coverage" of docs/reference/priority-of-payments.md. Every quotient is a
Fraction.
"""

from __future__ import annotations

from fractions import Fraction

from securitize.reference import notes, redemption
from securitize.reference.numbers import ONE, count, money, number
from securitize.reference.state import STREAMS, Table
from tests.oracle.measures_reference import Books, before_payments, capitalised, interest_due

PAYS_NOTES = ("interest", "current-interest", "deferred-interest", "principal", "redemption", "put")


def collected(b: Books, t: int) -> int:
    """K: as the notes see it, 0 after an exercised call."""
    return sum(b.result["streams"][stream][t - 1] for stream in STREAMS)


def kinds_paid(step: Table) -> list[tuple[str, str]]:
    return [(kind, name) for kind, _, name in (payee.partition(":") for payee in step["pay"])]


def senior_fee_names(b: Books) -> list[str]:
    names: list[str] = []
    for step in b.deal["priority"]["normal"]:
        if any(kind in ("interest", "current-interest", "deferred-interest") for kind, _ in kinds_paid(step)):
            break
        names += [name for kind, name in kinds_paid(step) if kind == "fee" and name not in names]
    # A fee on what holders are paid is none before they are paid.
    return [name for name in names if b.deal["fees"][name]["kind"] != "percent-of-payments"]


def cap_left(b: Books, fee: str, t: int) -> int | None:
    """What of the cap is left before the payments of day t; None without one."""
    cap = b.deal["fees"][fee].get("cap")
    if cap is None:
        return None
    left = money(cap["amount"])
    if cap["per"] == "payment":
        return left
    for s in range(t):
        if b.d[s].year != b.d[t].year or s == 0:
            continue
        if s == b.k and "cap_left" in b.state.get("fees", {}).get(fee, {}):
            left = b.books("fees", fee, "cap_left")
        elif s > b.k:
            rows = [row for row in b.result["steps"][s - 1] if row["payee"] == f"fee:{fee}"]
            left -= sum(row["paid"] + row["supported"] for row in rows)
    return left


def senior_fees(b: Books, t: int) -> int:
    """F."""
    return sum(senior_fee(b, fee, t) for fee in senior_fee_names(b))


def senior_fee(b: Books, fee: str, t: int) -> int:
    due = int(b.row("fees", fee, "unpaid", t) + b.row("fees", fee, "paid", t))
    left = cap_left(b, fee, t)
    return due if left is None else min(due, left)


def has_settled(b: Books, note: str, t: int) -> bool:
    settlement = b.deal["notes"][note].get("settlement")
    if settlement is None:
        return False
    if b.state.get("notes", {}).get(note, {}).get("settled", False):
        return True
    if "trigger" in settlement:
        return any(b.stood(settlement["trigger"], s - 1) for s in b.days if s <= t)
    return any(b.vehicle(s).falls_today(settlement["date"]) for s in b.days if s <= t)


def put(b: Books, note: str, t: int) -> int:
    """The amount put before the payments of day t."""
    amount = b.row("notes", note, "put", t - 1) if t > b.k + 1 else b.books("notes", note, "put")
    for terms in b.deal["notes"][note].get("puts", []):
        if b.vehicle(t).falls_today(terms["date"]):
            share = notes.share_of(
                b.vehicle(t).notes[note], before_payments(b, note, t), number(terms["share"])
            )
            amount += share
    return int(amount)


def follows_a_schedule(b: Books, note: str, t: int) -> bool:
    """Whether what is due of the principal of a note with a balance is a schedule on day t."""
    early = any(
        terms.get("early_repayment", False) and b.row("triggers", name, "active", t)
        for name, terms in b.deal.get("triggers", {}).items()
    )
    kind = b.deal["notes"][note].get("principal", {}).get("kind", "collected")
    redeemed = any(
        ("redemption", note) in kinds_paid(step)
        for step in running_steps(b, t)
        if step.get("support") or b.result["priority"][t - 1] == "default"
    )
    all_due = t == b.T or b.called(t) or early or has_settled(b, note, t) or redeemed
    all_due = all_due or put(b, note, t) >= before_payments(b, note, t)
    return kind in ("scheduled", "bullet") and not all_due


def principal_by_schedule(b: Books, note: str, t: int) -> int:
    """P of one note on a date on which it follows a schedule."""
    v = b.vehicle(t)
    scheduled = notes.scheduled_on(v, v.notes[note], t, v.final)
    scheduled += capitalised(b, note, t) if scheduled > 0 else 0
    return max(0, before_payments(b, note, t) - scheduled)


def running_steps(b: Books, t: int) -> list[Table]:
    def active(name: str) -> bool:
        return bool(b.row("triggers", name, "active", t))

    priority = b.result["priority"][t - 1]
    if priority == redemption.REDEMPTION:
        return redemption.steps_of(b.vehicle(t))
    return [
        step
        for step in b.deal["priority"][priority]
        if all(map(active, step.get("when", []))) and not any(map(active, step.get("unless", [])))
    ]


def steps_of(steps: list[Table], ranked: list[str]) -> list[Table]:
    """Those that pay interest or principal of these notes."""
    return [
        step
        for step in steps
        if any(kind in PAYS_NOTES and name in ranked for kind, name in kinds_paid(step))
    ]


def named_by(steps: list[Table], key: str) -> list[str]:
    """What the steps name under a key, each once, in the order of its first naming."""
    return list(dict.fromkeys(name for step in steps for name in step.get(key, [])))


def main_account(b: Books) -> str:
    return next(str(name) for name, terms in b.deal["accounts"].items() if terms["kind"] == "collection")


def reserve(b: Books, name: str, t: int) -> int:
    """Its balance before the payments, without the streams of the day, which K has."""
    found = b.row("accounts", name, "opening", t) + b.row("accounts", name, "interest", t)
    return max(0, int(found - b.row("accounts", name, "lost", t)))


def taken_by_fees(b: Books, steps: list[Table], t: int) -> dict[str, int]:
    """What senior fees take of K (under ""), of each reserve and of each support before the notes."""
    taken: dict[str, int] = {}
    to_come = {name: senior_fee(b, name, t) for name in senior_fee_names(b)}
    for step in steps:
        for kind, fee in kinds_paid(step):
            lack = to_come.pop(fee, 0) if kind == "fee" else 0
            there = {"": collected(b, t)}
            sources = step.get("from", [])
            there |= {a: reserve(b, a, t) for a in sources if b.deal["accounts"][a]["kind"] == "reserve"}
            for pot, whole in there.items():
                amount = min(lack, whole - taken.get(pot, 0))
                taken[pot] = taken.get(pot, 0) + amount
                lack -= amount
            for name in step.get("support", []):
                amount = one_support(b, name, lack, t, taken)
                taken[name] = taken.get(name, 0) + amount
                lack -= amount
    return taken


def reserves(b: Books, steps: list[Table], t: int, taken: dict[str, int]) -> int:
    """R: balances before the payments, less what senior fees take of them."""
    names = [name for name in named_by(steps, "from") if b.deal["accounts"][name]["kind"] == "reserve"]
    return sum(reserve(b, name, t) - taken.get(name, 0) for name in names)


def reinstates(terms: Table) -> bool:
    return bool(terms.get("reinstates", terms["kind"] == "liquidity-line"))


def life_left(b: Books, support: str, before: int) -> int | None:
    """What is left of the limit over the life before the payments of a day; None without one."""
    terms = b.deal["support"][support]
    if "limit" not in terms:
        return None
    used = b.books("support", support, "paid") + b.total("support", support, "drawn", before)
    if reinstates(terms):
        used -= b.books("support", support, "reimbursed") + b.total("support", support, "reimbursed", before)
    return money(terms["limit"]) - used


def supported(b: Books, steps: list[Table], lack: int, t: int, taken: dict[str, int]) -> int:
    """G: what the supports of these steps really pay of what is lacking, one after another, after senior fees."""
    found, taken = 0, dict(taken)
    for name in named_by(steps, "support"):
        paid = one_support(b, name, lack, t, taken)
        taken[name] = taken.get(name, 0) + paid
        found, lack = found + paid, lack - paid
    return found


def one_support(b: Books, name: str, lack: int, t: int, taken: dict[str, int]) -> int:
    """What one support pays of what is lacking, where some was taken of each before it."""
    terms = b.deal["support"][name]
    v = b.vehicle(t)
    if not v.holds_from(terms, "first_call") or not v.holds_until(terms, "until"):
        return 0
    limits = [int(lack * number(terms.get("coverage", 1)) // 1)]
    if (life := life_left(b, name, t)) is not None:
        limits.append(life - taken.get(name, 0))
    if "limit_per_payment" in terms:
        limits.append(money(terms["limit_per_payment"]) - taken.get(name, 0))
    party = terms.get("party", "")
    if party in b.result["parties"]:
        left = b.row("parties", party, "left", t) + b.row("parties", party, "supported", t)
        mine = [one for one, each in b.deal["support"].items() if each.get("party") == party]
        limits.append(left - capacity_back(b, party, t) - sum(taken.get(one, 0) for one in mine))
    pays = b.pool.get("support_pays", {}).get(name)
    return min(limits) * (ONE if pays is None else pays[t - 1]) // ONE


def capacity_back(b: Books, party: str, t: int) -> int:
    """What supports that reinstate got back on day t: capacity that was not there before its payments."""
    return sum(
        b.row("support", name, "reimbursed", t)
        for name, terms in b.deal["support"].items()
        if terms.get("party") == party and reinstates(terms)
    )


def coverage(b: Books, rank: int, t: int, fee_interest: list[int] | None = None) -> Table:
    """dscr, dscr_with_support and ic of a rank on day t; None where there is none.

    fee_interest : by period the interest part of the stream ``fee``, as the pool delivers it
    """
    ranked = b.ranked(rank)
    interest = sum(interest_due(b, note, t) for note in ranked)
    fees, k = senior_fees(b, t), collected(b, t)
    came = b.result["streams"]["interest"][t - 1] + b.result["streams"]["royalty"][t - 1]
    came += sum(b.row("accounts", name, "interest", t) for name in b.deal["accounts"])
    if fee_interest is not None and not (t > b.k + 1 and b.called(t - 1)):
        came += fee_interest[t - 1]
    found: Table = {"dscr": None, "dscr_with_support": None}
    found["ic"] = Fraction(max(0, came - fees), interest) if interest else None
    owing = [note for note in ranked if before_payments(b, note, t) > 0]
    of_the_rank = [note for note in owing if count(b.deal["notes"][note]["rank"]) == rank]
    if not of_the_rank or not all(follows_a_schedule(b, note, t) for note in owing):
        return found
    due = interest + sum(principal_by_schedule(b, note, t) for note in owing)
    if due == 0:
        return found
    net = max(0, k - fees)
    steps = steps_of(running_steps(b, t), ranked)
    taken = taken_by_fees(b, running_steps(b, t), t)
    held = reserves(b, steps, t, taken)
    helped = supported(b, steps, max(0, due - net - held), t, taken)
    found["dscr"] = Fraction(net, due)
    found["dscr_with_support"] = Fraction(net + held + helped, due)
    return found
