"""Section 5 of the reference: notes."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from securitize.reference import rates
from securitize.reference.day_counts import DEFAULT
from securitize.reference.numbers import ONE, down_to, money, number, product, rate
from securitize.reference.state import NoteState, Table
from securitize.reference.vehicle import Vehicle
from securitize.reference.words import no_such, word_of

# The parts of interest due, in the order in which a payment goes through them: by `interest_order`.
PARTS = {
    "deferred-first": ("on_deferred", "deferred", "current"),
    "current-first": ("current", "on_deferred", "deferred"),
}
INTEREST_PARTS = PARTS["deferred-first"]


# Coupon and interest ----------------------------------------------------------------------------------


def coupon_added(v: Vehicle, note: NoteState) -> int:
    """Section 5, coupon: what the coupon steps of today's period add."""
    steps = note.terms.get("coupon_steps", [])
    return sum(rate(step["add"]) for step in steps if v.triggers[step["trigger"]].stood)


def coupon_rule(v: Vehicle, note: NoteState) -> Table:
    """Section 5, re-set of the coupon at a put: the note's rate rule, with a step at each new coupon from a_t on."""
    rule: Table = note.terms.get("coupon", {"kind": "zero"})
    new = [put for put in note.terms.get("puts", []) if "rate" in put.get("reset", {})]
    # A re-set at d_T, or after it, changes nothing.
    new = [put for put in new if v.from_date(put["date"]) < len(v.d) - 1]
    if not new:
        return rule
    if rule["kind"] not in ("fixed", "step-up"):
        raise no_such("kind of coupon that is re-set", rule["kind"])
    resets = [{"accrues": v.a[v.from_date(put["date"])], "rate": put["reset"]["rate"]} for put in new]
    # Of two on one day the later one in the list holds, and a re-set after a step of the note's own.
    steps = sorted([*rule.get("steps", []), *resets], key=lambda step: rates.starts_on(v, step))
    return {"kind": "step-up", "rate": rule["rate"], "steps": steps}


def coupon_pieces(v: Vehicle, note: NoteState) -> rates.Pieces:
    """Section 5: the sub-periods of today's interest period with the coupon of each, coupon steps included."""
    rule, added = coupon_rule(v, note), coupon_added(v, note)
    return [(s, e, r + added) for s, e, r in rates.pieces_of(v, f"notes.{note.name}", rule)]


def target_coupon(v: Vehicle, note: NoteState) -> int:
    """Section 4, months-of-interest: the coupon in force on a_t, of a floating note r_t; without coupon steps."""
    rule = coupon_rule(v, note)
    return rates.rate_on(v, f"notes.{note.name}", rule, v.t, v.a[v.t])


def accrual_pieces(v: Vehicle, note: NoteState) -> rates.Pieces:
    """Section 5, the day of a settlement for an amount: the sub-periods, which end where the claim stands still."""
    end = stands_still(v, note)
    return [(s, min(e, end), r) for s, e, r in coupon_pieces(v, note) if s < end]


def stands_still(v: Vehicle, note: NoteState) -> date:
    """Section 5, the day of a settlement for an amount: e of today's interest period, else a_t."""
    start, end = v.period
    settlement = note.terms.get("settlement", {})
    if "amount" not in settlement or "date" not in settlement or not settles_today(v, note):
        return end
    return min(end, max(start, v.day_of_accrual(settlement["date"])))


def unpaid_pieces(v: Vehicle, note: NoteState) -> rates.Pieces:
    """Section 5, unpaid interest: the sub-periods with the rate of `interest_on_unpaid`."""
    bears = note.terms.get("interest_on_unpaid", "none")
    terms = {"kind": bears} if isinstance(bears, str) else bears
    if terms["kind"] == "none":
        return []
    if terms["kind"] == "fixed":
        return [(s, e, rate(terms["rate"])) for s, e, _ in accrual_pieces(v, note)]  # over the same days
    if terms["kind"] == "coupon":
        return accrual_pieces(v, note)
    if terms["kind"] == "coupon-plus":
        return [(s, e, r + rate(terms["margin"])) for s, e, r in accrual_pieces(v, note)]
    raise no_such("kind of interest on unpaid interest", terms["kind"])


def interest(v: Vehicle, note: NoteState, balance: int, pieces: rates.Pieces) -> int:
    """Section 5, accrued interest and certificates: the interest of the period on a balance."""
    factor = rates.interest_factor(v, pieces, note.terms.get("day_count", DEFAULT))
    if "certificates" not in note.terms:
        return v.product(balance, factor.numerator, factor.denominator)
    return down_to(note.step, product(balance, factor.numerator, factor.denominator, "down", v.k))


def accrue_note(v: Vehicle, note: NoteState) -> None:
    """Section 5: accrued interest A and interest i on deferred interest."""
    note.accrued = note.current = interest(v, note, note.balance, accrual_pieces(v, note))
    note.interest_on_unpaid = interest(v, note, note.deferred, unpaid_pieces(v, note))
    terms = note.terms.get("interest_on_unpaid", "none")
    if isinstance(terms, str) or terms.get("compounding", True):
        note.deferred += note.interest_on_unpaid
    else:
        note.on_deferred += note.interest_on_unpaid


def parts_paid(note: NoteState, kind: str) -> tuple[str, ...]:
    """Section 5: the parts of `interest:`, `current-interest:` or `deferred-interest:`, in their order."""
    if kind == "interest":
        return PARTS[word_of(note.terms, "interest_order", *PARTS)]
    if kind == "current-interest":
        return ("current",)
    if kind == "deferred-interest":
        return ("on_deferred", "deferred")
    raise no_such("payee of interest", kind)


def interest_due(note: NoteState, kind: str) -> int:
    """Section 5: what `interest:`, `current-interest:` or `deferred-interest:` is due."""
    return int(sum(getattr(note, part) for part in parts_paid(note, kind)))


def pay_interest(note: NoteState, kind: str, paid: int) -> None:
    """Section 5: interest is paid, one part after another."""
    note.interest_paid += paid
    for part in parts_paid(note, kind):
        taken = min(paid, getattr(note, part))
        setattr(note, part, getattr(note, part) - taken)
        paid -= taken


def capitalises_today(v: Vehicle, note: NoteState) -> bool:
    """Section 5, payment in kind: whether what is left of interest joins the balance today."""
    in_kind = word_of(note.terms, "unpaid_interest", "deferred", "capitalised") == "capitalised"
    return in_kind and not v.final and v.holds_until(note.terms, "capitalise_until")


def carry_unpaid(v: Vehicle, note: NoteState) -> None:
    """Section 5: after the steps what is left of A joins D; payment in kind."""
    note.deferred += note.current
    note.current = 0
    if capitalises_today(v, note):
        joins = note.deferred + note.on_deferred
        note.balance += joins
        note.capitalised += joins
        note.capitalised_today = joins
        note.deferred = note.on_deferred = 0
    note.unpaid = note.deferred + note.on_deferred


# Settlement and puts ----------------------------------------------------------------------------------


def share_of(note: NoteState, amount: int, share: Fraction) -> int:
    """Section 5, puts, settlement and certificates: floor(amount x share), a whole multiple of q."""
    return down_to(note.k, down_to(note.step, int(amount * share // 1)))


def settles_today(v: Vehicle, note: NoteState) -> bool:
    """Section 5, settlement: once, on its date or when its trigger stood breached."""
    settlement = note.terms.get("settlement")
    if settlement is None or note.settled:
        return False
    if "trigger" in settlement:
        return v.triggers[settlement["trigger"]].stood
    return v.falls_today(settlement["date"])


def settle(v: Vehicle, note: NoteState) -> None:
    """Section 5, settlement: what is not left is written off at once."""
    if not settles_today(v, note):
        return
    note.settled = True
    by_amount = "amount" in note.terms["settlement"]
    kept, parts = kept_of_amount(note) if by_amount else kept_of_share(note)
    note.written_off += note.balance - kept
    note.settled_in_all += note.balance - kept
    note.balance = kept
    for part, left in parts.items():
        note.interest_written_off += getattr(note, part) - left
        setattr(note, part, left)


def kept_of_share(note: NoteState) -> tuple[int, dict[str, int]]:
    """Section 5, settlement by `share`: what remains of the balance, and of each part of the interest."""
    settlement = note.terms["settlement"]
    interest_share = number(settlement.get("interest_share", 0))
    parts = {part: share_of(note, getattr(note, part), interest_share) for part in INTEREST_PARTS}
    return share_of(note, note.balance, number(settlement["share"])), parts


def kept_of_amount(note: NoteState) -> tuple[int, dict[str, int]]:
    """Section 5, settlement by `amount`: what remains of the balance, and of each part of the interest."""
    settlement = note.terms["settlement"]
    amount = down_to(note.step, money(settlement["amount"]))
    if word_of(settlement, "amount_order", "principal-first", "interest-first") == "principal-first":
        kept = min(note.balance, amount)
        left = min(note.owed, amount - kept)
    else:
        left = min(note.owed, amount)
        kept = min(note.balance, amount - left)
    parts: dict[str, int] = {}
    for part in parts_paid(note, "interest"):
        parts[part] = min(left, getattr(note, part))
        left -= parts[part]
    return kept, parts


def put_today(v: Vehicle, note: NoteState) -> None:
    """Section 5, puts: what becomes due today."""
    for put in note.terms.get("puts", []):
        if v.falls_today(put["date"]):
            note.put += share_of(note, note.balance, number(put["share"]))


# Principal --------------------------------------------------------------------------------------------


def scheduled_on(v: Vehicle, note: NoteState, t: int, final: bool) -> int:
    """Section 5, scheduled balance: S_t without capitalised interest."""
    principal = note.terms.get("principal", {})
    if final:
        return 0
    if note.kind == "scheduled":
        return note.face - sum(
            money(p["amount"]) for p in principal["payments"] if v.from_date(p["date"]) <= t
        )
    if note.kind == "bullet":
        return 0 if v.from_date(principal["date"]) <= t else note.face
    raise no_such("kind of principal with a schedule", note.kind)


def scheduled_balance(v: Vehicle, note: NoteState) -> int:
    """Section 5: S_t, raised by C_{t-1} wherever it is above 0."""
    scheduled = scheduled_on(v, note, v.t, v.final)
    return scheduled + note.capitalised if scheduled > 0 else 0


def target_due(v: Vehicle, note: NoteState) -> int:
    """Section 5, principal due: `target`."""
    principal = note.terms["principal"]
    balances = note.balance + sum(v.notes[name].balance for name in principal.get("with", []))
    share = v.product(v.performing[v.t], rate(principal["share"]), ONE)
    target = max(0, share - money(principal.get("less", 0)))
    return min(note.balance, max(0, balances - target))


def all_principal_due(v: Vehicle, note: NoteState) -> bool:
    """Section 5, principal due: on the cases in which every kind is due in full."""
    return v.everything_due or note.settled


def principal_due(v: Vehicle, note: NoteState) -> int:
    """Section 5: principal due at this moment."""
    if all_principal_due(v, note) or note.kind == "turbo":
        return note.balance
    if note.kind == "collected":
        return min(note.balance, v.principal_left)
    if note.kind == "target":
        return target_due(v, note)
    if note.kind in ("scheduled", "bullet"):
        return max(0, note.balance - scheduled_balance(v, note))
    raise no_such("kind of principal", note.kind)


def pay_principal(v: Vehicle, note: NoteState, paid: int) -> None:
    """Section 5: a payment of principal, under any payee; one to a `collected` note lowers M."""
    note.balance -= paid
    note.principal_paid += paid
    if note.shares_collections:
        v.principal_left = max(0, v.principal_left - paid)


# Overdue ----------------------------------------------------------------------------------------------


def interest_overdue(v: Vehicle, note: NoteState) -> int:
    """Section 16: interest left unpaid that the terms neither capitalise today nor let the note defer."""
    ends = v.final or v.called
    if capitalises_today(v, note) or (note.terms.get("deferrable", False) and not ends):
        return 0
    return note.owed


def principal_overdue(v: Vehicle, note: NoteState) -> int:
    """Section 16: what the schedule, the end of the deal, a call or a put asked for and did not get."""
    by_terms = 0
    if v.final or v.called:
        by_terms = note.balance
    elif note.has_schedule:
        by_terms = max(0, note.balance - scheduled_balance(v, note))
    return max(by_terms, min(note.put, note.balance))


def find_overdue(v: Vehicle, note: NoteState) -> None:
    """Section 16: both amounts, after the steps; one below q counts nothing, and a note without face owes none."""
    found = (interest_overdue(v, note), principal_overdue(v, note)) if note.face else (0, 0)
    note.overdue_interest, note.overdue_principal = (each if each >= note.step else 0 for each in found)
