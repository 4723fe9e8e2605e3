"""The books of one payment date: every balance, what has been paid so far, and what is published at the
end."""

from __future__ import annotations

from dataclasses import dataclass, field

from securitize.definitions.figures import STREAMS
from securitize.waterfall.expressions import Recorder, State, Value, Variable
from securitize.waterfall.formulas import minimum, positive, total
from securitize.waterfall.resolve import ResolvedDeal


@dataclass
class Books:
    """Variables of the recording, by name of account, note, fee, support, trigger or limit.

    Payments to notes and fees are counted with support; ``supported`` says how much of them support paid.
    """

    resolved: ResolvedDeal
    recorder: Recorder
    accounts: dict[str, State]
    balances: dict[str, State]
    unpaid_interest: dict[str, State]
    fee_pending: dict[str, State]
    fee_unpaid: dict[str, State]
    fee_cap_left: dict[str, State]
    support_used: dict[str, State]
    support_outstanding: dict[str, State]
    limit_left: dict[str, State]
    breached: dict[str, State]
    called: State
    #: principal distribution amount left (M in section 5)
    distribution: State
    interest_paid: dict[str, Variable]
    principal_paid: dict[str, Variable]
    residual_paid: dict[str, Variable]
    supported: dict[str, Variable]
    fee_paid: dict[str, Variable]
    account_in: dict[str, Variable]
    account_out: dict[str, Variable]
    drawn: dict[str, Variable]
    reimbursed: dict[str, Variable]
    originator: Variable
    #: facts of this date that no step changes
    streams: dict[str, Value] = field(default_factory=dict)
    accrued: dict[str, Value] = field(default_factory=dict)
    on_unpaid: dict[str, Value] = field(default_factory=dict)
    interest_due: dict[str, Value] = field(default_factory=dict)
    fee_accrued: dict[str, Value] = field(default_factory=dict)
    active: dict[str, Value] = field(default_factory=dict)
    #: outcome of the tests that payments do not move
    outcome: dict[str, Value] = field(default_factory=dict)
    call_price: Value | None = None
    final_distribution: Value | None = None

    @classmethod
    def open(cls, resolved: ResolvedDeal) -> Books:
        """Books at the start of a payment date."""
        deal = resolved.deal
        r = Recorder(resolved.periods)

        def states(kind: str, names: dict[str, int]) -> dict[str, State]:
            return {name: r.state(f"{kind}.{name}", initial) for name, initial in names.items()}

        def variables(kind: str, names: object) -> dict[str, Variable]:
            return {name: r.variable(f"{kind}.{name}") for name in names}  # type: ignore[attr-defined]

        zero_fees = dict.fromkeys(deal.fees, 0)
        zero_support = dict.fromkeys(deal.support, 0)
        books = cls(
            resolved=resolved,
            recorder=r,
            accounts=states("account", {name: account.opening for name, account in deal.accounts.items()}),
            balances=states("balance", {name: note.balance for name, note in deal.notes.items()}),
            unpaid_interest=states("unpaid-interest", dict.fromkeys(deal.notes, 0)),
            fee_pending=states("fee-pending", zero_fees),
            fee_unpaid=states("fee-unpaid", zero_fees),
            fee_cap_left=states("fee-cap", {n: f.cap.amount for n, f in deal.fees.items() if f.cap}),
            support_used=states("support-used", zero_support),
            support_outstanding=states("support-outstanding", zero_support),
            limit_left=states("limit", {name: limit.amount for name, limit in deal.limits.items()}),
            breached=states("breached", dict.fromkeys(deal.triggers, 0)),
            called=r.state("called"),
            distribution=r.state("distribution"),
            interest_paid=variables("interest-paid", deal.notes),
            principal_paid=variables("principal-paid", deal.notes),
            residual_paid=variables("residual-paid", deal.notes),
            supported=variables("supported", deal.notes),
            fee_paid=variables("fee-paid", deal.fees),
            account_in=variables("account-in", deal.accounts),
            account_out=variables("account-out", deal.accounts),
            drawn=variables("drawn", deal.support),
            reimbursed=variables("reimbursed", deal.support),
            originator=r.variable("originator"),
        )
        books._renew_limits()
        return books

    def _renew_limits(self) -> None:
        """Caps and named limits are whole again at the start of their payment date or calendar year."""
        for name, left in self.fee_cap_left.items():
            cap = self.resolved.deal.fees[name].cap
            if cap is not None:
                self._renew(left, cap.amount, cap.per)
        for name, left in self.limit_left.items():
            limit = self.resolved.deal.limits[name]
            self._renew(left, limit.amount, limit.per)

    def _renew(self, left: State, amount: int, per: str) -> None:
        if per == "payment":
            left.now = self.recorder.constant(amount)
        elif per == "year":
            new_year = self.recorder.flag(self.resolved.year_starts)
            left.now = (new_year & amount) | (~new_year & left.now)

    @property
    def final(self) -> Value:
        """Mask: the legal final date."""
        return self.recorder.flag(self.resolved.final)

    @property
    def in_full(self) -> Value:
        """Mask: all principal is due, on the legal final date and once the clean-up call is exercised."""
        return self.final | self.called.now

    @property
    def performing(self) -> Value:
        """Performing balance of the pool at the end of the collection period, 0 once called."""
        return self.recorder.input("performing") & ~self.called.now

    @property
    def collections(self) -> Value:
        """All six streams of the period."""
        return total(self.recorder, list(self.streams.values()))

    def live(self, amount: Value) -> Value:
        """``amount`` while the clean-up call was not exercised on an earlier date."""
        return amount if self.resolved.deal.clean_up_call is None else amount & ~self.called.opening

    def accumulate(self, name: str, amount: Value) -> Value:
        """Sum of ``amount`` over the dates so far, this one included."""
        state = self.recorder.state(f"cumulative.{name}")
        if state.now is state.opening:
            state.now = state.opening + amount
        return state.now

    def support_left(self, name: str) -> Value | None:
        """What a support can still pay on this date; None where it is unlimited."""
        support = self.resolved.deal.support[name]
        left = []
        if support.limit is not None:
            left.append(self.recorder.constant(support.limit) - self.support_used[name].now)
        if support.limit_per_payment is not None:
            left.append(self.recorder.constant(support.limit_per_payment) - self.drawn[name].now)
        return minimum(left[0], left[-1]) if left else None

    def receive_collections(self) -> None:
        """The streams enter their accounts; the principal distribution amount rises."""
        deal = self.resolved.deal
        for stream in STREAMS:
            amount = self.live(self.recorder.input(stream))
            self.streams[stream] = amount
            self.pay_in(deal.collections.get(stream, self.resolved.main_account), amount)
        if any(note.principal.kind == "collected" for note in deal.notes.values()):
            principal = [self.streams[stream] for stream in deal.principal_distribution.streams]
            self.distribution.now = self.distribution.now + total(self.recorder, principal)

    def pay_in(self, account: str, amount: Value) -> None:
        """Money enters an account."""
        self.accounts[account].now = self.accounts[account].now + amount
        self.account_in[account].now = self.account_in[account].now + amount

    def pay_out(self, account: str, amount: Value) -> None:
        """Money leaves an account."""
        self.accounts[account].now = self.accounts[account].now - amount
        self.account_out[account].now = self.account_out[account].now + amount

    def notes_outstanding(self) -> Value:
        """Mask: before this date's payments a note has a balance or unpaid interest."""
        openings = [state.opening for state in (*self.balances.values(), *self.unpaid_interest.values())]
        return positive(total(self.recorder, openings))

    def publish_before_payments(self) -> None:
        """What coverage looks at: fees due, account balances and support left before any payment of this
        date."""
        store = self.recorder.store
        for name in self.fee_unpaid:
            store(("fee", name, "due"), self.fee_due(name))
        for name, account in self.accounts.items():
            store(("account", name, "before"), account.now)
        for name in self.support_used:
            left = self.support_left(name)
            if left is not None:
                store(("support", name, "left"), left)

    def fee_due(self, name: str) -> Value:
        """What ``fee:NAME`` is due at this moment: unpaid, within the cap."""
        unpaid = self.fee_unpaid[name].now
        return minimum(unpaid, self.fee_cap_left[name].now) if name in self.fee_cap_left else unpaid

    def close(self) -> None:
        """The final distribution, and everything that is published of this date but the steps."""
        store = self.recorder.store
        for name, account in self.accounts.items():
            store(("account", name, "after_steps"), account.now)
        left = {name: state.now & self.final for name, state in self.accounts.items()}
        self.final_distribution = total(self.recorder, list(left.values()))
        for name, amount in left.items():
            self.pay_out(name, amount)
        store(("final_distribution",), self.final_distribution)
        store(("originator",), self.originator.now)
        store(("distribution_left",), self.distribution.now)
        if self.call_price is not None:
            store(("call",), self.called.now & ~self.called.opening)
            store(("call_price",), self.call_price)
        for stream, amount in self.streams.items():
            store(("collections", stream), amount)
        store(("performing",), self.performing)
        store(("defaulted",), self.live(self.recorder.input("defaulted")))
        store(("scheduled",), self.live(self.recorder.constant(self.resolved.scheduled)))
        for name in self.balances:
            self._publish_note(name)
        for name in self.fee_unpaid:
            store(("fee", name, "accrued"), self.fee_accrued[name])
            store(("fee", name, "paid"), self.fee_paid[name].now)
            store(("fee", name, "unpaid"), self.fee_unpaid[name].now)
            store(("fee", name, "pending"), self.fee_pending[name].now)
        for name, account in self.accounts.items():
            store(("account", name, "opening"), account.opening)
            store(("account", name, "in"), self.account_in[name].now)
            store(("account", name, "out"), self.account_out[name].now)
            store(("account", name, "closing"), account.now)
        for name in self.support_used:
            store(("support", name, "drawn"), self.drawn[name].now)
            store(("support", name, "reimbursed"), self.reimbursed[name].now)
            store(("support", name, "outstanding"), self.support_outstanding[name].now)
            store(("support", name, "used"), self.support_used[name].now)
        for name, breached in self.breached.items():
            store(("trigger", name, "breached"), breached.now)
            store(("trigger", name, "active"), self.active[name])

    def _publish_note(self, name: str) -> None:
        lines = {
            "opening": self.balances[name].opening,
            "accrued": self.accrued[name],
            "interest_on_unpaid": self.on_unpaid[name],
            "interest_paid": self.interest_paid[name].now,
            "unpaid": self.unpaid_interest[name].now,
            "principal_paid": self.principal_paid[name].now,
            "residual_paid": self.residual_paid[name].now,
            "supported": self.supported[name].now,
            "closing": self.balances[name].now,
            "written_off": self.balances[name].now & self.final,
        }
        for line, value in lines.items():
            self.recorder.store(("note", name, line), value)
