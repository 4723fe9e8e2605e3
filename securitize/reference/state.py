"""What the vehicle knows on one payment date. `terms` is the table of the deal file.

Lists by period have index 0 for closing or cut-off.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from securitize.reference.dates import from_date, payment_date_meant
from securitize.reference.day_counts import Conventions
from securitize.reference.numbers import count, down_to, money, number, product, smallest, whole
from securitize.reference.words import no_such, one_of, word_of

Table = dict[str, Any]  # a table of the deal file, as tomllib reads it

MEASURES = ("DSCR", "IC", "OC")
BEFORE = (  # kinds of trigger that can be measured before the payments; coverage by its measure
    *("date", "cumulative-default", "collections", "sales", "pool-balance", "notes-nil"),
    *("provider-default", "provider-rating", "combination"),
)
STREAMS = ("interest", "principal", "prepayment", "recovery", "fee", "royalty")
SUPPORTS = ("shortfall-undertaking", "guarantee", "liquidity-line")
ACCOUNTS = ("collection", "reserve")
UNIT = "0.01"  # section 5: of a certificate, what is paid at the least where nothing is written


@dataclass
class NoteState:
    """Section 5. What is published of the present date alone stands last."""

    terms: Table
    balance: int
    name: str = ""
    k: int = 1  # the currency's unit
    deferred: int = 0  # D
    on_deferred: int = 0  # E
    current: int = 0  # what is left of A today
    unpaid: int = 0  # U, as the last date left it
    capitalised: int = 0  # C, in all
    settled: bool = False
    settled_in_all: int = 0  # written off by settlement
    put: int = 0  # put and not yet paid
    premium: int = 0  # premium due
    deficiency: int = 0  # L
    opening: int = 0
    accrued: int = 0
    capitalised_today: int = 0
    interest_on_unpaid: int = 0
    interest_paid: int = 0
    principal_paid: int = 0
    premium_paid: int = 0
    residual_paid: int = 0
    written_off: int = 0
    interest_written_off: int = 0
    overdue_interest: int = 0
    overdue_principal: int = 0

    @property
    def kind(self) -> str:
        """Section 5: the kind of its principal; a note without the table only takes the residual."""
        return str(self.terms.get("principal", {}).get("kind", "collected"))

    @property
    def shares_collections(self) -> bool:
        """Section 5: whether its principal comes out of the principal distribution amount M."""
        if self.kind in ("scheduled", "bullet", "turbo", "target"):
            return False
        if self.kind == "collected":
            return True
        raise no_such("kind of principal", self.kind)

    @property
    def has_schedule(self) -> bool:
        """Section 5: whether a balance is scheduled for each date."""
        if self.kind in ("collected", "turbo", "target"):
            return False
        if self.kind in ("scheduled", "bullet"):
            return True
        raise no_such("kind of principal", self.kind)

    @property
    def face(self) -> int:
        """Section 5: the balance at closing."""
        return money(self.terms["balance"])

    @property
    def owed(self) -> int:
        """Section 5: interest due and not yet paid today."""
        return self.current + self.deferred + self.on_deferred

    @property
    def step(self) -> int:
        """Section 5, certificates: q, of which every payment is a whole multiple; 1 without certificates."""
        if "certificates" not in self.terms:
            return 1
        certificates = self.terms["certificates"]
        how_many = whole(number(self.terms["balance"]) / number(certificates["face"]))
        each = number(certificates.get("unit", UNIT)) * 100
        return max(1, whole(how_many * (each if self.k == 1 else max(each, Fraction(self.k)))))


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
    interest: int = 0
    received: int = 0
    drawn: int = 0
    lost: int = 0  # at the account bank
    failed: bool = False  # the default of its bank has been taken
    earning: int = 0  # the balance on which the date's interest is found

    @property
    def kind(self) -> str:
        """Section 4: a collection account or a reserve."""
        return one_of("kind of account", self.terms["kind"], ACCOUNTS)

    def receive(self, amount: int) -> None:
        """Money enters the account."""
        self.balance += amount
        self.received += amount

    def draw(self, amount: int) -> None:
        """Money leaves the account."""
        self.balance -= amount
        self.drawn += amount


@dataclass
class PartyState:
    """Section 7, capacity: one company that pays so much in all, whatever its roles."""

    terms: Table
    supports: list[SupportState] = field(default_factory=list)
    recovered_in_all: int = 0
    recoveries_due: int = 0
    recoveries: int = 0

    @property
    def paid(self) -> int:
        """Section 7: what counts against the capacity."""
        return self.recovered_in_all + sum(
            each.outstanding if each.reinstates else each.drawn_in_all for each in self.supports
        )

    @property
    def left(self) -> int:
        """Section 7: the capacity left."""
        return money(self.terms["capacity"]) - self.paid

    @property
    def supported(self) -> int:
        """Section 7: what its supports paid today."""
        return sum(each.drawn for each in self.supports)


@dataclass
class SupportState:
    """Section 7."""

    terms: Table
    name: str = ""
    party: PartyState | None = field(default=None, repr=False)
    drawn_in_all: int = 0
    reimbursed_in_all: int = 0
    interest: int = 0  # J
    fee: int = 0  # H
    drawn: int = 0
    reimbursed: int = 0
    interest_paid: int = 0
    fee_paid: int = 0
    called_for: int = 0  # section 14: the sum of o over the steps of today
    arrears: int = 0  # section 14, G: what was called for on the date before and not paid, of a late provider

    @property
    def outstanding(self) -> int:
        """Section 7: paid and not yet reimbursed."""
        return self.drawn_in_all - self.reimbursed_in_all

    @property
    def life_left(self) -> int | None:
        """Section 7: what is left of the limit over the life; None where there is none."""
        if "limit" not in self.terms:
            return None
        return money(self.terms["limit"]) - (self.outstanding if self.reinstates else self.drawn_in_all)

    @property
    def reinstates(self) -> bool:
        """Section 7: whether what is reimbursed can be drawn again; where nothing is written, by the kind."""
        kind = one_of("kind of support", self.terms["kind"], SUPPORTS)
        return bool(self.terms.get("reinstates", kind == "liquidity-line"))

    @property
    def left(self) -> int | None:
        """Section 7: what is left of both limits and of the party's capacity, the least; None where none is set."""
        whole = (self.life_left, None if self.party is None else self.party.left)
        limits = [left for left in whole if left is not None]
        if "limit_per_payment" in self.terms:
            limits.append(money(self.terms["limit_per_payment"]) - self.drawn)
        return min(limits, default=None)


@dataclass
class TriggerState:
    """Section 8."""

    terms: Table
    breached: bool = False
    failed: int = 0  # failed tests in a row
    passed: int = 0  # passed tests in a row
    stood: bool = False  # breached after the tests of the date before
    active: bool = False
    tested: bool = False
    coverage_fails: bool = False  # DSCR or IC below the threshold, as measured before the payments

    @property
    def moment(self) -> str:
        """Section 8: before or after the payments; some kinds can only be measured after them."""
        if self.after_only:
            return word_of(self.terms, "test", "after-payment", "before-payment")
        return word_of(self.terms, "test", "before-payment", "after-payment")

    @property
    def after_only(self) -> bool:
        """Section 8: whether it can only be measured after the payments."""
        kind = self.terms["kind"]
        if kind in ("unpaid-interest", "unpaid-principal", "reserve", "deficiency"):
            return True
        if kind == "coverage":
            return one_of("measure", self.terms["measure"], MEASURES) == "OC"
        if kind in BEFORE:
            return False
        raise no_such("kind of trigger", kind)

    @property
    def this_payment(self) -> bool:
        """Section 8: whether a test of date t is seen by the payments of t."""
        effect = word_of(self.terms, "effect", "this-payment", "next-payment")
        return self.moment == "before-payment" and effect == "this-payment"


@dataclass
class LimitState:
    """Section 10: a named limit, shared by the steps that name it."""

    terms: Table
    left: int = 0  # in its payment date, calendar year or life


@dataclass
class Vehicle:
    """The deal, its dates, its pool, its market and its state."""

    deal: Table
    d: list[date]  # payment dates, d[0] = closing
    w: list[date]  # the same as written, w[0] = closing
    a: list[date]  # accrual dates
    c: list[date]  # collection dates
    conventions: Conventions
    streams: dict[str, list[int]]
    performing: list[int]
    defaulted: list[int]
    scheduled: list[int]
    sales: list[int]
    forecast_sales: list[int]
    support_pays: dict[str, list[int]]
    support_late: dict[str, list[int]]
    ratings: dict[str, list[int]]
    fixings: dict[str, list[int]]
    recovered: dict[str, list[int]]  # by party
    held: dict[str, list[int]]  # by account
    account_pays: dict[str, list[int]]  # by account
    notes: dict[str, NoteState]
    fees: dict[str, FeeState]
    accounts: dict[str, AccountState]
    support: dict[str, SupportState]
    triggers: dict[str, TriggerState]
    limits: dict[str, LimitState]
    parties: dict[str, PartyState]
    # Section 13, history: of the dates up to today, newest last; and in all.
    past: dict[str, list[int]] = field(
        default_factory=lambda: {"collected": [], "scheduled": [], "sales": [], "forecast_sales": []}
    )
    in_all: dict[str, int] = field(default_factory=lambda: {"defaulted": 0, "collected": 0, "scheduled": 0})
    t: int = 0
    principal_left: int = 0  # M, the principal distribution amount left
    called: bool = False  # a call has been exercised, today or earlier
    called_today: bool = False
    redeemed: bool = False  # by a call that repaid the notes, today or earlier
    redeemed_today: bool = False
    issuer_called: bool = False  # today, by the issuer
    call_price: int = 0
    originator: int = 0
    final_distribution: int = 0
    steps: list[Table] = field(default_factory=list)

    @property
    def today(self) -> date:
        """Section 2: d_t."""
        return self.d[self.t]

    @property
    def period(self) -> tuple[date, date]:
        """Section 2: the interest period, from a_{t-1} to a_t."""
        return self.a[self.t - 1], self.a[self.t]

    @property
    def final(self) -> bool:
        """Section 2: whether today is the legal final date, d_T."""
        return self.t == len(self.d) - 1

    @property
    def early_repayment(self) -> bool:
        """Section 8: whether a trigger with `early_repayment` is active."""
        return any(tr.active and tr.terms.get("early_repayment", False) for tr in self.triggers.values())

    @property
    def everything_due(self) -> bool:
        """Section 5: whether all principal of all notes is due."""
        return self.final or self.called or self.early_repayment

    @property
    def notes_nil(self) -> bool:
        """Section 4: whether every note's balance is 0."""
        return all(note.balance == 0 for note in self.notes.values())

    @property
    def main(self) -> str:
        """Section 4: the first declared collection account."""
        return next(name for name, account in self.accounts.items() if account.kind == "collection")

    def setting(self, name: str, default: str) -> str:
        """A setting of the whole deal, at the top of the file or in its table `deal`."""
        return str(self.deal.get(name, self.deal.get("deal", {}).get(name, default)))

    def product(self, a: int, b: int, c: int) -> int:
        """Section 1: the product, by the deal's rounding."""
        return product(a, b, c, self.setting("rounding", "half-even"), self.k)

    @property
    def k(self) -> int:
        """Section 1: the unit of the deal's currency."""
        return smallest(self.setting("currency", "CNY"))

    def down(self, amount: Fraction | int) -> int:
        """Section 1: an amount of money rounded down, to a whole multiple of k."""
        return down_to(self.k, int(amount // 1))

    def collected(self, names: Iterable[str] = STREAMS) -> int:
        """Section 3: the sum of these streams of today's period."""
        return sum(self.streams[one_of("stream", name, STREAMS)][self.t] for name in names)

    def means(self, day: date) -> int | None:
        """Section 2: the payment date that a written date means; None where it means none."""
        return payment_date_meant(day, self.w, self.d)

    def from_date(self, day: date) -> int:
        """Section 2: from(x); T + 1 where there is none."""
        return from_date(day, self.w, self.d)

    def until_date(self, day: date) -> int:
        """Section 2: until(x); 0 where there is none."""
        meant = self.means(day)
        return sum(paid < day for paid in self.d[1:]) if meant is None else meant

    def day_of_accrual(self, day: date) -> date:
        """Section 2: a_t where a written date means payment date t, else the date itself."""
        meant = self.means(day)
        return day if meant is None else self.a[meant]

    def falls_today(self, day: date) -> bool:
        """Section 2: whether today is the payment date from a written date on."""
        return self.t == self.from_date(day)

    def holds_from(self, terms: Table, key: str) -> bool:
        """Section 2: whether what holds from the date at `key` on holds today; without a date it does."""
        return key not in terms or self.t >= self.from_date(terms[key])

    def holds_until(self, terms: Table, key: str) -> bool:
        """Section 2: whether what holds until the date at `key` holds today; without a date it does."""
        return key not in terms or self.t <= self.until_date(terms[key])

    def last(self, name: str, periods: Any) -> int:
        """Section 8: the sum of what came on the last dates up to today; fewer at the start."""
        return sum(self.past[name][-count(periods) :])
