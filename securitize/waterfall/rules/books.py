"""The books of one payment date: every balance, what has been paid so far, and what is published at the
end."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

from securitize.base.money import RATE_UNITS
from securitize.definitions.figures import RATINGS, STREAMS, Stream
from securitize.waterfall.expressions import Recorder, StateVariable, Value, Variable
from securitize.waterfall.formulas import minimum, positive, total
from securitize.waterfall.resolved import ResolvedDeal
from securitize.waterfall.rules.account_books import AccountBooks
from securitize.waterfall.rules.note_books import NoteBooks, note_books
from securitize.waterfall.rules.party_books import PartyBooks
from securitize.waterfall.rules.support_books import SupportBooks, support_books
from securitize.waterfall.terms import Parts, taken_apart


@dataclass
class FeeBooks:
    """What is kept of one fee: N, U, what is left of its cap.

    charged : on this date's payments to holders so far, of a fee on them
    """

    pending: StateVariable
    unpaid: StateVariable
    cap_left: StateVariable | None
    paid: Variable
    charged: Variable
    accrued: Value

    @property
    def accrued_in_all(self) -> Value:
        """What has accrued on this date, what is charged on payments so far included."""
        return self.accrued + self.charged.now

    @property
    def due(self) -> Value:
        """What ``fee:NAME`` is due at this moment: unpaid, within the cap."""
        unpaid = self.unpaid.now
        return unpaid if self.cap_left is None else minimum(unpaid, self.cap_left.now)


@dataclass
class TriggerBooks:
    """What is kept of one trigger: whether it stands breached (a mask) and tests in a row."""

    breached: StateVariable
    failed: StateVariable | None
    passed: StateVariable | None
    active: Value

    @property
    def stood_breached(self) -> Value:
        """Mask: after the tests of the date before."""
        return self.breached.opening


@dataclass
class Books:
    """Everything that is kept, by name of note, fee, account, support, trigger or limit."""

    resolved: ResolvedDeal
    recorder: Recorder
    notes: dict[str, NoteBooks]
    fees: dict[str, FeeBooks]
    accounts: dict[str, AccountBooks]
    support: dict[str, SupportBooks]
    parties: dict[str, PartyBooks]
    triggers: dict[str, TriggerBooks]
    limits: dict[str, StateVariable]
    called: StateVariable
    #: mask: a call has repaid the notes by the redemption priority
    redeemed: StateVariable
    #: principal distribution amount left (M in section 5)
    distribution: StateVariable
    originator: Variable
    #: mask: all principal is due for another reason than a call or the legal final
    early_repayment: Variable
    #: facts of this date that no step changes
    streams: dict[Stream, Value] = field(default_factory=dict)
    #: outcome of the tests that payments do not move
    outcome: dict[str, Value] = field(default_factory=dict)
    call_price: Value | None = None
    issuer_called: Value | None = None
    final_distribution: Value | None = None

    @classmethod
    def open(cls, whole: ResolvedDeal | Parts) -> Books:
        """Books at the start of a payment date, of a deal that is taken apart or is now: its numbers are terms."""
        parts = whole if isinstance(whole, Parts) else taken_apart(whole)
        resolved = parts.words
        deal = resolved.deal
        r = Recorder(resolved.periods, resolved.unit, resolved.initial, parts.numbers, parts.paths)
        zero = r.constant(0)
        failing = resolved.failing_banks
        return cls(
            resolved=resolved,
            recorder=r,
            notes={name: note_books(r, resolved, name) for name in deal.notes},
            fees={
                name: FeeBooks(
                    r.state(f"fee-pending.{name}"),
                    r.state(f"fee-unpaid.{name}"),
                    r.state(f"fee-cap.{name}", fee.cap.amount) if fee.cap else None,
                    r.variable(f"fee-paid.{name}"),
                    r.variable(f"fee-charged.{name}"),
                    zero,
                )
                for name, fee in deal.fees.items()
            },
            accounts={
                name: AccountBooks(
                    r.state(f"account.{name}", account.opening),
                    r.variable(f"account-in.{name}"),
                    r.variable(f"account-out.{name}"),
                    zero,
                    r.state(f"account-failed.{name}", kept=name in failing),
                    zero,
                )
                for name, account in deal.accounts.items()
            },
            support={
                name: support_books(r, name, one, name in resolved.late_providers)
                for name, one in deal.support.items()
            },
            parties={
                name: PartyBooks(
                    party.capacity, party.supports, r.state(f"party-recovered.{name}"), zero, zero
                )
                for name, party in resolved.parties.items()
            },
            triggers={
                name: TriggerBooks(
                    r.state(f"breached.{name}"),
                    r.state(f"failed.{name}") if trigger.consecutive > 1 else None,
                    r.state(f"passed.{name}") if not trigger.latched and trigger.cure > 1 else None,
                    zero,
                )
                for name, trigger in deal.triggers.items()
            },
            limits={name: r.state(f"limit.{name}") for name in deal.limits},
            called=r.state("called", kept=deal.may_be_called),
            redeemed=r.state("redeemed", kept=resolved.may_redeem),
            distribution=r.state("distribution"),
            originator=r.variable("originator"),
            early_repayment=r.variable("early-repayment"),
        )

    @property
    def final(self) -> Value:
        """Mask: the legal final date."""
        return self.recorder.flag(self.resolved.final)

    def in_full(self, note: str) -> Value:
        """Mask: all principal of a note is due: on the legal final date, once a call is exercised, in early
        repayment, after its settlement."""
        everywhere = self.final | self.called.now | self.early_repayment.now
        return everywhere | self.notes[note].settled.now

    @property
    def redeemed_now(self) -> Value:
        """Mask: a call repays the notes on this date."""
        return self.redeemed.now & ~self.redeemed.opening

    @property
    def performing(self) -> Value:
        """Performing balance of the pool at the end of the collection period, 0 once called."""
        return self.recorder.input("performing") & ~self.called.now

    @property
    def collections(self) -> Value:
        """All six streams of the period."""
        return total(self.recorder, list(self.streams.values()))

    def live(self, amount: Value) -> Value:
        """``amount`` while no call was exercised on an earlier date."""
        if not self.resolved.deal.may_be_called:
            return amount
        return amount & ~self.called.opening

    def period_input(self, name: str, otherwise: int = 0) -> Value:
        """A number given by period: an input where it differs by path, else a constant of the period."""
        if name in self.resolved.varying:
            return self.recorder.input(name)
        return self.recorder.constant(self.resolved.given.get(name, otherwise))

    def pays(self, support: str) -> Value:
        """The share of what it owes that a provider of support pays, units of 1e-8."""
        return self.period_input(f"pays.{support}", RATE_UNITS)

    def pays_late(self, support: str) -> Value:
        """Mask: a provider of support pays late on this date."""
        return positive(self.period_input(f"late.{support}"))

    def rating(self, support: str) -> Value:
        """A provider's place on the scale of ratings."""
        rating = self.resolved.deal.support[support].rating
        return self.period_input(f"rating.{support}", RATINGS.index(rating) if rating else 0)

    def accumulate(self, name: str, amount: Value) -> Value:
        """Sum of ``amount`` over the dates so far, this one included."""
        state = self.recorder.state(f"cumulative.{name}")
        if state.now is state.opening:
            state.now = state.opening + amount
        return state.now

    def trailing(self, name: str, amount: Value, periods: int) -> Value:
        """Sum of ``amount`` over the last ``periods`` dates, this one included, fewer at the start."""
        summed, newer = amount, amount
        for k in range(1, periods):
            state = self.recorder.state(f"history.{name}.{k}")
            summed = summed + state.opening
            state.now, newer = newer, state.opening
        return summed

    def paid_in_all(self, party: str) -> Value:
        """What counts against a party's capacity: recoveries, and what of its supports is used."""
        kept = self.parties[party]
        return total(self.recorder, [kept.recovered.now, *(self.support[one].used for one in kept.supports)])

    def capacity_left(self, party: str) -> Value:
        """What a party may still pay at this moment."""
        return self.recorder.constant(self.parties[party].capacity) - self.paid_in_all(party)

    def support_left(self, name: str) -> Value | None:
        """What a support's limits, and its party's capacity, leave on this date; None where it is unlimited."""
        support, kept = self.resolved.deal.support[name], self.support[name]
        left = []
        if support.limit is not None:
            left.append(self.recorder.constant(support.limit) - kept.used)
        if support.limit_per_payment is not None:
            left.append(self.recorder.constant(support.limit_per_payment) - kept.drawn.now)
        if support.party in self.parties:
            left.append(self.capacity_left(support.party))
        return functools.reduce(minimum, left) if left else None

    def receive_collections(self) -> None:
        """The streams enter their accounts; the principal distribution amount rises."""
        deal = self.resolved.deal
        unpaid = total(self.recorder, [one.recoveries_due - one.recoveries for one in self.parties.values()])
        self.streams = {stream: self.live(self.recorder.input(stream)) for stream in STREAMS}
        self.streams["recovery"] = self.streams["recovery"] - unpaid
        for stream, amount in self.streams.items():
            self.accounts[deal.collections.get(stream, self.resolved.main_account)].pay_in(amount)
        if any(note.principal.shares_collections for note in deal.notes.values()):
            principal = [self.streams[stream] for stream in deal.principal_distribution.streams]
            self.distribution.now = self.distribution.now + total(self.recorder, principal)

    def notes_outstanding(self) -> Value:
        """Mask: at the end of the date before a note had a balance or unpaid interest."""
        openings = [part for n in self.notes.values() for part in (n.balance.opening, n.unpaid_before)]
        return positive(total(self.recorder, openings))
