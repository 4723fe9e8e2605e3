"""A second, slow statement of the measures that move no cash: states of notes, losses, published coverage.

Sections "Overdue amounts, and the state of a note" and "What is published of losses and coverage" of
docs/reference/priority-of-payments.md. It reads the deal as plain TOML and the rows that the reference interpreter
publishes; every quotient is a Fraction. Life coverage is the module beside this one.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from securitize.reference import interpreter, notes, rates
from securitize.reference.day_counts import DEFAULT
from securitize.reference.numbers import ONE, count, money, number
from securitize.reference.state import STREAMS, Table, Vehicle

PAYS_NOTES = ("interest", "current-interest", "deferred-interest", "principal", "redemption", "put")


@dataclass
class Books:
    """A deal and one path: what the interpreter takes, and what it publishes; days are numbered 0 … T."""

    deal: Table
    schedule: Table
    pool: Table
    state: Table = field(default_factory=dict)
    result: Table = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.result:
            self.result = interpreter.run(self.deal, self.schedule, self.pool, self.state or None)
        self.d: list[dt.date] = [self.deal["dates"]["closing"], *self.schedule["payment"]]
        self.T = len(self.d) - 1
        self.k = self.d.index(self.state["as_of"]) if self.state else 0
        self.days = range(self.k + 1, self.T + 1)
        self.vehicles: dict[int, Vehicle] = {}

    def row(self, table: str, name: str, column: str, t: int) -> Any:
        return self.result[table][name][column][t - 1]

    def total(self, table: str, name: str, column: str, before: int | None = None) -> int:
        """Over the dates since closing or the state, those before day ``before`` alone where it is given."""
        return sum(self.row(table, name, column, t) for t in self.days if before is None or t < before)

    def books(self, table: str, name: str, key: str) -> int:
        """What the state says of a thing, minor units; 0 at closing."""
        return money(self.state.get(table, {}).get(name, {}).get(key, 0))

    def stood(self, trigger: str, t: int) -> bool:
        """Whether a trigger stood breached after the tests of t."""
        if t > self.k:
            return bool(self.row("triggers", trigger, "breached", t))
        return bool(self.state.get("triggers", {}).get(trigger, {}).get("breached", False))

    def called(self, t: int) -> bool:
        """Whether a call is exercised on day t or was before."""
        return bool(self.state.get("called", False)) or any(
            self.result["call"][s - 1] for s in self.days if s <= t
        )

    def vehicle(self, t: int) -> Vehicle:
        """The interpreter's vehicle put on day t: dates, fixings, and the triggers that stood the day before."""
        if t not in self.vehicles:
            v = self.vehicles[t] = interpreter.close_vehicle(self.deal, self.schedule, self.pool)
            v.t = t
            for name, trigger in v.triggers.items():
                trigger.stood = self.stood(name, t - 1)
        return self.vehicles[t]

    def ranked(self, rank: int) -> list[str]:
        """Notes of this rank and above."""
        return [name for name, terms in self.deal["notes"].items() if count(terms["rank"]) <= rank]


# Balances and interest ---------------------------------------------------------------------------------


def lent(b: Books, note: str) -> int:
    if note in b.state.get("notes", {}) and "balance" in b.state["notes"][note]:
        return b.books("notes", note, "balance")
    return money(b.deal["notes"][note]["balance"])


def whole_unit(b: Books, note: str) -> int:
    """q of a note with certificates, else one minor unit."""
    return b.vehicle(b.T).notes[note].step


def balance(b: Books, note: str, t: int) -> int:
    """After the payments of day t, before what the legal final date writes off."""
    return int(b.row("notes", note, "closing", t)) if t > b.k else lent(b, note)


def unpaid(b: Books, note: str, t: int) -> int:
    """U after day t."""
    if t > b.k:
        return int(b.row("notes", note, "unpaid", t))
    return b.books("notes", note, "deferred") + b.books("notes", note, "interest_on_deferred")


def settled_off(b: Books, note: str, t: int) -> int:
    """Balance that a settlement writes off on day t; on d_T what stays outstanding is written off too."""
    off = int(b.row("notes", note, "written_off", t))
    return off - (balance(b, note, t) if t == b.T else 0)


def before_payments(b: Books, note: str, t: int) -> int:
    """B of section 8: after a settlement of the date."""
    return int(b.row("notes", note, "opening", t)) - settled_off(b, note, t)


def interest_due(b: Books, note: str, t: int) -> int:
    came = ("accrued", "interest_on_unpaid")
    due = unpaid(b, note, t - 1) + sum(b.row("notes", note, line, t) for line in came)
    return int(due - b.row("notes", note, "interest_written_off", t))


def coupon_factor(b: Books, note: str, t: int) -> Fraction:
    """r_t y_t of interest period t."""
    v = b.vehicle(t)
    day_count = b.deal["notes"][note].get("day_count", DEFAULT)
    return rates.interest_factor(v, notes.coupon_pieces(v, v.notes[note]), day_count)


def capitalised(b: Books, note: str, before: int) -> int:
    """C of the dates before day ``before``."""
    return b.books("notes", note, "capitalised") + b.total("notes", note, "capitalised", before)


# State --------------------------------------------------------------------------------------------------


def state_of(b: Books, note: str) -> Table:
    """State, loses_what, first_late_date, days_late, largest_overdue, deferred_as_allowed of a note."""
    if money(b.deal["notes"][note]["balance"]) == 0:
        return {"state": None}
    overdue = {
        t: b.row("notes", note, "overdue_interest", t) + b.row("notes", note, "overdue_principal", t)
        for t in b.days
    }
    late = [t for t in b.days if overdue[t]]
    allowed = any(
        b.row("notes", note, "overdue_interest", t) == 0
        and b.row("notes", note, "unpaid", t) + b.row("notes", note, "capitalised", t) > 0
        for t in b.days
    )
    gone = b.total("notes", note, "written_off") + b.total("notes", note, "interest_written_off")
    loses = gone + unpaid(b, note, b.T) > 0
    return {
        "state": "loses" if loses else "late" if late else "on-time",
        "loses_what": loses_what(b, note) if loses else None,
        "first_late_date": b.d[late[0]] if late else None,
        "days_late": longest_spell(b, overdue),
        "largest_overdue": max(overdue.values()),
        "deferred_as_allowed": allowed,
    }


def longest_spell(b: Books, overdue: dict[int, int]) -> int:
    """Calendar days from a first missed date to the next on which nothing is overdue, or to d_T."""
    longest, since = 0, None
    for t, amount in overdue.items():
        if since is not None:
            longest = max(longest, (b.d[t] - b.d[since]).days)
        since = None if amount == 0 else t if since is None else since
    return longest


def loses_what(b: Books, note: str) -> str:
    principal, interest = principal_loss(b, note), interest_loss(b, note)
    if principal and interest:
        return "principal-and-interest"
    return "principal" if principal else "interest"


# Losses -------------------------------------------------------------------------------------------------


def principal_loss(b: Books, note: str) -> int:
    return max(0, lent(b, note) - b.total("notes", note, "principal_paid"))


def interest_loss(b: Books, note: str) -> int:
    gone = b.total("notes", note, "written_off") + b.total("notes", note, "interest_written_off")
    return max(0, gone + unpaid(b, note, b.T) - principal_loss(b, note))


def present_value_loss(b: Books, note: str) -> Fraction:
    """A share of what was lent; 0 where nothing was."""
    if lent(b, note) == 0:
        return Fraction(0)
    discount, value = Fraction(1), Fraction(0)
    for t in b.days:
        discount /= 1 + coupon_factor(b, note, t)
        paid = ("interest_paid", "principal_paid", "premium_paid")
        value += discount * sum(b.row("notes", note, line, t) for line in paid)
    return max(Fraction(0), 1 - value / lent(b, note))


# Coverage -----------------------------------------------------------------------------------------------


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
    return names


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
    return any(b.d[s] >= settlement["date"] for s in b.days if s <= t)


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
    scheduled = notes.scheduled_by(v.notes[note], v.a[t], v.final)
    scheduled += capitalised(b, note, t) if scheduled > 0 else 0
    return max(0, before_payments(b, note, t) - scheduled)


def running_steps(b: Books, t: int) -> list[Table]:
    def active(name: str) -> bool:
        return bool(b.row("triggers", name, "active", t))

    return [
        step
        for step in b.deal["priority"][b.result["priority"][t - 1]]
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


def streams_into(b: Books, account: str, t: int) -> int:
    into = b.deal.get("collections", {})
    main = main_account(b)
    return sum(b.result["streams"][s][t - 1] for s in STREAMS if into.get(s, main) == account)


def reserve(b: Books, name: str, t: int) -> int:
    """Its balance before the payments."""
    found = b.row("accounts", name, "opening", t) + b.row("accounts", name, "interest", t)
    return int(found + streams_into(b, name, t) - b.row("accounts", name, "lost", t))


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
    if b.d[t] < terms.get("first_call", b.d[0]) or b.d[t] > terms.get("until", b.d[t]):
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
