"""A second, slow statement of life coverage: section "Life coverage" of docs/reference/priority-of-payments.md.

Fractions throughout; nothing is rounded. Senior fees are told forward from each day, one date after another.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from securitize.reference import fees, notes
from securitize.reference.day_counts import DEFAULT, year_part
from securitize.reference.numbers import ONE, count, money, number, rate
from securitize.reference.state import STREAMS, FeeState, Table, Vehicle
from tests.oracle.coverage_reference import (
    cap_left,
    kinds_paid,
    life_left,
    named_by,
    reinstates,
    senior_fee_names,
    steps_of,
)
from tests.oracle.measures_reference import Books, balance, capitalised, unpaid


def owed(b: Books, ranked: list[str], t: int) -> int:
    return sum(balance(b, note, t) + unpaid(b, note, t) for note in ranked)


def delivered(b: Books, s: int) -> int:
    """K_s: as the pool delivers it, called or not."""
    return sum(int(b.pool["streams"][stream][s - 1]) for stream in STREAMS)


def growth(b: Books, ranked: list[str], t: int) -> Fraction:
    """g: the coupons at the start of interest period t + 1, weighted by balances, else by U."""
    if t == b.T:
        return Fraction(0)
    v = b.vehicle(t + 1)
    coupons = {note: notes.coupon_pieces(v, v.notes[note])[0][2] for note in ranked}
    weights = {note: balance(b, note, t) for note in ranked}
    if not any(weights.values()):
        weights = {note: unpaid(b, note, t) for note in ranked}
    return Fraction(sum(coupons[note] * weights[note] for note in ranked), sum(weights.values()) * ONE)


def discounts(b: Books, g: Fraction, t: int) -> dict[int, Fraction]:
    """v_s of the days after t."""
    found, v = {}, Fraction(1)
    for s in range(t + 1, b.T + 1):
        v /= 1 + g * (b.d[s] - b.d[s - 1]).days / 365
        found[s] = v
    return found


# Senior fees newly due ----------------------------------------------------------------------------------


@dataclass
class Fee:
    """A fee told forward: accrued and not due, due and unpaid, what of its cap is left."""

    name: str
    terms: Table
    pending: Fraction
    unpaid: Fraction
    cap: Fraction | None


def terms_on(b: Books, fee: str, t: int) -> Table:
    """With the rate or amount that stands on day t, of a fee that a trigger changes."""
    terms: Table = b.deal["fees"][fee]
    change = terms.get("change")
    if change is None or not b.stood(change["trigger"], t):
        return terms
    return terms | {key: change[key] for key in ("rate", "amount") if key in change}


def fee_on(b: Books, fee: str, t: int) -> Fee:
    if t > b.k:
        pending, left = b.row("fees", fee, "pending", t), b.row("fees", fee, "unpaid", t)
    else:
        pending, left = b.books("fees", fee, "accrued"), b.books("fees", fee, "unpaid")
    return Fee(fee, terms_on(b, fee, t), Fraction(pending), Fraction(left), cap_after(b, fee, t))


def cap_after(b: Books, fee: str, t: int) -> Fraction | None:
    """What of the cap is left after the payments of day t."""
    left = cap_left(b, fee, t)
    if left is None:
        return None
    if t == b.k:
        known = "cap_left" in b.state.get("fees", {}).get(fee, {})
        return Fraction(b.books("fees", fee, "cap_left") if known else left)
    rows = [row for row in b.result["steps"][t - 1] if row["payee"] == f"fee:{fee}"]
    return Fraction(left - sum(row["paid"] + row["supported"] for row in rows))


def base_of_notes(b: Books, names: list[str], t: int, s: int) -> int:
    """The balances of day t, from the second date on at most what is scheduled at s - 1."""
    found = 0
    for note in names:
        stands = balance(b, note, t)
        v = b.vehicle(s - 1 if s > 1 else 1)
        if s > t + 1 and v.notes[note].has_schedule:
            scheduled = notes.scheduled_by(v.notes[note], v.a[s - 1], False)
            scheduled += capitalised(b, note, t + 1) if scheduled > 0 else 0
            stands = min(stands, scheduled)
        found += stands
    return found


def net_accrual(b: Books, fee: Fee, v: Vehicle, t: int) -> Fraction:
    """n of day v.t, as seen from day t."""
    s, terms, kind = v.t, fee.terms, fee.terms["kind"]
    if kind == "one-off":
        return Fraction(money(terms["amount"]) if v.falls_today(terms["date"]) else 0)
    if kind == "scheduled":
        return Fraction(sum(money(x["amount"]) for x in terms["payments"] if v.falls_today(x["date"])))
    state = FeeState(terms)
    first, last = fees.fee_life(v, state)
    if kind == "fixed":
        return Fraction(money(terms["amount"]) * fees.fee_dates_today(v, state))
    share = Fraction(rate(terms["rate"]), ONE)
    if kind == "percent-of-collections":
        came = sum(int(b.pool["streams"][stream][s - 1]) for stream in terms.get("streams", STREAMS))
        whole = 1 + share if terms.get("inclusive", False) else Fraction(1)
        return came * share / whole if first <= b.d[s] <= last else Fraction(0)
    days = v.c if terms.get("window", "interest-period") == "collection-period" else v.a
    window = (days[s - 1], days[s])
    start, end = max(window[0], first), min(window[1], last)
    if end <= start:
        return Fraction(0)
    base = terms["base"]
    if base == "pool":
        charged = int(b.pool["performing"][s - 1])
    elif base == "pool-at-cut-off":
        charged = int(b.pool["performing"][0])
    else:
        charged = base_of_notes(b, list(b.deal["notes"]) if base == "notes" else base, t, s)
    return charged * share * year_part(terms.get("day_count", DEFAULT), start, end, window, v.conventions)


def fees_newly_due(b: Books, t: int) -> dict[int, Fraction]:
    """F_s of the days after t."""
    told = [fee_on(b, fee, t) for fee in senior_fee_names(b)]
    found = {}
    for s in range(t + 1, b.T + 1):
        v, paid = b.vehicle(s), Fraction(0)
        for fee in told:
            vat = number(fee.terms.get("vat", 0))
            taxes = vat + vat * number(fee.terms.get("surcharge", 0))
            fee.pending += net_accrual(b, fee, v, t) * (1 + taxes)
            if fees.is_payable(v, FeeState(fee.terms)):
                fee.unpaid, fee.pending = fee.unpaid + fee.pending, Fraction(0)
            due = fee.unpaid
            if "cap" in fee.terms:
                cap = fee.terms["cap"]
                renewed = cap["per"] == "payment" or s == 1 or b.d[s].year != b.d[s - 1].year
                left = Fraction(money(cap["amount"])) if renewed or fee.cap is None else fee.cap
                due = min(due, left)
                fee.cap = left - due
            fee.unpaid -= due
            paid += due
        found[s] = paid
    return found


# The measure ------------------------------------------------------------------------------------------


def accounts_of(b: Books, steps: list[Table], t: int) -> int:
    """Balances after day t of the accounts that these steps may draw on; the main account where none is named."""
    main = next(name for name, terms in b.deal["accounts"].items() if terms["kind"] == "collection")
    names = dict.fromkeys(name for step in steps for name in step.get("from", [main]))
    if t > b.k:
        return sum(b.row("accounts", name, "closing", t) for name in names)
    found = 0
    for name in names:
        written = b.state.get("accounts", {}).get(name, {})
        opening = money(b.deal["accounts"][name].get("opening", 0))
        found += money(written["balance"]) if "balance" in written else opening
    return found


def covered(b: Books, steps: list[Table], support: str, ranked: list[str]) -> list[str]:
    """The notes that a support is named for: to the most junior rank, within these, of a step that names it."""
    of = {note: count(b.deal["notes"][note]["rank"]) for note in ranked}
    named = [name for step in steps if support in step.get("support", []) for _, name in kinds_paid(step)]
    junior = max(of[note] for note in named if note in of)
    return [note for note in ranked if of[note] <= junior]


def helped(b: Books, steps: list[Table], ranked: list[str], cash: Fraction, t: int) -> Fraction:
    """What providers pay of what is lacking, one after another."""
    found, of_party = Fraction(0), dict[str, Fraction]()
    for name in named_by(steps, "support"):
        terms = b.deal["support"][name]
        first, until = terms.get("first_call", b.d[0]), terms.get("until", b.d[-1])
        dates = [s for s in range(t + 1, b.T + 1) if first <= b.d[s] <= until]
        late = b.pool.get("support_late", {}).get(name)
        if not dates or (late is not None and late[b.T - 1]):
            continue
        rooms = [Fraction(left) for left in (life_left(b, name, t + 1),) if left is not None]
        if "limit_per_payment" in terms:
            rooms.append(Fraction(money(terms["limit_per_payment"]) * len(dates)))
        pays = b.pool.get("support_pays", {}).get(name)
        phi = Fraction(min(pays[s - 1] for s in dates), ONE) if pays is not None else Fraction(1)
        party = terms.get("party", "")
        if party in b.result["parties"]:
            rooms.append(max(Fraction(0), capacity_left(b, party, t) - of_party.get(party, Fraction(0))))
        lack = max(Fraction(0), owed(b, covered(b, steps, name, ranked), t) - cash - found)
        paid = phi * min([number(terms.get("coverage", 1)) * lack, *rooms])
        of_party[party] = of_party.get(party, Fraction(0)) + paid
        found += paid
    return found


def capacity_left(b: Books, party: str, t: int) -> int:
    """Of a party, after the payments of day t."""
    if t > b.k:
        return int(b.row("parties", party, "left", t))
    (terms,) = [one for one in b.deal["parties"] if one.get("id") == party]
    left = money(terms["capacity"]) - b.books("parties", party, "paid")
    for name, support in b.deal["support"].items():
        if support.get("party") == party:
            left -= b.books("support", name, "paid")
            left += b.books("support", name, "reimbursed") if reinstates(support) else 0
    return left


def life_coverage(b: Books, rank: int, t: int) -> Table:
    """life_coverage and life_coverage_with_support of a rank after day t (k: today); None where nothing is owed."""
    ranked = b.ranked(rank)
    due = owed(b, ranked, t)
    if due == 0:
        return {"life_coverage": None, "life_coverage_with_support": None}
    steps = steps_of([step for steps in b.deal["priority"].values() for step in steps], ranked)
    newly, v = fees_newly_due(b, t), discounts(b, growth(b, ranked, t), t)
    to_come = sum((v[s] * (delivered(b, s) - newly[s]) for s in v), Fraction(0))
    cash = max(Fraction(0), accounts_of(b, steps, t) + to_come)
    support = helped(b, steps, ranked, cash, t)
    return {"life_coverage": cash / due, "life_coverage_with_support": (cash + support) / due}


def plain_coverage(b: Books, base: Books, rank: int, t: int) -> Fraction | None:
    """The multiple of offering papers: cash to come over what the notes are owed in the base case."""
    ranked = b.ranked(rank)
    due = owed(base, ranked, t)
    for note in ranked:
        for s in range(t + 1, b.T + 1):
            due += base.row("notes", note, "accrued", s) + base.row("notes", note, "interest_on_unpaid", s)
    if due == 0:
        return None
    return Fraction(sum(delivered(b, s) for s in range(t + 1, b.T + 1)), due)
