"""What is known of each part of the deal on one payment date. `terms` is the table of the deal file.

Lists by period have index 0 for closing or cut-off.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from securitize.reference.numbers import money, number, whole
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
