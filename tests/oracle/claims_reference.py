"""Section 2 of docs/reference/assets.md, and what section 1 says of each kind of claim."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

from tests.oracle.dates_reference import (
    UNIT,
    adjust,
    later,
    month_count,
    plus_months,
    plus_months_by_rule,
    product,
    rule,
)
from tests.oracle.day_counts_reference import share_of_year
from tests.oracle.drawn_values import CUT_OFF


def opening_balance(c: Any) -> int:
    match c.kind:
        case "pledged-loan" | "trust-loan":
            return int(c.principal)
        case "licence-back":
            return int(c.lump_sum)
        case "lease-back":
            return int(c.price)
        case "supply-chain":
            return int(c.amount)
    return sum(x.principal or 0 for x in c.cash)


def is_royalty(c: Any) -> bool:
    return c.kind in ("running-royalty", "projected-royalty")


def proceeds(c: Any) -> int:
    """What is paid out for the contract at closing."""
    if is_royalty(c):
        return int(c.purchase_price or 0)
    paid = opening_balance(c)
    if c.kind == "projected" and c.purchase_price is not None:
        paid = c.purchase_price
    elif c.kind == "supply-chain" and c.price is not None:
        paid = c.price
    elif c.kind == "supply-chain" and c.discount_rate is not None:
        year = share_of_year(
            c.day_count, c.start, c.due, final=c.due, months=None, anchor=c.due, end_of_month=False
        )
        paid -= product(paid, c.discount_rate * year.numerator, UNIT * year.denominator)
    return max(0, int(paid) - int(c.deposit))


def proceeds_to(c: Any) -> str:
    other = {"supply-chain": "supplier", "projected": "seller", "running-royalty": "seller"}
    other["projected-royalty"] = "seller"
    return str(getattr(c, other.get(c.kind, "obligor")) or c.obligor)


class Claim:
    """p, adjusted, i, s, B, rates, year, fees, all indexed by k as on the page.

    Index 0 of all but p, adjusted and B is unused. resets[k] are the days of period k on which its rate is set, the
    first of them p_{k-1}, each with the rate from that day on; rates[k] is the first of these rates.
    """

    def __init__(self, contract: Any, calendar: str, market: Any, today: dt.date, scenario: Any) -> None:
        self.c, self.calendar = contract, calendar
        self.find_dates()
        self.n = len(self.p) - 1
        self.adjusted = [contract.start] + [adjust(x, calendar, self.how) for x in self.p[1:]]
        self.nominal = contract.nominal_price if contract.kind == "lease-back" else 0
        self.trust = contract.trust if contract.kind == "trust-loan" else None
        self.resets: list[list[tuple[dt.date, int]]] = [[] for _ in self.p]
        if contract.kind in ("supply-chain", "projected"):
            self.as_listed()
            return
        self.resets[1:] = [self.rates_of(k, market, today, scenario) for k in range(1, self.n + 1)]
        self.rates = [0] + [told[0][1] for told in self.resets[1:]]
        self.fill()

    def find_dates(self) -> None:
        c = self.c
        if c.kind == "supply-chain":
            self.p, self.how = [c.start, c.due], c.adjustment
            return
        if c.kind == "projected":
            self.p, self.how = [c.start, *(x.date for x in c.cash)], c.adjustment
            return
        days, dates = set(), c.dates
        self.how, frequency = dates.adjustment, dates.frequency or dates.every
        self.months = month_count(frequency) if frequency else None
        if c.repayment.kind == "custom":
            days |= {x.date for x in c.repayment.payments}
            self.anchor = min(days)
        if dates.dates:
            days |= set(dates.dates)
            self.anchor = dates.dates[0]
        if dates.every:
            days |= set(rule(dates.first, dates.last, dates.every, bool(dates.end_of_month)))
            self.anchor = dates.first
            if dates.irregular_first:
                days.add(dates.irregular_first)
        if c.kind == "lease-back" and c.timing == "advance":
            days.add(c.start)
        self.p = [c.start, *sorted(days)]

    def reference_dates(self) -> list[dt.date]:
        """l_0 or l_1, …, l_n of dates by list; none of dates by rule."""
        c = self.c
        if c.dates.every or not self.months:
            return []
        days = sorted(c.dates.dates or {x.date for x in c.repayment.payments})
        one = plus_months_by_rule(c.start, self.months, bool(c.dates.end_of_month))
        return [c.start, *days] if days[0] == one else days

    def as_listed(self) -> None:
        """i_k and s_k as listed."""
        c = self.c
        rows = (
            [(0, c.amount)]
            if c.kind == "supply-chain"
            else [(x.interest or 0, x.principal or 0) for x in c.cash]
        )
        self.i, self.s = [0] + [i for i, _ in rows], [0] + [s for _, s in rows]
        self.B = [opening_balance(c)]
        for s in self.s[1:]:
            self.B.append(self.B[-1] - s)

    def rates_of(self, k: int, market: Any, today: dt.date, scenario: Any) -> list[tuple[dt.date, int]]:
        """r_j and ρ_j of period k. today: c_k, from which on a stress of the index acts at the earliest."""
        first = self.p[k - 1]
        if self.c.kind == "licence-back":
            return [(first, int(self.c.contract_rate))]
        if self.c.rate.kind == "fixed":
            return [(first, int(self.c.rate.rate))]
        latest, inside, j = self.c.start, list[dt.date](), 0
        while (reset := plus_months(self.c.start, j * month_count(self.c.rate.reset))) < max(
            self.p[k], later(first, 1)
        ):
            if reset <= first:
                latest = reset
            else:
                inside.append(reset)
            j += 1
        told = [(first, self.index_rate(latest, market, today, scenario))]
        return told + [(day, self.index_rate(day, market, today, scenario)) for day in inside]

    def index_rate(self, reset: dt.date, market: Any, today: dt.date, scenario: Any) -> int:
        """The rate of a reset date, the margin added."""
        row = [x for x in market.lpr if x.date <= reset][-1]
        value = row.one_year if self.c.rate.index == "LPR-1Y" else row.five_year
        # What is known: closing is the cut-off, and books are of the payment ten days after the collection date.
        known = today if today == CUT_OFF else later(today, 10)
        for stress in scenario.stress:
            if stress.driver == "lpr" and reset >= max(stress.at or today, today):
                value = stress.set_ if stress.set_ is not None else value + stress.shift
                value = min(UNIT, max(0, value))
            if stress.driver == "interest-rates" and reset >= max(stress.at or known, known):
                value = min(UNIT, max(0, value + stress.shift))
        return max(0, int(value) + int(self.c.rate.margin))

    def year(self, k: int, day: dt.date) -> Fraction:
        """Y_k(x): the share of a year from p_{k-1} to a day of period k."""
        return share_of_year(
            self.c.day_count,
            self.p[k - 1],
            day,
            final=self.p[-1],
            months=self.months,
            anchor=self.anchor,
            end_of_month=bool(self.c.dates.end_of_month),
            whole=(self.p[k - 1], self.p[k]),
            listed=self.reference_dates(),
        )

    def per_unit(self, k: int, day: dt.date) -> Fraction:
        """F_k(x): interest from p_{k-1} to a day, on one unit of balance."""
        first, last = self.p[k - 1], self.p[k]
        if day <= first or self.c.kind == "supply-chain":
            return Fraction(0)
        if self.c.kind == "projected":
            if not self.B[k - 1]:
                return Fraction(0)
            return Fraction(self.i[k] * (day - first).days, self.B[k - 1] * (last - first).days)
        total, told = Fraction(0), self.resets[k]
        for j, (reset, rate) in enumerate(told):
            if reset < day:
                until = min(day, told[j + 1][0] if j + 1 < len(told) else last)
                total += Fraction(rate, UNIT) * (self.year(k, until) - self.year(k, reset))
        return total

    def accrued(self, k: int, basis: int, day: dt.date) -> int:
        """What accrues on a balance from p_{k-1} to a day of period k, rounded once."""
        share = self.per_unit(k, day)
        return product(basis, share.numerator, share.denominator)

    def interest(self, k: int, basis: int) -> int:
        return self.accrued(k, basis, self.p[k])

    def at_rate(self, k: int, basis: int, rate: int, day: dt.date) -> int:
        """At one rate from p_{k-1} to a day."""
        year = self.year(k, day)
        return product(basis, rate * year.numerator, UNIT * year.denominator)

    def fee(self, k: int, basis: int, interest: int, day: dt.date) -> int:
        """What the trust keeps of interest that is paid for the days from p_{k-1} to a day."""
        if self.trust is None or day <= self.p[k - 1]:
            return 0
        return min(interest, self.at_rate(k, basis, self.trust.fee_rate, day))

    def arrival(self, day: dt.date) -> dt.date:
        """The date on which the vehicle has what the obligor pays on ``day``."""
        if self.trust is None or self.trust.pass_through == 0:
            return day
        return adjust(later(day, self.trust.pass_through), self.calendar, self.how)

    def run_level(self, k: int, balance: int, amount: int) -> int:
        """What is left after p_n when ``amount`` is paid from k on, at the rate of k."""
        for j in range(k, self.n + 1):
            interest = self.at_rate(j, balance, self.rates[k], self.p[j])
            balance -= min(balance, max(0, amount - interest))
        return balance

    def level(self, k: int, b: int) -> int:
        """R: bounds first, then one unit at a time to the smallest that leaves at most N."""
        low, high = 0, 1
        while self.run_level(k, b, high) > self.nominal:
            low, high = high, 2 * high
        while high - low > 4:
            middle = (low + high) // 2
            low, high = (low, middle) if self.run_level(k, b, middle) <= self.nominal else (middle, high)
        return next(x for x in range(low, high + 1) if self.run_level(k, b, x) <= self.nominal)

    def fill(self) -> None:
        n, kind, b0 = self.n, self.c.repayment.kind, opening_balance(self.c)
        self.B, self.i, self.s, level = [b0], [0], [0], 0
        for k in range(1, n + 1):
            b = self.B[-1]
            interest = self.interest(k, b)
            if kind == "bullet":
                s = b if k == n else 0
            elif kind == "equal-principal":
                spread = b0 - self.nominal
                s = (spread * k) // n - (spread * (k - 1)) // n + (self.nominal if k == n else 0)
            elif kind == "custom":
                s = sum(x.amount for x in self.c.repayment.payments if x.date == self.p[k])
            else:
                if k == 1 or self.rates[k] != self.rates[k - 1]:
                    level = self.level(k, b)
                s = b if k == n else min(b, max(0, level - interest))
            self.i.append(interest)
            self.s.append(s)
            self.B.append(b - s)

    def scheduled(self, k: int) -> tuple[dt.date, int, int]:
        """The date of arrival of instalment k, its interest net of the trust's fee, its principal."""
        fee = self.fee(k, self.B[k - 1], self.i[k], self.p[k])
        return self.arrival(self.adjusted[k]), self.i[k] - fee, self.s[k]
