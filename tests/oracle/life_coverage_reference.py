"""A second, slow statement of life coverage: section "Life coverage" of docs/reference/priority-of-payments.md.

Fractions throughout; nothing is rounded. Senior fees are told forward from each day, one date after another.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from securitize.reference import fees, notes
from securitize.reference.day_counts import DEFAULT, year_part
from securitize.reference.numbers import ONE, count, money, number, rate
from securitize.reference.state import STREAMS, FeeState, Table
from securitize.reference.vehicle import Vehicle
from tests.oracle.coverage_reference import (
    cap_left,
    kinds_paid,
    life_left,
    main_account,
    named_by,
    reinstates,
    senior_fee_names,
    steps_of,
)
from tests.oracle.measures_reference import Books, balance, capitalised, unpaid


def owed(b: Books, ranked: list[str], t: int) -> int:
    return sum(balance(b, note, t) + unpaid(b, note, t) for note in ranked)


# What comes ---------------------------------------------------------------------------------------------


def capacities(b: Books) -> dict[str, int]:
    """Of each party with a capacity."""
    parties = b.deal.get("parties", [])
    return {
        party["id"]: money(party["capacity"]) for party in parties if "id" in party and "capacity" in party
    }


def capacity_on(b: Books, party: str, t: int) -> int:
    """What is left of it after day t: less recoveries, less what supports paid (and got back, where they reinstate)."""
    left = capacities(b)[party] - b.books("parties", party, "paid")
    left -= sum(b.row("parties", party, "recoveries", s) for s in b.days if s <= t)
    for name, terms in b.deal.get("support", {}).items():
        if terms.get("party") == party:
            left -= b.books("support", name, "paid") + b.total("support", name, "drawn", t + 1)
            if reinstates(terms):
                left += b.books("support", name, "reimbursed") + b.total("support", name, "reimbursed", t + 1)
    return int(left)


def recoveries(b: Books, party: str, t: int) -> tuple[dict[int, int], int]:
    """r_s − r'_s of the days after t, and what they leave of the capacity."""
    left, unpaid_of = capacity_on(b, party, t), {}
    for s in range(t + 1, b.T + 1):
        owes = b.pool.get("recovered", {}).get(party)
        r = 0 if owes is None else int(owes[s - 1])
        pays = min(r, left)
        left, unpaid_of[s] = left - pays, r - pays
    return unpaid_of, left


def stream_to_come(b: Books, stream: str, t: int, s: int) -> int:
    """Of day s as seen from day t: as the pool delivers it, called or not, and parties can pay it."""
    came = int(b.pool["streams"][stream][s - 1])
    if stream == "recovery":
        came -= sum(recoveries(b, party, t)[0][s] for party in capacities(b))
    return came


def delivered(b: Books, t: int, s: int) -> int:
    """K_s of day t."""
    return sum(stream_to_come(b, stream, t, s) for stream in STREAMS)


def share_lost(b: Books, account: str, s: int) -> Fraction:
    """1 − φ."""
    pays = b.pool.get("account_pays", {}).get(account)
    return Fraction(0) if pays is None else 1 - Fraction(int(pays[s - 1]), ONE)


def lost_of_collections(b: Books, t: int, s: int) -> Fraction:
    """(1 − φ) h_s over the accounts."""
    found, into = Fraction(0), b.deal.get("collections", {})
    for account in b.deal["accounts"]:
        if share := share_lost(b, account, s):
            came = sum(
                stream_to_come(b, stream, t, s)
                for stream in STREAMS
                if into.get(stream, main_account(b)) == account
            )
            found += share * min(int(b.pool["held"][account][s - 1]), came)
    return found


def lost_of_balance(b: Books, account: str, t: int, s: int) -> Fraction:
    """(1 − φ) × the balance of day t, where s is the first date on which the bank's failure counts."""
    failed_before = b.state.get("accounts", {}).get(account, {}).get("failed", False)
    if failed_before or any(share_lost(b, account, u) for u in b.days if u < s):
        return Fraction(0)
    return share_lost(b, account, s) * account_on(b, account, t)


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
            scheduled = notes.scheduled_on(v, v.notes[note], s - 1, False)
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
    if kind == "fixed":
        return Fraction(money(terms["amount"]) * fees.fee_dates_today(v, state))
    share = Fraction(rate(terms["rate"]), ONE)
    if kind == "percent-of-collections":
        came = sum(stream_to_come(b, stream, t, s) for stream in terms.get("streams", STREAMS))
        whole = 1 + share if terms.get("inclusive", False) else Fraction(1)
        return came * share / whole if fees.fee_runs_today(v, state) else Fraction(0)
    days = v.c if terms.get("window", "interest-period") == "collection-period" else v.a
    window = (days[s - 1], days[s])
    start, end = fees.days_charged(v, state, window)
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


def share_of_recoveries(b: Books, t: int) -> Fraction:
    """f: what the fees that are a share of collections take of a recovery, at the rates of day t, at most 1."""
    found = Fraction(0)
    for fee in senior_fee_names(b):
        terms = terms_on(b, fee, t)
        if terms["kind"] == "percent-of-collections" and "recovery" in terms.get("streams", STREAMS):
            share = Fraction(rate(terms["rate"]), ONE)
            vat = number(terms.get("vat", 0))
            taxes = vat + vat * number(terms.get("surcharge", 0))
            found += share / (1 + share if terms.get("inclusive", False) else 1) * (1 + taxes)
    return min(found, Fraction(1))


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


def accounts_of(b: Books, steps: list[Table]) -> list[str]:
    """The accounts that these steps may draw on; the main account where none is named."""
    return list(dict.fromkeys(name for step in steps for name in step.get("from", [main_account(b)])))


def account_on(b: Books, name: str, t: int) -> int:
    """Its balance after day t."""
    if t > b.k:
        return int(b.row("accounts", name, "closing", t))
    written = b.state.get("accounts", {}).get(name, {})
    return money(written["balance"] if "balance" in written else b.deal["accounts"][name].get("opening", 0))


def covered(b: Books, steps: list[Table], support: str, ranked: list[str]) -> list[str]:
    """The notes that a support is named for: to the most junior rank, within these, of a step that names it."""
    of = {note: count(b.deal["notes"][note]["rank"]) for note in ranked}
    named = [name for step in steps if support in step.get("support", []) for _, name in kinds_paid(step)]
    junior = max(of[note] for note in named if note in of)
    return [note for note in ranked if of[note] <= junior]


def helped(
    b: Books, steps: list[Table], ranked: list[str], cash: Fraction, t: int, v_end: Fraction
) -> Fraction:
    """What providers pay of what is lacking, in the order that brings least."""
    named, capped = named_by(steps, "support"), capacities(b)
    of = {name: b.deal["support"][name].get("party") for name in named}
    parties = [party for party in capped if party in of.values()]
    others = [name for name in named if of[name] not in capped]
    results = []
    for order in permutations(parties):
        names = [name for party in order for name in named if of[name] == party] + others
        worth = v_end * (1 - share_of_recoveries(b, t))
        rooms = {party: worth * recoveries(b, party, t)[1] for party in order}
        results.append(helped_in_turn(b, steps, ranked, names, cash, t, rooms))
    return min(results)


def helped_in_turn(
    b: Books,
    steps: list[Table],
    ranked: list[str],
    names: list[str],
    cash: Fraction,
    t: int,
    capacity: dict[str, Fraction],
) -> Fraction:
    """One support after another."""
    found = Fraction(0)
    for name in names:
        terms = b.deal["support"][name]
        to_come = (b.vehicle(s) for s in range(t + 1, b.T + 1))
        dates = [v.t for v in to_come if v.holds_from(terms, "first_call") and v.holds_until(terms, "until")]
        late = b.pool.get("support_late", {}).get(name)
        if not dates or (late is not None and late[b.T - 1]):
            continue
        rooms = [Fraction(left) for left in (life_left(b, name, t + 1),) if left is not None]
        if "limit_per_payment" in terms:
            rooms.append(Fraction(money(terms["limit_per_payment"]) * len(dates)))
        pays = b.pool.get("support_pays", {}).get(name)
        phi = Fraction(min(pays[s - 1] for s in dates), ONE) if pays is not None else Fraction(1)
        lack = max(Fraction(0), owed(b, covered(b, steps, name, ranked), t) - cash - found)
        party = terms.get("party")
        if party in capacity:
            rooms.append(capacity[party])
        paid = phi * min([number(terms.get("coverage", 1)) * lack, *rooms])
        if party in capacity:
            capacity[party] -= paid
        found += paid
    return found


def life_coverage(b: Books, rank: int, t: int) -> Table:
    """life_coverage and life_coverage_with_support of a rank after day t (k: today); None where nothing is owed."""
    ranked = b.ranked(rank)
    due = owed(b, ranked, t)
    if due == 0 or t == b.T:
        return {"life_coverage": None, "life_coverage_with_support": None}
    steps = steps_of([step for steps in b.deal["priority"].values() for step in steps], ranked)
    newly, v = fees_newly_due(b, t), discounts(b, growth(b, ranked, t), t)
    names = accounts_of(b, steps)
    to_come = sum(
        (v[s] * (delivered(b, t, s) - newly[s] - lost_of_collections(b, t, s)) for s in v), Fraction(0)
    )
    to_come -= sum(v[s] * lost_of_balance(b, name, t, s) for s in v for name in names)
    cash = max(Fraction(0), sum(account_on(b, name, t) for name in names) + to_come)
    support = helped(b, steps, ranked, cash, t, v[b.T])
    return {"life_coverage": cash / due, "life_coverage_with_support": (cash + support) / due}


def plain_coverage(b: Books, base: Books, rank: int, t: int) -> Fraction | None:
    """The multiple of offering papers: cash to come over what the notes are owed in the base case."""
    ranked = b.ranked(rank)
    due = owed(base, ranked, t)
    for note in ranked:
        for s in range(t + 1, b.T + 1):
            due += base.row("notes", note, "accrued", s) + base.row("notes", note, "interest_on_unpaid", s)
    if due == 0 or t == b.T:
        return None
    return (
        sum((delivered(b, t, s) - lost_of_collections(b, t, s) for s in range(t + 1, b.T + 1)), Fraction(0))
        / due
    )
