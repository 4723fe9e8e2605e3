"""The priority of payments, read aloud: an interpreter to lay beside docs/reference/priority-of-payments.md.

Every function names the section of that document which it states. Money is whole minor units, rates are
whole units of 1e-8, everything else is an exact fraction; no number in this file is a floating point number.
It needs nothing but Python 3.11 and its standard library, and nothing here is clever: one path, one date, one
step, one payee at a time. The deal file is assumed to have been checked.

`run(deal, schedule, pool)` at the end of the file is the only entrance.
"""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

Table = dict[str, Any]  # a table of the deal file, as tomllib reads it

ONE = 100_000_000  # a rate of 1, in units of 1e-8
STREAMS = ("interest", "principal", "prepayment", "recovery", "fee", "royalty")
SEVERITY = ("default", "acceleration", "normal")  # the most severe priority first
TAKES_EVERYTHING = ("transfer", "residual", "originator")  # payees due everything available
STAYS_INSIDE = ("reserve", "release", "transfer")  # payees whose money stays in the vehicle's accounts


# --------------------------------------------------------------------------------------------------
# Section 1: numbers
# --------------------------------------------------------------------------------------------------


def number(written: Any) -> Fraction:
    """Section 1: a number, written bare or as a table with its source."""
    bare = written["value"] if isinstance(written, dict) else written
    if isinstance(bare, float):
        raise TypeError(f"{bare} is a floating point number; read the deal file with parse_float=Decimal")
    return Fraction(bare)


def whole(value: Fraction) -> int:
    """Section 1: the whole number that `value` must be."""
    if value.denominator != 1:
        raise ValueError(f"{value} has more decimals than its unit allows")
    return value.numerator


def money(written: Any) -> int:
    """Section 1: an amount in currency units, as minor units."""
    return whole(number(written) * 100)


def rate(written: Any) -> int:
    """Section 1: a rate or share, in units of 1e-8."""
    return whole(number(written) * ONE)


def kind_and_name(payee: str) -> tuple[str, str]:
    """Section 10: the two halves of a payee; `originator` has no name."""
    kind, _, name = payee.partition(":")
    return kind, name


def product(a: int, b: int, c: int, rounding: str) -> int:
    """Section 1: a x b / c, rounded once."""
    if a < 0 or b < 0 or c <= 0:
        raise ValueError(f"product({a}, {b}, {c}): an operand is out of range")
    quotient, remainder = divmod(a * b, c)
    if rounding == "down" or 2 * remainder < c:
        return quotient
    if 2 * remainder > c or rounding == "half-up":
        return quotient + 1
    return quotient + quotient % 2  # half-even, exactly in the middle


def allocate(amount: int, weights: Sequence[int], leftover: str = "first") -> list[int]:
    """Section 1: divide `amount` by weight, by cumulative rounding up."""
    order = list(range(len(weights)))
    if leftover == "last":
        order.reverse()
    if leftover == "largest":
        order.sort(key=lambda member: -weights[member])  # stable: equal weights stay as declared
    shares = [0] * len(weights)
    total = sum(weights)
    if total == 0:
        return shares
    given = cumulative = 0
    for member in order:
        cumulative += weights[member]
        given_after = -((-amount * cumulative) // total)  # ceil(amount x cumulative / total)
        shares[member] = given_after - given
        given = given_after
    return shares


def in_turn(amount: int, wants: Sequence[int]) -> list[int]:
    """Section 10, 6: divide `amount` one after another, each as far as its want goes."""
    shares = []
    for want in wants:
        shares.append(min(want, amount))
        amount -= shares[-1]
    return shares


# --------------------------------------------------------------------------------------------------
# The state: what the vehicle knows on one payment date. `terms` is the table of the deal file.
# --------------------------------------------------------------------------------------------------


@dataclass
class NoteState:
    """Section 5. The amounts below `owed` are those of the present date."""

    terms: Table
    balance: int
    unpaid: int = 0  # U, carried from the date before
    owed: int = 0  # interest due and not yet paid today
    opening: int = 0
    accrued: int = 0
    interest_on_unpaid: int = 0
    interest_paid: int = 0
    principal_paid: int = 0
    residual_paid: int = 0
    written_off: int = 0

    @property
    def kind(self) -> str:
        """The kind of its principal; a note without the table only takes the residual."""
        return str(self.terms.get("principal", {}).get("kind", "collected"))


@dataclass
class FeeState:
    """Section 6."""

    terms: Table
    pending: int = 0  # N, accrued and not yet due
    unpaid: int = 0  # U, due and unpaid
    cap_used: int = 0  # paid under `fee:NAME` in the cap's payment date or year
    accrued: int = 0
    paid: int = 0

    @property
    def due(self) -> int:
        """Section 6, cap: what `fee:NAME` is due."""
        if "cap" not in self.terms:
            return self.unpaid
        return min(self.unpaid, money(self.terms["cap"]["amount"]) - self.cap_used)


@dataclass
class AccountState:
    """Section 4."""

    terms: Table
    balance: int
    opening: int = 0
    received: int = 0
    drawn: int = 0

    def receive(self, amount: int) -> None:
        """Money enters the account."""
        self.balance += amount
        self.received += amount

    def draw(self, amount: int) -> None:
        """Money leaves the account."""
        self.balance -= amount
        self.drawn += amount


@dataclass
class SupportState:
    """Section 7."""

    terms: Table
    drawn_in_all: int = 0
    reimbursed_in_all: int = 0
    drawn: int = 0
    reimbursed: int = 0

    @property
    def outstanding(self) -> int:
        """Drawn and not yet reimbursed."""
        return self.drawn_in_all - self.reimbursed_in_all

    @property
    def left(self) -> int | None:
        """What is left of both limits, the smaller; None where it is unlimited in both ways."""
        limits = []
        if "limit" in self.terms:
            used = self.outstanding if self.terms.get("reinstates", False) else self.drawn_in_all
            limits.append(money(self.terms["limit"]) - used)
        if "limit_per_payment" in self.terms:
            limits.append(money(self.terms["limit_per_payment"]) - self.drawn)
        return min(limits, default=None)


@dataclass
class TriggerState:
    """Section 8."""

    terms: Table
    tested: bool = False
    breached: bool = False
    active: bool = False
    coverage_fails: bool = False  # DSCR or IC below the threshold, as measured before the payments

    @property
    def moment(self) -> str:
        """Before or after the payments; two kinds can only be measured after them."""
        after_only = self.terms["kind"] == "unpaid-interest" or self.terms.get("measure") == "OC"
        return str(self.terms.get("test", "after-payment" if after_only else "before-payment"))

    @property
    def this_payment(self) -> bool:
        """Whether a test of date t is seen by the payments of t."""
        return self.moment == "before-payment" and self.terms.get("effect", "this-payment") == "this-payment"


@dataclass
class LimitState:
    """Section 10: a named limit, shared by the steps that name it."""

    terms: Table
    used: int = 0

    @property
    def left(self) -> int:
        """What is left in its payment date, calendar year or life."""
        return money(self.terms["amount"]) - self.used


@dataclass
class Vehicle:
    """The deal, its dates, its pool and its state. Lists by period have index 0 for closing or cut-off."""

    deal: Table
    d: list[date]  # payment dates, d[0] = closing
    a: list[date]  # accrual dates
    c: list[date]  # collection dates
    streams: dict[str, list[int]]
    performing: list[int]
    defaulted: list[int]
    scheduled: list[int]
    notes: dict[str, NoteState]
    fees: dict[str, FeeState]
    accounts: dict[str, AccountState]
    support: dict[str, SupportState]
    triggers: dict[str, TriggerState]
    limits: dict[str, LimitState]
    t: int = 0
    principal_left: int = 0  # M, the principal distribution amount left
    called: bool = False  # the clean-up call has been exercised, today or earlier
    called_today: bool = False
    call_price: int = 0
    originator: int = 0
    final_distribution: int = 0
    steps: list[Table] = field(default_factory=list)

    @property
    def final(self) -> bool:
        """Whether today is the legal final date, d_T."""
        return self.t == len(self.d) - 1

    @property
    def everything_due(self) -> bool:
        """Section 5: on d_T, and from the date of an exercised call, all principal is due."""
        return self.final or self.called

    @property
    def main(self) -> str:
        """Section 4: the first declared collection account."""
        return next(name for name, account in self.accounts.items() if account.terms["kind"] == "collection")

    def setting(self, name: str, default: str) -> str:
        """A setting of the whole deal, at the top of the file or in its table `deal`."""
        return str(self.deal.get(name, self.deal.get("deal", {}).get(name, default)))

    def product(self, a: int, b: int, c: int) -> int:
        """Section 1: the product, by the deal's rounding."""
        return product(a, b, c, self.setting("rounding", "half-even"))

    def collected(self, names: Iterable[str] = STREAMS) -> int:
        """Section 3: the sum of these streams of today's period."""
        return sum(self.streams[name][self.t] for name in names)


# --------------------------------------------------------------------------------------------------
# Section 5: notes
# --------------------------------------------------------------------------------------------------


def is_end_of_february(day: date) -> bool:
    """Section 5: the last day of February."""
    return day.month == 2 and (day + timedelta(days=1)).month == 3


def days_360(convention: str, start: date, end: date, legal_final: date) -> int:
    """Section 5: the days of a year of twelve months of thirty days."""
    d1, d2 = start.day, end.day
    if convention == "30/360":
        d1 = 30 if d1 == 31 else d1
        d2 = 30 if d2 == 31 and d1 == 30 else d2
    else:
        d1 = 30 if d1 == 31 else d1
        d2 = 30 if d2 == 31 else d2
    if convention == "30E/360-ISDA":
        d1 = 30 if is_end_of_february(start) else d1
        d2 = 30 if is_end_of_february(end) and end != legal_final else d2
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + (d2 - d1)


def year_part(day_count: str, start: date, end: date, legal_final: date) -> tuple[int, int]:
    """Section 5: numerator and denominator of the share of a year from `start` to `end`."""
    days = (end - start).days
    if day_count == "ACT/365F":
        return days, 365
    if day_count == "ACT/360":
        return days, 360
    if day_count == "ACT/ACT-ISDA":
        leap = sum(calendar.isleap((start + timedelta(days=k)).year) for k in range(days))
        return 366 * (days - leap) + 365 * leap, 365 * 366
    return days_360(day_count, start, end, legal_final), 360


def coupon_steps(note: NoteState) -> list[tuple[date, int]]:
    """Section 5: the dates from which another rate is in force, ascending, and the rates."""
    coupon = note.terms.get("coupon", {})
    steps = coupon["steps"] if coupon.get("kind") == "step-up" else []
    return [(step["from"], rate(step["rate"])) for step in steps]


def coupon_on(note: NoteState, day: date) -> int:
    """Section 5: the coupon in force on a day."""
    coupon = note.terms.get("coupon", {"kind": "zero"})
    in_force = 0 if coupon["kind"] == "zero" else rate(coupon["rate"])
    for first_day, stepped in coupon_steps(note):
        if first_day <= day:
            in_force = stepped
    return in_force


def interest_terms(v: Vehicle, note: NoteState) -> tuple[int, int]:
    """Section 5: numerator and denominator of the interest of the period on a balance of one."""
    start, end = v.a[v.t - 1], v.a[v.t]
    cuts = [start, *(day for day, _ in coupon_steps(note) if start < day < end), end]
    day_count = note.terms.get("day_count", "ACT/365F")
    numerator, denominator = 0, 1
    for first, last in pairwise(cuts):
        days, denominator = year_part(day_count, first, last, v.deal["dates"]["legal_final"])
        numerator += coupon_on(note, first) * days
    return numerator, denominator * ONE


def accrue_note(v: Vehicle, note: NoteState) -> None:
    """Section 5: accrued interest, interest on unpaid interest, and interest due."""
    numerator, denominator = interest_terms(v, note)
    note.accrued = v.product(note.balance, numerator, denominator)
    note.interest_on_unpaid = 0
    if note.terms.get("interest_on_unpaid", "none") == "coupon":
        note.interest_on_unpaid = v.product(note.unpaid, numerator, denominator)
    note.owed = note.accrued + note.interest_on_unpaid + note.unpaid


def scheduled_balance(v: Vehicle, note: NoteState) -> int:
    """Section 5: S_t."""
    face, principal = money(note.terms["balance"]), note.terms.get("principal", {})
    if v.final:
        return 0
    if note.kind == "scheduled":
        return face - sum(money(p["amount"]) for p in principal["payments"] if p["date"] <= v.a[v.t])
    if note.kind == "bullet":
        return 0 if principal["date"] <= v.a[v.t] else face
    return face


def principal_due(v: Vehicle, note: NoteState) -> int:
    """Section 5: principal due at this moment."""
    if v.everything_due or note.kind == "turbo":
        return note.balance
    if note.kind == "collected":
        return min(note.balance, v.principal_left)
    return max(0, note.balance - scheduled_balance(v, note))


# --------------------------------------------------------------------------------------------------
# Section 4: the target of a reserve account
# --------------------------------------------------------------------------------------------------


def reserve_target(v: Vehicle, account: AccountState) -> int:
    """Section 4: the target at this moment."""
    target = account.terms["target"]
    zero_at = target.get("zero_at", ["notes-nil", "legal-final"])
    if "notes-nil" in zero_at and all(note.balance == 0 for note in v.notes.values()):
        return 0
    if "legal-final" in zero_at and v.final:
        return 0
    if target["kind"] == "fixed":
        return money(target["amount"])
    if target["kind"] == "months-of-interest":
        amount = 0
        for note in (v.notes[name] for name in target["notes"]):
            coupon = coupon_on(note, v.a[v.t])
            amount += v.product(note.balance, coupon * whole(number(target["months"])), 12 * ONE)
    elif target["of"] == "pool":
        amount = v.product(v.performing[v.t], rate(target["rate"]), ONE)
    elif target["of"] == "pool-at-cut-off":
        amount = v.product(v.performing[0], rate(target["rate"]), ONE)
    else:
        amount = sum(v.product(v.notes[name].balance, rate(target["rate"]), ONE) for name in target["of"])
    if "floor" in target:
        amount = max(amount, money(target["floor"]))
    if "cap" in target:
        amount = min(amount, money(target["cap"]))
    return amount


# --------------------------------------------------------------------------------------------------
# Section 6: fees
# --------------------------------------------------------------------------------------------------


def fee_life(v: Vehicle, fee: FeeState) -> tuple[date, date]:
    """Section 6: the days `from` and `until`; without `until` the fee runs to the end of the deal."""
    dates = v.deal["dates"]
    return fee.terms.get("from", dates["closing"]), fee.terms.get("until", max(dates["legal_final"], v.d[-1]))


def add_months(day: date, months: int) -> date:
    """Section 6: the same day of a later month, cut back to the last day of a shorter month."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, calendar.monthrange(year, month0 + 1)[1]))


def fee_dates_today(v: Vehicle, fee: FeeState) -> int:
    """Section 6: how many fee dates lie after the payment date before and up to today's."""
    payable = fee.terms.get("payable", "payment-date")
    first, last = fee_life(v, fee)
    if payable == "payment-date":
        return int(first <= v.d[v.t] <= last)
    months = int(payable[:-1]) * (12 if payable[-1] == "Y" else 1)
    count, k = 0, 1
    while (day := add_months(v.d[0], k * months)) <= v.d[v.t]:
        count += v.d[v.t - 1] < day and first <= day <= last
        k += 1
    return count


def fee_on_balance(v: Vehicle, fee: FeeState) -> int:
    """Section 6, 1: the net amount of `percent-of-balance`."""
    first, last = fee_life(v, fee)
    window = v.c if fee.terms.get("window", "interest-period") == "collection-period" else v.a
    start, end = max(window[v.t - 1], first), min(window[v.t], last)
    if end <= start:
        return 0
    base = fee.terms["base"]
    if base == "pool":
        balance = v.performing[v.t - 1]
    else:
        balance = sum(v.notes[name].balance for name in (v.notes if base == "notes" else base))
    day_count = fee.terms.get("day_count", "ACT/365F")
    days, year = year_part(day_count, start, end, v.deal["dates"]["legal_final"])
    return v.product(balance, rate(fee.terms["rate"]) * days, year * ONE)


def net_fee(v: Vehicle, fee: FeeState) -> int:
    """Section 6, 1 and 2: the net amount n."""
    kind, terms, today = fee.terms["kind"], fee.terms, v.d[v.t]
    if kind == "one-off":
        first_chance = v.t == 1 or v.d[v.t - 1] < terms["date"]
        return money(terms["amount"]) if first_chance and terms["date"] <= today else 0
    nothing_left = all(note.balance == 0 and note.unpaid == 0 for note in v.notes.values())
    if nothing_left and terms.get("while", "notes-outstanding") == "notes-outstanding":
        return 0
    if kind == "fixed":
        return money(terms["amount"]) * fee_dates_today(v, fee)
    if kind == "percent-of-balance":
        return fee_on_balance(v, fee)
    first, last = fee_life(v, fee)
    if not first <= today <= last:
        return 0
    share = rate(terms["rate"])
    collected = v.collected(terms.get("streams", STREAMS))
    return v.product(collected, share, ONE + share if terms.get("inclusive", False) else ONE)


def is_payable(v: Vehicle, fee: FeeState) -> bool:
    """Section 6, 4: whether what has accrued falls due on this date."""
    if (
        fee.terms["kind"] != "percent-of-balance"
        or fee.terms.get("payable", "payment-date") == "payment-date"
    ):
        return True
    return v.final or fee_dates_today(v, fee) > 0


def accrue_fee(v: Vehicle, fee: FeeState) -> None:
    """Section 6: the fee of the date with its taxes, and what of it falls due."""
    net = net_fee(v, fee)
    vat = v.product(net, rate(fee.terms.get("vat", 0)), ONE)
    surcharge = v.product(vat, rate(fee.terms.get("surcharge", 0)), ONE)
    fee.accrued = net + vat + surcharge
    fee.pending += fee.accrued
    if is_payable(v, fee):
        fee.unpaid += fee.pending
        fee.pending = 0


# --------------------------------------------------------------------------------------------------
# Section 8: triggers
# --------------------------------------------------------------------------------------------------


def senior_fees(v: Vehicle) -> int:
    """Section 8: F, the fees that the normal priority pays before the first step with interest."""
    names: list[str] = []
    for step in v.deal["priority"]["normal"]:
        payees = [kind_and_name(payee) for payee in step["pay"]]
        if any(kind == "interest" for kind, _ in payees):
            break
        names += [name for kind, name in payees if kind == "fee" and name not in names]
    return sum(v.fees[name].due for name in names)


def coverage_fails(v: Vehicle, terms: Table) -> bool:
    """Section 8: whether DSCR or IC, measured before the payments, is below its threshold."""
    notes = [note for note in v.notes.values() if note.terms["rank"] <= terms["rank"]]
    numerator = max(0, v.collected() - senior_fees(v))
    if terms.get("with_support", False):
        numerator += sum(acc.balance for acc in v.accounts.values() if acc.terms["kind"] == "reserve")
        for support in v.support.values():
            if support.left is None:
                return False
            numerator += support.left
    denominator = sum(note.owed for note in notes)
    if terms["measure"] == "DSCR":
        for note in notes:
            if v.final or note.kind in ("scheduled", "bullet"):
                denominator += max(0, note.balance - scheduled_balance(v, note))
    return denominator > 0 and Fraction(numerator, denominator) < number(terms["threshold"])


def overcollateralisation_fails(v: Vehicle, terms: Table) -> bool:
    """Section 8: whether OC, measured after the payments, is below its threshold."""
    cash = sum(acc.balance for acc in v.accounts.values() if acc.terms["kind"] == "collection")
    owed = sum(note.balance for note in v.notes.values() if note.terms["rank"] <= terms["rank"])
    return owed > 0 and Fraction(v.performing[v.t] + cash, owed) < number(terms["threshold"])


def breaches(v: Vehicle, trigger: TriggerState) -> bool:
    """Section 8: the outcome of a test held now."""
    terms, kind = trigger.terms, trigger.terms["kind"]
    if kind == "date":
        return bool(v.d[v.t] >= terms["date"])
    if kind == "cumulative-default":
        return sum(v.defaulted[1 : v.t + 1]) > number(terms["threshold"]) * v.performing[0]
    if kind == "collections":
        first = 1 if terms.get("cumulative", True) else v.t
        collected = sum(sum(stream[first : v.t + 1]) for stream in v.streams.values())
        return collected < number(terms["threshold"]) * sum(v.scheduled[first : v.t + 1])
    if kind == "coverage":
        return overcollateralisation_fails(v, terms) if terms["measure"] == "OC" else trigger.coverage_fails
    not_deferrable = [name for name, note in v.notes.items() if not note.terms.get("deferrable", False)]
    watched = terms.get("notes", not_deferrable)
    return any(v.notes[name].unpaid > 0 for name in watched)


def hold_tests(v: Vehicle, moment: str) -> None:
    """Section 8, state: hold the tests of this moment."""
    for trigger in v.triggers.values():
        if trigger.moment != moment or v.d[v.t] < trigger.terms.get("first_test", v.d[1]):
            continue
        trigger.tested = True
        outcome = breaches(v, trigger)
        stays = trigger.breached and trigger.terms.get("latched", True)
        trigger.breached = outcome or stays


def look_before_payment(v: Vehicle) -> None:
    """Section 8: measure the coverage, hold the tests before the payments, and see what is active."""
    for trigger in v.triggers.values():
        trigger.tested = False
        trigger.active = trigger.breached  # as the date before left it
        if trigger.terms["kind"] == "coverage" and trigger.terms["measure"] != "OC":
            trigger.coverage_fails = coverage_fails(v, trigger.terms)
    hold_tests(v, "before-payment")
    for trigger in v.triggers.values():
        if trigger.this_payment:
            trigger.active = trigger.breached


def priority_in_force(v: Vehicle) -> str:
    """Section 8: the most severe priority that an active trigger calls for."""
    called_for = [trigger.terms.get("priority") for trigger in v.triggers.values() if trigger.active]
    return next((priority for priority in SEVERITY if priority in called_for), "normal")


# --------------------------------------------------------------------------------------------------
# Section 9: the clean-up call
# --------------------------------------------------------------------------------------------------


def call_repays_notes(v: Vehicle, price: int) -> bool:
    """Section 9: whether the money there is, with the price, repays fees, interest and balances."""
    there = sum(account.balance for account in v.accounts.values()) + price
    fees = sum(fee.unpaid for fee in v.fees.values())
    return there >= fees + sum(note.owed + note.balance for note in v.notes.values())


def consider_call(v: Vehicle) -> None:
    """Section 9: test the call, and exercise it."""
    call = v.deal.get("clean_up_call")
    if call is None or v.called or v.final or v.d[v.t] < call.get("first_date", v.d[1]):
        return
    pool = v.performing[v.t]
    if pool == 0 or all(note.balance == 0 for note in v.notes.values()):
        return
    if pool > number(call["threshold"]) * v.performing[0]:
        return
    price = v.product(pool, rate(call.get("price", 1)), ONE)
    if call.get("condition", "repays-notes") == "repays-notes" and not call_repays_notes(v, price):
        return
    v.called, v.called_today, v.call_price = True, True, price
    v.accounts[v.main].receive(price)
    for s in range(v.t, len(v.d)):
        v.performing[s] = 0
    for s in range(v.t + 1, len(v.d)):
        for flow in (*v.streams.values(), v.defaulted, v.scheduled):
            flow[s] = 0


# --------------------------------------------------------------------------------------------------
# Section 10: steps
# --------------------------------------------------------------------------------------------------


def due_of(v: Vehicle, payee: str, available: int) -> int:
    """Section 10, table of payees: what one payee is due at this moment."""
    kind, name = kind_and_name(payee)
    if kind in TAKES_EVERYTHING:
        return available
    if kind == "fee":
        return v.fees[name].due
    if kind == "fee-excess":
        return v.fees[name].unpaid
    if kind == "interest":
        return v.notes[name].owed
    if kind == "principal":
        return principal_due(v, v.notes[name])
    if kind == "redemption":
        return v.notes[name].balance
    if kind == "reimbursement":
        return v.support[name].outstanding
    account = v.accounts[name]
    excess = account.balance - reserve_target(v, account)
    return max(0, excess if kind == "release" else -excess)


def apply_payment(v: Vehicle, payee: str, cash: int, supported: int) -> None:
    """Section 10, table of payees: what a payment does."""
    kind, name = kind_and_name(payee)
    paid = cash + supported
    if kind in ("fee", "fee-excess"):
        v.fees[name].unpaid -= paid
        v.fees[name].paid += paid
        v.fees[name].cap_used += paid if kind == "fee" else 0
    elif kind == "interest":
        v.notes[name].owed -= paid
        v.notes[name].interest_paid += paid
    elif kind in ("principal", "redemption"):
        v.notes[name].balance -= paid
        v.notes[name].principal_paid += paid
        if v.notes[name].kind == "collected":
            v.principal_left = max(0, v.principal_left - paid)
    elif kind == "residual":
        v.notes[name].residual_paid += paid
    elif kind == "originator":
        v.originator += paid
    elif kind == "reimbursement":
        v.support[name].reimbursed += paid
        v.support[name].reimbursed_in_all += paid
    else:
        v.accounts[v.main if kind == "release" else name].receive(paid)


def split(amount: int, wants: Sequence[int], step: Table) -> list[int]:
    """Section 10, 6: divide what a step pays among its payees."""
    if step.get("split", "sequential") == "pari-passu":
        return allocate(amount, wants, step.get("leftover", "first"))
    return in_turn(amount, wants)


def cut(amount: int, limit: Table | None, due: int, available: int) -> int:
    """Section 10, 3 and 4: `amount` cut to a limit; limits round down."""
    if limit is None:
        return amount
    if "amount" in limit:
        return min(amount, money(limit["amount"]))
    base = {"due": due, "available": available, "smaller": min(due, available)}[limit.get("of", "due")]
    return min(amount, number(limit["percent"]) * base // 1)


def share_principal(v: Vehicle, step: Table, dues: list[int]) -> None:
    """Section 10, 2: the `collected` notes under `principal:` in one step share M."""
    sharing: dict[int, int] = {}  # position in the step -> balance
    for position, payee in enumerate(step["pay"]):
        kind, name = kind_and_name(payee)
        if kind == "principal" and v.notes[name].kind == "collected":
            sharing[position] = v.notes[name].balance
    balances = list(sharing.values())
    shares = split(min(v.principal_left, sum(balances)), balances, step)
    for position, share in zip(sharing, shares, strict=True):
        dues[position] = share


def dues_of(v: Vehicle, step: Table, available: int) -> list[int]:
    """Section 10, 2 and 3: what every payee of a step is due, after its member limit."""
    dues = [due_of(v, payee, available) for payee in step["pay"]]
    if not v.everything_due:
        share_principal(v, step, dues)
    limits = [step.get("member_limits", {}).get(payee) for payee in step["pay"]]
    return [cut(due, limit, due, available) for due, limit in zip(dues, limits, strict=True)]


def draw_support(support: SupportState, wanted: int) -> int:
    """Section 7: what the provider pays of what is wanted."""
    drawn = wanted if support.left is None else min(wanted, support.left)
    support.drawn += drawn
    support.drawn_in_all += drawn
    return drawn


def run_step(v: Vehicle, priority: str, index: int, step: Table) -> None:
    """Section 10, 1 to 8: one step on one date."""
    payees: list[str] = step["pay"]
    kind, name = kind_and_name(payees[0])
    sources: list[str] = [name] if kind == "release" else step.get("from", [v.main])
    limits = [v.limits[limit] for limit in step.get("limits", [])]

    available = sum(v.accounts[source].balance for source in sources)
    dues = dues_of(v, step, available)
    due = sum(dues)
    asked = cut(due, step.get("limit"), due, available)
    asked = min([asked, *(limit.left for limit in limits)])

    cash = min(asked, available)
    paid = split(cash, dues, step)
    supported = [0] * len(payees)
    for support in step.get("support", []):
        drawn = draw_support(v.support[support], asked - cash - sum(supported))
        lacking = [e - x - y for e, x, y in zip(dues, paid, supported, strict=True)]
        supported = [y + more for y, more in zip(supported, split(drawn, lacking, step), strict=True)]

    for limit in limits:
        limit.used += cash + sum(supported)
    for source, amount in zip(sources, in_turn(cash, [v.accounts[s].balance for s in sources]), strict=True):
        v.accounts[source].draw(amount)
    for payee, e, x, y in zip(payees, dues, paid, supported, strict=True):
        apply_payment(v, payee, x, y)
        row = {"priority": priority, "step": index, "payee": payee, "due": e, "available": available}
        v.steps.append(row | {"paid": x, "supported": y, "shortfall": e - x - y})


def run_steps(v: Vehicle, priority: str) -> None:
    """Section 10: the steps of the priority in force, in order, where `when` and `unless` let them run."""
    for index, step in enumerate(v.deal["priority"][priority]):
        allowed = all(v.triggers[name].active for name in step.get("when", []))
        barred = any(v.triggers[name].active for name in step.get("unless", []))
        if allowed and not barred:
            run_step(v, priority, index, step)


# --------------------------------------------------------------------------------------------------
# Section 11: one payment date, in order
# --------------------------------------------------------------------------------------------------


def renews(v: Vehicle, per: str | None) -> bool:
    """Sections 6 and 10: whether a cap or limit is whole again on this date."""
    return per == "payment" or (per == "year" and v.d[v.t].year != v.d[v.t - 1].year)


def open_date(v: Vehicle) -> None:
    """Before everything: the amounts of the date start at nothing, caps and limits are renewed."""
    v.call_price = v.originator = v.final_distribution = 0
    v.called_today = False
    v.steps = []
    for account in v.accounts.values():
        account.opening, account.received, account.drawn = account.balance, 0, 0
    for note in v.notes.values():
        note.opening, note.interest_paid, note.principal_paid, note.residual_paid = note.balance, 0, 0, 0
    for support in v.support.values():
        support.drawn = support.reimbursed = 0
    for fee in v.fees.values():
        fee.paid = 0
        if renews(v, fee.terms.get("cap", {}).get("per")):
            fee.cap_used = 0
    for limit in v.limits.values():
        if renews(v, limit.terms["per"]):
            limit.used = 0


def enter_collections(v: Vehicle) -> None:
    """Section 11, 1 and 2: collections enter their accounts and raise M; interest and fees accrue."""
    for stream in STREAMS:
        account = v.deal.get("collections", {}).get(stream, v.main)
        v.accounts[account].receive(v.streams[stream][v.t])
    principal = v.deal.get("principal_distribution", {})
    v.principal_left += v.collected(principal.get("streams", ["principal", "prepayment", "recovery"]))
    for note in v.notes.values():
        accrue_note(v, note)
    for fee in v.fees.values():
        accrue_fee(v, fee)


def close_deal(v: Vehicle) -> None:
    """Section 11, 7: the final distribution empties the accounts; balances outstanding are written off."""
    for account in v.accounts.values():
        v.final_distribution += account.balance
        account.draw(account.balance)
    for note in v.notes.values():
        note.written_off = note.balance


def check_date(v: Vehicle) -> None:
    """Not a rule but a proof: sources equal uses, and nothing is negative."""
    sources = sum(account.opening for account in v.accounts.values()) + v.collected() + v.call_price
    uses = sum(row["paid"] for row in v.steps if kind_and_name(row["payee"])[0] not in STAYS_INSIDE)
    uses += v.final_distribution + sum(account.balance for account in v.accounts.values())
    amounts = [account.balance for account in v.accounts.values()] + [v.principal_left]
    amounts += [amount for note in v.notes.values() for amount in (note.balance, note.unpaid)]
    amounts += [amount for fee in v.fees.values() for amount in (fee.pending, fee.unpaid)]
    amounts += [support.outstanding for support in v.support.values()]
    if sources != uses or min(amounts) < 0:
        raise ValueError(f"period {v.t}: sources {sources}, uses {uses}, smallest amount {min(amounts)}")


def run_date(v: Vehicle) -> str:
    """Section 11: one payment date, in order. Returns the priority in force."""
    open_date(v)
    enter_collections(v)
    consider_call(v)
    look_before_payment(v)
    priority = priority_in_force(v)
    run_steps(v, priority)
    for note in v.notes.values():
        note.unpaid = note.owed
    hold_tests(v, "after-payment")
    if v.final:
        close_deal(v)
    check_date(v)
    return priority


# --------------------------------------------------------------------------------------------------
# The run: from closing to the legal final date, and what is published of it
# --------------------------------------------------------------------------------------------------

PUBLISHED = {  # table -> column -> attribute of the state after the date
    "notes": {
        "opening": "opening",
        "accrued": "accrued",
        "interest_on_unpaid": "interest_on_unpaid",
        "interest_paid": "interest_paid",
        "unpaid": "unpaid",
        "principal_paid": "principal_paid",
        "residual_paid": "residual_paid",
        "closing": "balance",
        "written_off": "written_off",
    },
    "fees": {"accrued": "accrued", "paid": "paid", "unpaid": "unpaid", "pending": "pending"},
    "accounts": {"opening": "opening", "in": "received", "out": "drawn", "closing": "balance"},
    "support": {"drawn": "drawn", "reimbursed": "reimbursed", "outstanding": "outstanding"},
    "triggers": {"tested": "tested", "breached": "breached", "active": "active"},
}
PUBLISHED_ALONE = {
    "steps": "steps",
    "call": "called_today",
    "call_price": "call_price",
    "originator": "originator",
    "final_distribution": "final_distribution",
    "principal_distribution_left": "principal_left",
}


def close_vehicle(deal: Table, schedule: Table, pool: Table) -> Vehicle:
    """Sections 2, 3, 4 and 5: the vehicle at closing."""

    def states(name: str) -> Iterable[tuple[str, Table]]:
        declared: dict[str, Table] = deal.get(name, {})
        return declared.items()

    openings = {name: money(terms.get("opening", 0)) for name, terms in states("accounts")}
    return Vehicle(
        deal=deal,
        d=[deal["dates"]["closing"], *schedule["payment"]],
        a=list(schedule["accrual"]),
        c=list(schedule["collection"]),
        streams={stream: [0, *pool["streams"][stream]] for stream in STREAMS},
        performing=list(pool["performing"]),
        defaulted=[0, *pool["defaulted"]],
        scheduled=[0, *pool["scheduled"]],
        notes={name: NoteState(terms, money(terms["balance"])) for name, terms in states("notes")},
        fees={name: FeeState(terms) for name, terms in states("fees")},
        accounts={name: AccountState(terms, openings[name]) for name, terms in states("accounts")},
        support={name: SupportState(terms) for name, terms in states("support")},
        triggers={name: TriggerState(terms) for name, terms in states("triggers")},
        limits={name: LimitState(terms) for name, terms in states("limits")},
    )


def run(deal: Table, schedule: Table, pool: Table) -> Table:
    """Run a deal on one path of collections.

    deal     : the deal file as `tomllib.load(file, parse_float=Decimal)` reads it
    schedule : "payment" d_1..d_T, "accrual" a_0..a_T, "collection" c_0..c_T, dates
    pool     : "streams" (T each), "performing" (T + 1), "defaulted", "scheduled" (T), minor units
    Returns lists over t = 1..T at index t - 1, all amounts minor units.
    Raises ValueError where money would appear, vanish or turn negative.
    """
    v = close_vehicle(deal, schedule, pool)
    result: Table = {"priority": []} | {column: [] for column in PUBLISHED_ALONE}
    for table, columns in PUBLISHED.items():
        result[table] = {name: {column: [] for column in columns} for name in getattr(v, table)}
    for t in range(1, len(v.d)):
        v.t = t
        result["priority"].append(run_date(v))
        for column, attribute in PUBLISHED_ALONE.items():
            result[column].append(getattr(v, attribute))
        for table, columns in PUBLISHED.items():
            for name, state in getattr(v, table).items():
                for column, attribute in columns.items():
                    result[table][name][column].append(getattr(state, attribute))
    return result
