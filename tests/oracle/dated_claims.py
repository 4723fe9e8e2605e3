"""What notes, fees, a guarantee and triggers owe or say on days of cash: sections 5 to 8 and 16 of
docs/reference/priority-of-payments.md, for the deals of :mod:`tests.oracle.dated_vehicle`.

Each part turns its dated terms into an agenda of days; on a day of payment it takes what has fallen due.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from operator import itemgetter
from typing import TYPE_CHECKING

from tests.oracle.dated_events import (
    Agenda,
    PayDay,
    RateOverTime,
    Terms,
    count_of_months,
    date_of,
    minor,
    months_after,
    rounded,
    share_of_year,
)

if TYPE_CHECKING:
    from tests.oracle.dated_vehicle import Deal

#: Of one day of payment: what is published under the name of each line, minor units.
Lines = dict[tuple[str, ...], int]


class Note:
    """What a note is owed, and when."""

    def __init__(self, terms: Terms, deal: Deal) -> None:
        almanac, principal = deal.almanac, terms["principal"]
        self.terms, self.deal = terms, deal
        self.face = self.balance = self.scheduled = minor(terms["balance"])
        self.coupon = RateOverTime(terms["coupon"], almanac, terms["day_count"])
        for put in terms.get("puts", ()):
            if "reset" in put:
                self._re_set(almanac.cash(put["date"]), Fraction(put["reset"]["rate"]))
        payments = principal.get("payments") or [{"date": principal["date"], "amount": terms["balance"]}]
        self.principal = Agenda((almanac.cash(each["date"]), minor(each["amount"])) for each in payments)
        self.puts = Agenda(
            (almanac.cash(put["date"]), Fraction(put["share"])) for put in terms.get("puts", ())
        )
        settlement = terms.get("settlement")
        self.settlement = Agenda([(almanac.cash(settlement["date"]), settlement)] if settlement else [])
        self.settled = False
        until = terms.get("capitalise_until")
        self.capitalises_until = almanac.cash(until) if until else almanac.no_end
        self.accrued = self.deferred = self.put = self.premium = self.capitalised = (
            self.capitalised_before
        ) = 0

    def _re_set(self, day: dt.date, rate: Fraction) -> None:
        """Another coupon from the day up to which the payment of a put has interest; on the last day none is left."""
        paid = next((one for one in self.deal.almanac if one.paid >= day), None)
        if paid is not None and not paid.final:
            self.coupon.steps = sorted([*self.coupon.steps, (paid.accrues, rate)], key=itemgetter(0))

    @property
    def interest(self) -> int:
        """All interest that is due."""
        return self.accrued + self.deferred

    def accrue(self, day: PayDay, since: dt.date, lines: Lines) -> None:
        """Interest of the interest period that ends with a payment; it stands still once an amount is agreed."""
        end = day.accrues
        for since_day, settlement in self.settlement.left:
            if "amount" in settlement and since_day <= day.paid:
                end = min(end, max(since, self.deal.almanac.accrual(settlement["date"])))
        more = sum(
            (
                Fraction(step["add"])
                for step in self.terms.get("coupon_steps", ())
                if self.deal.triggers[step["trigger"]].stood
            ),
            Fraction(0),
        )
        earned = self.coupon.earned(since, end, more)
        self.accrued = rounded(self.balance * earned, self.deal.rounding)
        if self.terms.get("interest_on_unpaid", "none") == "coupon":
            on_unpaid = rounded(self.deferred * earned, self.deal.rounding)
            self.deferred += on_unpaid
            lines["interest_on_unpaid",] = on_unpaid
        lines["accrued",] = self.accrued

    def fall_due(self, day: PayDay, lines: Lines) -> None:
        """What the terms date on a day: payments of the schedule, a settlement, puts."""
        self.scheduled -= sum(self.principal.fall_due(day.paid))
        if day.final:
            self.scheduled = 0
        owed = self.balance, self.interest
        for settlement in self.settlement.fall_due(day.paid):
            self.settled = True
            if "share" in settlement:
                self._keep_share(Fraction(settlement["share"]), Fraction(settlement.get("interest_share", 0)))
            else:
                self._keep_amount(
                    minor(settlement["amount"]), settlement.get("amount_order", "principal-first")
                )
        lines["written_off",], lines["interest_written_off",] = (
            owed[0] - self.balance,
            owed[1] - self.interest,
        )
        self.put += sum(int(self.balance * share // 1) for share in self.puts.fall_due(day.paid))

    def _keep_share(self, share: Fraction, of_interest: Fraction) -> None:
        self.balance = int(self.balance * share // 1)
        self.deferred = int(self.deferred * of_interest // 1)
        self.accrued = int(self.accrued * of_interest // 1)

    def _keep_amount(self, amount: int, order: str) -> None:
        principal_first = order == "principal-first"
        balance = min(self.balance, amount if principal_first else max(0, amount - self.interest))
        interest = min(self.interest, amount - balance)
        self.balance = balance
        self.deferred = min(self.deferred, interest)
        self.accrued = interest - self.deferred

    @property
    def plan(self) -> int:
        """The balance that the schedule leaves; capitalised interest is added while it leaves anything."""
        return self.scheduled + (self.capitalised if self.scheduled > 0 else 0)

    def principal_due(self, day: PayDay) -> int:
        """What of the balance is due when its step asks."""
        everything = day.final or self.deal.called or self.settled or self.deal.repays_early(day)
        return self.balance if everything else max(0, self.balance - self.plan)

    def pay_interest(self, amount: int) -> None:
        """Deferred interest first."""
        of_deferred = min(amount, self.deferred)
        self.deferred -= of_deferred
        self.accrued -= amount - of_deferred

    def close(self, day: PayDay, lines: Lines) -> None:
        """Overdue amounts; what is unpaid is carried or capitalised; on the last day the balance is written off."""
        capitalises = (
            self.terms.get("unpaid_interest") == "capitalised"
            and not day.final
            and day.paid <= self.capitalises_until
        )
        at_once = day.final or self.deal.called
        waits = capitalises or (self.terms["deferrable"] and not at_once)
        lines["overdue_interest",] = 0 if waits else self.interest
        behind = self.balance if at_once else max(0, self.balance - self.plan)
        lines["overdue_principal",] = max(behind, min(self.put, self.balance))
        lines["capitalised",] = self.interest if capitalises else 0
        if capitalises:
            self.balance += self.interest
            self.capitalised += self.interest
            self.deferred = self.accrued = 0
        self.deferred, self.accrued = self.interest, 0
        self.put = min(self.put, self.balance)
        lines["unpaid",] = self.deferred
        lines["put",] = self.put


class Fee:
    """What a fee takes, and when."""

    def __init__(self, terms: Terms, deal: Deal) -> None:
        self.terms, self.deal = terms, deal
        self.pending = self.unpaid = 0
        almanac, kind = deal.almanac, terms["kind"]
        cash = almanac.cash
        if kind == "one-off":
            self.amounts = Agenda([(cash(terms["date"]), minor(terms["amount"]))])
        elif kind == "scheduled":
            self.amounts = Agenda((cash(each["date"]), minor(each["amount"])) for each in terms["payments"])
        else:
            self.begins, self.ends = (
                date_of(terms, "from", almanac.closing),
                date_of(terms, "until", almanac.no_end),
            )
            self.dates = Agenda((cash(day), day) for day in self._fee_dates())
        self.cap = self.cap_left = minor(terms["cap"]["amount"]) if "cap" in terms else None
        self.cap_year: int | None = None

    def _fee_dates(self) -> list[dt.date]:
        almanac, payable = self.deal.almanac, self.terms.get("payable", "payment-date")
        if payable == "payment-date":
            first, last = almanac.cash(self.begins), almanac.cash(self.ends)
            return [day.paid for day in almanac if first <= day.paid <= last]
        days: list[dt.date] = []
        months = step = count_of_months(payable)
        while (day := months_after(almanac.closing, months)) <= almanac.no_end:
            within = self.begins <= day <= self.ends
            if within or almanac.same(day, self.begins) or almanac.same(day, self.ends):
                days.append(day)
            months += step
        return days

    def accrue(self, day: PayDay, lines: Lines) -> None:
        """What the fee earns with a payment, value added tax on top; and what of it is due."""
        net, payable = self._earned(day)
        net = 0 if day.paid > self.deal.redeemed_on else net
        vat = rounded(net * Fraction(self.terms.get("vat", 0)), self.deal.rounding)
        self.pending += net + vat
        lines["accrued",] = net + vat
        if payable:
            self.unpaid, self.pending = self.unpaid + self.pending, 0
        if self.cap is not None and (self.terms["cap"]["per"] == "payment" or self.cap_year != day.paid.year):
            self.cap_left, self.cap_year = self.cap, day.paid.year

    def _earned(self, day: PayDay) -> tuple[int, bool]:
        kind = self.terms["kind"]
        if kind in ("one-off", "scheduled"):
            return sum(self.amounts.fall_due(day.paid)), True
        dates = self.dates.fall_due(day.paid)
        change = self.terms.get("change")
        now = (
            {**self.terms, **change} if change and self.deal.triggers[change["trigger"]].stood else self.terms
        )
        on_balance = kind == "percent-of-balance"
        always = not on_balance or self.terms.get("payable", "payment-date") == "payment-date"
        payable = always or bool(dates) or day.final
        if self.terms.get("while", "notes-outstanding") == "notes-outstanding" and not self.deal.owed_before:
            return 0, payable
        if kind == "fixed":
            return len(dates) * minor(now["amount"]), payable
        if on_balance:
            return self._on_balance(day, Fraction(now["rate"])), payable
        cash = self.deal.almanac.cash
        charged = cash(self.begins) <= day.paid <= cash(self.ends)
        exact = self.deal.collected_now * Fraction(now["rate"]) if charged else Fraction(0)
        return rounded(exact, self.deal.rounding), payable

    def _on_balance(self, day: PayDay, rate: Fraction) -> int:
        deal, accrual = self.deal, self.deal.almanac.accrual
        collection = self.terms.get("window") == "collection-period"
        start, end = (deal.collected_to, day.collected) if collection else (deal.accrued_to, day.accrues)
        start, end = max(start, accrual(self.begins)), min(end, accrual(self.ends))
        if end <= start:
            return 0
        bases = {
            "notes": deal.notes_before,
            "pool": deal.pool_before,
            "pool-at-cut-off": deal.pool_at_cut_off,
        }
        part = share_of_year(start, end, self.terms["day_count"])
        return rounded(bases[self.terms["base"]] * rate * part, deal.rounding)

    @property
    def due(self) -> int:
        """What its step asks for."""
        return self.unpaid if self.cap_left is None else min(self.unpaid, self.cap_left)

    def pay(self, amount: int) -> None:
        """Of what is due, and of the cap."""
        self.unpaid -= amount
        if self.cap_left is not None:
            self.cap_left -= amount


class Guarantee:
    """What a support pays, and on which days it may be called."""

    def __init__(self, terms: Terms, deal: Deal) -> None:
        almanac = deal.almanac
        self.terms, self.deal = terms, deal
        self.first = almanac.cash(date_of(terms, "first_call", almanac.closing))
        self.last = almanac.cash(date_of(terms, "until", almanac.no_end))
        self.fee_ends = almanac.accrual(terms["until"]) if "until" in terms else None
        self.left = minor(terms["limit"]) if "limit" in terms else None
        self.outstanding = self.interest = self.fee = self.drawn = 0

    def accrue(self, day: PayDay) -> None:
        """Interest on what is outstanding, and the fee on what is left of the limit."""
        since, rounding = self.deal.accrued_to, self.deal.rounding
        self.drawn = 0
        if "interest" in self.terms:
            rule = self.terms["interest"]
            rate = RateOverTime(rule, self.deal.almanac, rule["day_count"])
            self.interest += rounded(self.outstanding * rate.earned(since, day.accrues), rounding)
        if "undrawn_fee" in self.terms and day.paid <= self.deal.redeemed_on:
            rule, end = self.terms["undrawn_fee"], min(day.accrues, self.fee_ends or day.accrues)
            if end > since:
                part = Fraction(rule["rate"]) * share_of_year(since, end, rule["day_count"])
                self.fee += rounded((self.left or 0) * part, rounding)

    def pay(self, lacking: int, day: PayDay) -> int:
        """What it pays of what a step lacks."""
        if not self.first <= day.paid <= self.last:
            return 0
        owed = int(lacking * Fraction(self.terms.get("coverage", 1)) // 1)
        if self.left is not None:
            owed = min(owed, self.left)
            self.left -= owed
        self.drawn += owed
        self.outstanding += owed
        return owed

    def reimburse(self, amount: int) -> None:
        """What it paid comes back."""
        self.outstanding -= amount
        if self.left is not None and self.terms.get("reinstates"):
            self.left += amount


class Trigger:
    """A test, the days on which it is made, and what stands breached."""

    def __init__(self, terms: Terms, deal: Deal) -> None:
        almanac = deal.almanac
        cash, end = almanac.cash, almanac.no_end
        self.terms, self.deal = terms, deal
        self.after = terms["test"] == "after-payment"
        self.at_once = terms.get("effect", "next-payment" if self.after else "this-payment") == "this-payment"
        self.first, self.last = (
            cash(date_of(terms, "first_test", almanac.closing)),
            cash(date_of(terms, "last_test", end)),
        )
        self.effect_from = cash(date_of(terms, "effect_from", almanac.closing))
        self.reached = cash(terms["date"]) if "date" in terms else None
        self.breached = self.stood = False
        self.failed_in_a_row = self.passed_in_a_row = 0

    def test(self, day: PayDay) -> None:
        """Make the test of a day."""
        if not self.first <= day.paid <= self.last:
            return
        fails = self._fails(day)
        self.failed_in_a_row = self.failed_in_a_row + 1 if fails else 0
        self.passed_in_a_row = 0 if fails else self.passed_in_a_row + 1
        if not self.breached:
            self.breached = self.failed_in_a_row >= self.terms.get("consecutive", 1)
        elif not self.terms.get("latched", True):
            self.breached = self.passed_in_a_row < self.terms.get("cure", 1)

    def _fails(self, day: PayDay) -> bool:
        if self.reached is not None:
            return day.paid >= self.reached
        if self.terms["kind"] == "pool-balance":
            pool = 0 if self.deal.called else self.deal.pool_now
            return pool < Fraction(self.terms["threshold"]) * self.deal.pool_at_cut_off
        assert self.terms["kind"] == "unpaid-interest"
        return any(self.deal.notes[name].interest > 0 for name in self.terms["notes"])

    def active(self, day: PayDay) -> bool:
        """Whether the payments of a day see it."""
        stands = self.breached if self.at_once and not self.after else self.stood
        return stands and day.paid >= self.effect_from
