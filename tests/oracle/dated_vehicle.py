"""The vehicle day by day: sections 9 to 11 of docs/reference/priority-of-payments.md for a small family of deals.

One collection account; notes with fixed coupons or coupons in steps, paid by schedule or as bullets, with puts and a
settlement; fees, one guarantee, triggers and both calls; one payee a step. What the pool pays has a day. Nothing here
counts periods: see :mod:`tests.oracle.dated_events`.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from tests.oracle.dated_claims import Fee, Guarantee, Lines, Note, Trigger
from tests.oracle.dated_events import Almanac, PayDay, RateOverTime, Terms, minor, rounded

#: What the pool pays: its day, its stream, minor units.
Receipt = tuple[dt.date, str, int]


class Deal:
    """The whole vehicle; ``run`` carries it through its days of payment."""

    def __init__(self, terms: Terms, receipts: list[Receipt]) -> None:
        self.terms, self.rounding = terms, terms.get("rounding", "half-even")
        self.almanac = Almanac(terms["dates"])
        self.accrued_to, self.collected_to = self.almanac.closing, self.almanac.cut_off
        self.receipts = receipts
        self.pool_at_cut_off = self.pool_before = sum(
            amount for _, stream, amount in receipts if stream == "principal"
        )
        self.pool_now = self.collected_now = 0
        self.called, self.redeemed_on = False, dt.date.max
        self.notes = {name: Note(each, self) for name, each in terms["notes"].items()}
        self.fees = {name: Fee(each, self) for name, each in terms.get("fees", {}).items()}
        self.support = {name: Guarantee(each, self) for name, each in terms.get("support", {}).items()}
        self.triggers = {name: Trigger(each, self) for name, each in terms.get("triggers", {}).items()}
        self.notes_before, self.owed_before = sum(note.balance for note in self.notes.values()), True
        account = terms["accounts"]["collection"]
        self.cash = minor(account.get("opening", 0))
        rule = account.get("interest")
        self.earns = RateOverTime(rule, self.almanac, rule["day_count"]) if rule else None
        self.calls_from = {
            name: self.almanac.cash(terms[name][field])
            for name, field in (("clean_up_call", "first_date"), ("issuer_call", "date"))
            if field in terms.get(name, {})
        }

    def repays_early(self, day: PayDay) -> bool:
        """Whether a trigger makes all principal due."""
        return any(one.terms.get("early_repayment") and one.active(day) for one in self.triggers.values())

    def run(self) -> dict[dt.date, Lines]:
        """What is published of each day of payment."""
        published: dict[dt.date, Lines] = {}
        for day in self.almanac:
            published[day.paid] = self._pay(day)
            self.accrued_to, self.collected_to = day.accrues, day.collected
            self.pool_before = 0 if self.called else self.pool_now
            self.notes_before = sum(note.balance for note in self.notes.values())
            self.owed_before = any(note.balance or note.deferred for note in self.notes.values())
            for one in self.triggers.values():
                one.stood = one.breached
        return published

    def _pay(self, day: PayDay) -> Lines:
        lines: Lines = {("account", "collection", "opening"): self.cash}
        interest = self.earns.earned(self.accrued_to, day.accrues) if self.earns else Fraction(0)
        lines["account", "collection", "interest"] = rounded(self.cash * interest, self.rounding)
        self.cash += lines["account", "collection", "interest"]
        self._collect(day)
        self._accrue(day, lines)
        self._call(day, lines)
        self._test(day, after=False)
        for name, trigger in self.triggers.items():
            lines["trigger", name, "active"] = trigger.active(day)
        self._steps(day, lines)
        for name, note in self.notes.items():
            mine: Lines = {}
            note.close(day, mine)
            self._publish("note", name, mine, lines)
        self._test(day, after=True)
        for name, trigger in self.triggers.items():
            lines["trigger", name, "breached"] = trigger.breached
        lines["final_distribution",] = self.cash if day.final else 0
        if day.final:
            self.cash = 0
        self._books(day, lines)
        return lines

    def _collect(self, day: PayDay) -> None:
        """What came since the last payment; nothing after a call."""
        since, until = self.collected_to, day.collected
        came = [(stream, amount) for on, stream, amount in self.receipts if since < on <= until]
        self.collected_now = 0 if self.called else sum(amount for _, amount in came)
        self.pool_now = self.pool_at_cut_off - sum(
            amount for on, stream, amount in self.receipts if stream == "principal" and on <= until
        )
        self.cash += self.collected_now

    def _accrue(self, day: PayDay, lines: Lines) -> None:
        for name, note in self.notes.items():
            mine: Lines = {}
            note.accrue(day, self.accrued_to, mine)
            note.fall_due(day, mine)
            self._publish("note", name, mine, lines)
        for name, fee in self.fees.items():
            mine = {}
            fee.accrue(day, mine)
            self._publish("fee", name, mine, lines)
        for support in self.support.values():
            support.accrue(day)

    @property
    def _owed(self) -> int:
        """All that a redemption by call pays before anything goes to others."""
        fees = sum(fee.unpaid + fee.pending for fee in self.fees.values())
        supports = sum(one.interest + one.fee for one in self.support.values())
        notes = sum(note.balance + note.interest + note.premium for note in self.notes.values())
        return fees + supports + notes

    def _call(self, day: PayDay, lines: Lines) -> None:
        """The clean-up call, then the issuer's."""
        lines["call_price",], lines["call",], lines["issuer_call",] = 0, False, False
        clean_up = self._may_call("clean_up_call", day)
        if clean_up and self.pool_now > 0:
            threshold, price = Fraction(clean_up["threshold"]), Fraction(clean_up.get("price", 1))
            assert clean_up["condition"] == "none"
            if self.pool_now <= threshold * self.pool_at_cut_off:
                self._called(rounded(self.pool_now * price, self.rounding), lines)
        issuer = self._may_call("issuer_call", day)
        if issuer:
            listed = [(self.almanac.cash(each["from"]), each["price"]) for each in issuer.get("prices", ())]
            prices = [price for since, price in listed if since <= day.paid]
            if listed and not prices:
                return
            premium = Fraction(prices[-1] if prices else issuer.get("price", 1)) - 1
            for note in self.notes.values():
                note.premium += rounded(note.balance * premium, self.rounding)
            self._called(max(0, self._owed - self.cash), lines)
            lines["issuer_call",] = True
            self.redeemed_on = day.paid
            for fee in self.fees.values():
                fee.unpaid, fee.pending = fee.unpaid + fee.pending, 0

    def _may_call(self, name: str, day: PayDay) -> Terms | None:
        """The terms of a call that is open on a day."""
        owed = any(note.balance for note in self.notes.values())
        opened = day.paid >= self.calls_from.get(name, day.paid)
        return self.terms.get(name) if opened and owed and not day.final and not self.called else None

    def _called(self, price: int, lines: Lines) -> None:
        self.called = True
        self.cash += price
        lines["call_price",], lines["call",] = price, True

    def _test(self, day: PayDay, *, after: bool) -> None:
        for trigger in self.triggers.values():
            if trigger.after == after:
                trigger.test(day)

    def _steps(self, day: PayDay, lines: Lines) -> None:
        accelerated = any(one.terms.get("priority") and one.active(day) for one in self.triggers.values())
        self.paid: Lines = {}
        written = self.terms["priority"]["acceleration" if accelerated else "normal"]
        for step in self._redemption() if day.paid == self.redeemed_on else written:
            (payee,) = step["pay"]
            kind, _, name = payee.partition(":")
            due = self._due(kind, name, day)
            cash = min(due, self.cash)
            self.cash -= cash
            supported = sum(self.support[each].pay(due - cash, day) for each in step.get("support", ()))
            self._take(kind, name, cash + supported)
            self.paid[kind, name] = self.paid.get((kind, name), 0) + cash + supported

    def _redemption(self) -> list[Terms]:
        """Everything that is owed, one payee after another: all of it is paid."""
        payees = [f"fee-excess:{name}" for name in self.fees]
        payees += [f"{kind}:{name}" for name in self.support for kind in ("support-interest", "support-fee")]
        by_rank = sorted(self.notes, key=lambda name: int(self.notes[name].terms["rank"]))
        payees += [f"{kind}:{name}" for name in by_rank for kind in ("interest", "premium", "redemption")]
        payees += [f"reimbursement:{name}" for name in self.support]
        rest = [payee for step in self.terms["priority"]["normal"] for payee in step["pay"]]
        payees += [payee for payee in rest if payee == "originator"][-1:]
        return [{"pay": (payee,)} for payee in payees]

    def _due(self, kind: str, name: str, day: PayDay) -> int:
        match kind:
            case "fee-excess":
                return self.fees[name].unpaid
            case "redemption":
                return self.notes[name].balance
            case "originator":
                return self.cash
            case "fee":
                return self.fees[name].due
            case "reimbursement":
                return self.support[name].outstanding
            case "support-interest":
                return self.support[name].interest
            case "support-fee":
                return self.support[name].fee
            case "principal":
                return self.notes[name].principal_due(day)
            case "put":
                return min(self.notes[name].put, self.notes[name].balance)
            case "interest":
                return self.notes[name].interest
            case "premium":
                return self.notes[name].premium
        raise AssertionError(kind)

    def _take(self, kind: str, name: str, amount: int) -> None:
        match kind:
            case "fee-excess":
                self.fees[name].unpaid -= amount
            case "redemption":
                self.notes[name].balance -= amount
                self.notes[name].put = 0
            case "fee":
                self.fees[name].pay(amount)
            case "reimbursement":
                self.support[name].reimburse(amount)
            case "support-interest":
                self.support[name].interest -= amount
            case "support-fee":
                self.support[name].fee -= amount
            case "interest":
                self.notes[name].pay_interest(amount)
            case "premium":
                self.notes[name].premium -= amount
            case "principal":
                self.notes[name].balance -= amount
            case "put":
                self.notes[name].balance -= amount
                self.notes[name].put -= amount

    def _books(self, day: PayDay, lines: Lines) -> None:
        """What is left and what was paid, of each part."""
        paid = self.paid
        lines["account", "collection", "closing"] = self.cash
        lines["originator",] = paid.get(("originator", ""), 0)
        for name, note in self.notes.items():
            lines["note", name, "written_off"] += note.balance if day.final else 0
            lines["note", name, "closing"] = note.balance
            lines["note", name, "interest_paid"] = paid.get(("interest", name), 0)
            lines["note", name, "principal_paid"] = sum(
                paid.get((kind, name), 0) for kind in ("principal", "put", "redemption")
            )
            lines["note", name, "premium_paid"] = paid.get(("premium", name), 0)
        for name, fee in self.fees.items():
            lines["fee", name, "paid"] = paid.get(("fee", name), 0) + paid.get(("fee-excess", name), 0)
            lines["fee", name, "unpaid"], lines["fee", name, "pending"] = fee.unpaid, fee.pending
        for name, support in self.support.items():
            lines["support", name, "drawn"] = support.drawn
            lines["support", name, "outstanding"] = support.outstanding
            for kind, line in (
                ("reimbursement", "reimbursed"),
                ("support-interest", "interest_paid"),
                ("support-fee", "fee_paid"),
            ):
                lines["support", name, line] = paid.get((kind, name), 0)

    @staticmethod
    def _publish(kind: str, name: str, mine: Lines, lines: Lines) -> None:
        lines.update({(kind, name, *line): amount for line, amount in mine.items()})
