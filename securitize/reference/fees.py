"""Section 6 of the reference: fees."""

from __future__ import annotations

from datetime import date

from securitize.reference.dates import add_months, months_of
from securitize.reference.day_counts import DEFAULT, year_part
from securitize.reference.numbers import ONE, money, rate
from securitize.reference.state import STREAMS, FeeState, NoteState, Table
from securitize.reference.vehicle import Vehicle
from securitize.reference.words import no_such, word_of


def fee_life(v: Vehicle, fee: FeeState) -> tuple[date, date]:
    """Section 6: `from` and `until` as written; without `until` the fee runs to the end of the deal."""
    dates = v.deal["dates"]
    return fee.terms.get("from", dates["closing"]), fee.terms.get("until", max(dates["legal_final"], v.d[-1]))


def fee_runs_today(v: Vehicle, fee: FeeState) -> bool:
    """Section 6: whether from(`from`) <= t <= until(`until`)."""
    first, last = fee_life(v, fee)
    return v.from_date(first) <= v.t <= v.until_date(last)


def days_charged(v: Vehicle, fee: FeeState, window: tuple[date, date]) -> tuple[date, date]:
    """Section 6, percent-of-balance: what of the window lies in the fee's life, by days of accrual."""
    first, last = (v.day_of_accrual(day) for day in fee_life(v, fee))
    return max(window[0], first), min(window[1], last)


def in_fee_life(v: Vehicle, fee: FeeState, day: date) -> bool:
    """Section 6, fee dates: whether a fee date lies in the life, or means one payment date with its bound."""
    first, last = fee_life(v, fee)
    meant = v.means(day)
    after_first = day >= first or (meant is not None and meant == v.means(first))
    before_last = day <= last or (meant is not None and meant == v.means(last))
    return after_first and before_last


def fee_dates_today(v: Vehicle, fee: FeeState) -> int:
    """Section 6: how many fee dates fall on today's payment date."""
    payable = fee.terms.get("payable", "payment-date")
    if payable == "payment-date":
        return int(fee_runs_today(v, fee))
    months, found, k = months_of(payable), 0, 1
    while (day := add_months(v.d[0], k * months)) <= max(v.d[-1], v.w[-1]):
        found += v.falls_today(day) and in_fee_life(v, fee, day)
        k += 1
    return found


def terms_in_force(v: Vehicle, fee: FeeState) -> Table:
    """Section 6, change: another rate or amount where the trigger stood breached."""
    change: Table = fee.terms.get("change", {})
    if not change or not v.triggers[change["trigger"]].stood:
        return fee.terms
    return fee.terms | {name: change[name] for name in ("rate", "amount") if name in change}


def fee_on_balance(v: Vehicle, fee: FeeState) -> int:
    """Section 6, 1: the net amount of `percent-of-balance`."""
    terms = terms_in_force(v, fee)
    of_collection = word_of(terms, "window", "interest-period", "collection-period") == "collection-period"
    days = v.c if of_collection else v.a
    window = days[v.t - 1], days[v.t]
    start, end = days_charged(v, fee, window)
    if end <= start:
        return 0
    balance = balance_charged(v, terms["base"])
    year = year_part(terms.get("day_count", DEFAULT), start, end, window, v.conventions)
    return v.product(balance, rate(terms["rate"]) * year.numerator, year.denominator * ONE)


def balance_charged(v: Vehicle, base: str | list[str]) -> int:
    """Section 6, 1: the balance of `percent-of-balance`, as the date before left it."""
    if base == "pool":
        return v.performing[v.t - 1]
    if base == "pool-at-cut-off":
        return v.performing[0]
    if base == "notes":
        return sum(note.balance for note in v.notes.values())
    if isinstance(base, str):
        raise no_such("base of a fee", base)
    return sum(v.notes[name].balance for name in base)


def fee_on_collections(v: Vehicle, fee: FeeState) -> int:
    """Section 6, 1: the net amount of `percent-of-collections`."""
    terms = terms_in_force(v, fee)
    if not fee_runs_today(v, fee):
        return 0
    share = rate(terms["rate"])
    collected = v.collected(terms.get("streams", STREAMS))
    return v.product(collected, share, ONE + share if terms.get("inclusive", False) else ONE)


def net_fee(v: Vehicle, fee: FeeState) -> int:
    """Section 6, 1 and 2: the net amount n."""
    kind, terms = fee.terms["kind"], fee.terms
    if v.redeemed:  # on a date before: today's calls are considered after fees have accrued
        return 0
    if kind == "one-off":
        return money(terms["amount"]) if v.falls_today(terms["date"]) else 0
    if kind == "scheduled":
        return sum(money(each["amount"]) for each in terms["payments"] if v.falls_today(each["date"]))
    if kind == "percent-of-payments":
        return 0  # charged after each step
    nothing_left = all(note.balance == 0 and note.unpaid == 0 for note in v.notes.values())
    if word_of(terms, "while", "notes-outstanding", "always") == "notes-outstanding" and nothing_left:
        return 0
    if kind == "fixed":
        return money(terms_in_force(v, fee)["amount"]) * fee_dates_today(v, fee)
    if kind == "percent-of-balance":
        return fee_on_balance(v, fee)
    if kind == "percent-of-collections":
        return fee_on_collections(v, fee)
    raise no_such("kind of fee", kind)


def is_payable(v: Vehicle, fee: FeeState) -> bool:
    """Section 6, 4: whether what has accrued falls due on this date."""
    kind = fee.terms["kind"]
    if kind in ("one-off", "scheduled", "fixed", "percent-of-collections", "percent-of-payments"):
        return True
    if kind == "percent-of-balance":
        by_date = fee.terms.get("payable", "payment-date") == "payment-date"
        return by_date or v.final or fee_dates_today(v, fee) > 0
    raise no_such("kind of fee", kind)


def with_taxes(v: Vehicle, fee: FeeState, net: int) -> int:
    """Section 6, 3: a net amount, its value added tax, and the surcharge on that."""
    vat = v.product(net, rate(fee.terms.get("vat", 0)), ONE)
    return net + vat + v.product(vat, rate(fee.terms.get("surcharge", 0)), ONE)


def accrue_fee(v: Vehicle, fee: FeeState) -> None:
    """Section 6: the fee of the date with its taxes, and what of it falls due."""
    fee.accrued = with_taxes(v, fee, net_fee(v, fee))
    fee.pending += fee.accrued
    if is_payable(v, fee):
        fee.unpaid += fee.pending
        fee.pending = 0


# A fee on payments ------------------------------------------------------------------------------------


def is_on_payments(fee: FeeState) -> bool:
    """Section 6: whether a fee is charged on what holders are paid."""
    return str(fee.terms["kind"]) == "percent-of-payments"


def notes_bearing(v: Vehicle, fee: FeeState) -> list[NoteState]:
    """Section 6, a fee on payments: the notes whose payments it is charged on."""
    of = fee.terms.get("notes", "all")
    if isinstance(of, str) and of != "all":
        raise no_such("notes of a fee", of)
    return [v.notes[name] for name in (v.notes if of == "all" else of)]


def paid_to_holders(v: Vehicle, fee: FeeState) -> int:
    """Section 6, a fee on payments: X, what its notes have been paid so far today."""
    return sum(note.interest_paid + note.principal_paid + note.premium_paid for note in notes_bearing(v, fee))


def fee_on_payments(v: Vehicle, fee: FeeState, paid: int) -> int:
    """Section 6, a fee on payments: g(X)."""
    if not fee_runs_today(v, fee):
        return 0
    return with_taxes(v, fee, v.product(paid, rate(terms_in_force(v, fee)["rate"]), ONE))


def charge(fee: FeeState, amount: int) -> None:
    """Section 6, a fee on payments: U rises by what of the date's fee has not been charged yet."""
    rise = max(0, amount - fee.accrued)
    fee.unpaid += rise
    fee.accrued += rise


def charge_payments(v: Vehicle) -> None:
    """Section 6, a fee on payments: after a step, what has been paid today costs g(X) in all."""
    for fee in v.fees.values():
        if is_on_payments(fee):
            charge(fee, fee_on_payments(v, fee, paid_to_holders(v, fee)))


def fee_of_repayment(v: Vehicle, fee: FeeState) -> int:
    """Section 6, where a call repays the notes: g(X*), what a fee on payments costs then; 0 of another kind."""
    if not is_on_payments(fee):
        return 0
    due = sum(note.owed + note.premium + note.balance for note in notes_bearing(v, fee))
    return fee_on_payments(v, fee, due)


def charge_repayment(v: Vehicle) -> None:
    """Section 6, where a call repays the notes: what that costs is due with the fees of the date, before any step."""
    for fee in v.fees.values():
        charge(fee, fee_of_repayment(v, fee))
