"""A second, slow statement of docs/reference/assets.md: one path, whole numbers, Fractions and Decimals.

Written from the page alone. It knows the calendars "none" and "weekends".
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

UNIT = 10**8
STREAMS = ("interest", "principal", "prepayment", "recovery", "fee", "royalty")


# -- numbers and dates


def product(a: int, b: int, c: int) -> int:
    return round(Fraction(a * b, c))  # Python rounds a half to even


def plus_months(day: dt.date, n: int) -> dt.date:
    index = day.year * 12 + day.month - 1 + n
    for d in range(day.day, 0, -1):
        try:
            return dt.date(index // 12, index % 12 + 1, d)
        except ValueError:
            continue
    raise AssertionError


def month_count(text: str) -> int:
    return int(text[:-1]) * (12 if text[-1] == "Y" else 1)


def adjust(day: dt.date, calendar: str, how: str) -> dt.date:
    if calendar == "none" or how == "unadjusted":
        return day
    moved = day
    while moved.isoweekday() > 5:
        moved += dt.timedelta(days=-1 if how == "preceding" else 1)
    if how == "modified-following" and moved.month != day.month:
        moved = day
        while moved.isoweekday() > 5:
            moved -= dt.timedelta(days=1)
    return moved


def fraction(day_count: str, start: dt.date, end: dt.date, last: dt.date) -> tuple[int, int]:
    if day_count in ("ACT/365F", "ACT/360"):
        return (end - start).days, int(day_count[4:7])
    if day_count == "ACT/ACT-ISDA":
        one = d2 = 0
        day = start
        while day < end:
            leap = (dt.date(day.year, 12, 31) - dt.date(day.year, 1, 1)).days == 365
            d2, one = d2 + leap, one + (not leap)
            day += dt.timedelta(days=1)
        return 366 * one + 365 * d2, 365 * 366
    d1, d2 = start.day, end.day
    if day_count == "30/360":
        if d1 == 31:
            d1 = 30
        if d2 == 31 and d1 == 30:
            d2 = 30
    else:
        ends_february = [d.month == 2 and (d + dt.timedelta(days=1)).month == 3 for d in (start, end)]
        d1, d2 = (30 if d == 31 else d for d in (d1, d2))
        if day_count == "30E/360-ISDA":
            if ends_february[0]:
                d1 = 30
            if ends_february[1] and end != last:
                d2 = 30
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + d2 - d1, 360


# -- section 2


class Claim:
    """p, adjusted, i, s, B, rates, all indexed by k as on the page (index 0 of i, s, rates is unused)."""

    def __init__(self, contract: Any, calendar: str, market: Any, cut_off: dt.date, scenario: Any) -> None:
        self.c = contract
        p = set()
        dates = contract.dates
        if dates.dates:
            p |= set(dates.dates)
        if dates.every:
            k = 0
            while plus_months(dates.first, k * month_count(dates.every)) <= dates.last:
                p.add(plus_months(dates.first, k * month_count(dates.every)))
                k += 1
        if contract.repayment.kind == "custom":
            p |= {x.date for x in contract.repayment.payments}
        self.p = [contract.start, *sorted(p)]
        self.n = len(self.p) - 1
        self.adjusted = [contract.start] + [adjust(x, calendar, dates.adjustment) for x in self.p[1:]]
        self.rates = [0] + [self.rate(k, market, cut_off, scenario) for k in range(1, self.n + 1)]
        self.fraction = [(0, 1)] + [
            fraction(contract.day_count, self.p[k - 1], self.p[k], self.p[-1]) for k in range(1, self.n + 1)
        ]
        self.fill()

    def rate(self, k: int, market: Any, cut_off: dt.date, scenario: Any) -> int:
        if self.c.kind == "licence-back":
            return int(self.c.contract_rate)
        if self.c.rate.kind == "fixed":
            return int(self.c.rate.rate)
        reset, j = self.c.start, 0
        while plus_months(self.c.start, j * month_count(self.c.rate.reset)) <= self.p[k - 1]:
            reset = plus_months(self.c.start, j * month_count(self.c.rate.reset))
            j += 1
        row = [x for x in market.lpr if x.date <= reset][-1]
        value = row.one_year if self.c.rate.index == "LPR-1Y" else row.five_year
        for stress in scenario.stress:
            if stress.driver == "lpr" and reset >= (stress.at or cut_off):
                value = stress.set_ if stress.set_ is not None else value + stress.shift
                value = min(UNIT, max(0, value))
        return max(0, int(value) + int(self.c.rate.margin))

    def interest(self, k: int, basis: int) -> int:
        numerator, denominator = self.fraction[k]
        return product(basis, self.rates[k] * numerator, denominator * UNIT)

    def run_level(self, k: int, balance: int, amount: int) -> int:
        """What is left after p_n when ``amount`` is paid from k on, at the rate of k."""
        for j in range(k, self.n + 1):
            numerator, denominator = self.fraction[j]
            interest = product(balance, self.rates[k] * numerator, denominator * UNIT)
            balance -= min(balance, max(0, amount - interest))
        return balance

    def fill(self) -> None:
        n, kind = self.n, self.c.repayment.kind
        b0 = self.c.principal if self.c.kind == "pledged-loan" else self.c.lump_sum
        self.B, self.i, self.s, level = [b0], [0], [0], 0
        for k in range(1, n + 1):
            b = self.B[-1]
            interest = self.interest(k, b)
            if kind == "bullet":
                s = b if k == n else 0
            elif kind == "equal-principal":
                s = (b0 * k) // n - (b0 * (k - 1)) // n
            elif kind == "custom":
                s = sum(x.amount for x in self.c.repayment.payments if x.date == self.p[k])
            else:
                if k == 1 or self.rates[k] != self.rates[k - 1]:
                    # An estimate first, then one unit at a time to the smallest that leaves nothing.
                    low, high = 0, 1
                    while self.run_level(k, b, high):
                        low, high = high, 2 * high
                    while high - low > 4:
                        third = (low + high) // 2
                        low, high = (low, third) if not self.run_level(k, b, third) else (third, high)
                    level = next(x for x in range(low, high + 1) if not self.run_level(k, b, x))
                s = b if k == n else min(b, max(0, level - interest))
            self.i.append(interest)
            self.s.append(s)
            self.B.append(b - s)


# -- sections 3, 4, 6


def extend(vector: tuple[int, ...], periods: int) -> list[int]:
    return [vector[min(t, len(vector) - 1)] for t in range(periods)]


def rate_vector(base: tuple[int, ...], driver: str, scenario: Any, periods: int) -> list[int]:
    rates = extend(base, periods)
    for stress in scenario.stress:
        if stress.driver != driver:
            continue
        for t in range(1, periods + 1):
            if t < stress.first_period or (stress.last_period and t > stress.last_period):
                continue
            old = Fraction(rates[t - 1])
            if stress.set_ is not None:
                new = Fraction(extend(stress.set_, periods)[t - 1])
            elif stress.scale is not None:
                new = old * stress.scale / UNIT
            elif stress.shift is not None:
                new = old + stress.shift
            else:
                r = stress.ramp
                new = Fraction(r.to)
                if t <= r.periods:
                    new = r.from_ + Fraction((r.to - r.from_) * (t - 1), r.periods - 1)
            rates[t - 1] = round(min(Fraction(UNIT), max(Fraction(0), new)))
    return rates


def period_rate(annual: int, start: dt.date, end: dt.date, conversion: str) -> int:
    if end <= start:
        return 0
    with localcontext() as context:
        context.prec = 28
        if conversion == "days":
            exponent = Decimal((end - start).days) / 365
        else:
            m = 0
            while plus_months(start, m + 1) <= end:
                m += 1
            exponent = Decimal(30 * m + (end - plus_months(start, m)).days) / 360
        survival = (1 - Decimal(annual) / UNIT) ** exponent
        return int(((1 - survival) * UNIT).to_integral_value())


def contract_events(
    name: str, pool: Any, claim: Claim, base: Any, scenario: Any, ends: list[dt.date]
) -> tuple[list[tuple[str, dt.date, int]], list[tuple[str, dt.date, int]], int]:
    """Cash (stream, date, amount), falls of b (kind, date, amount), and b at the cut-off."""
    contract, n, cut_off = claim.c, claim.n, ends[0]
    how, calendar = contract.dates.adjustment, pool.calendar

    def mine(x: Any) -> bool:
        return bool(name == x.contract or contract.obligor == x.obligor)

    defaults = [x for x in scenario.stress if x.driver == "default" and mine(x)]
    prepayments = [x for x in scenario.stress if x.driver == "prepayment" and mine(x)]
    failures = [x for x in scenario.stress if x.driver == "patent-failure"]
    windows = [
        x
        for x in scenario.stress
        if x.driver == "late-payment" and (x.obligors is None or contract.obligor in x.obligors)
    ]
    periods = len(ends) - 1
    default_rates = rate_vector(base.default_rate, "default-rate", scenario, periods)
    prepayment_rates = rate_vector(base.prepayment_rate, "prepayment-rate", scenario, periods)
    base_recoveries = []
    for entry in base.recoveries:
        rate = Fraction(entry.rate)
        for stress in scenario.stress:
            if stress.driver == "recovery-rate":
                if stress.set_ is not None:
                    rate = Fraction(stress.set_)
                elif stress.scale is not None:
                    rate = rate * stress.scale / UNIT
                else:
                    rate = rate + stress.shift
                rate = Fraction(round(min(Fraction(UNIT), max(Fraction(0), rate))))
        base_recoveries.append((int(rate), None, entry.lag))

    cash: list[tuple[str, dt.date, int]] = []
    falls: list[tuple[str, dt.date, int]] = []

    def default(day: dt.date, amount: int, own: Any) -> None:
        falls.append(("defaulted", day, amount))
        entries: Any = base_recoveries if own is None else [(x.rate, x.amount, x.lag) for x in own]
        left = amount
        for rate, fixed, lag in entries:
            back = min(left, product(amount, rate, UNIT) if rate is not None else fixed)
            left -= back
            cash.append(("recovery", adjust(plus_months(day, month_count(lag)), calendar, how), back))

    m = max(k for k in range(n + 1) if k == 0 or claim.adjusted[k] <= cut_off)
    b = start_balance = claim.B[m]
    weight = first_weight = sum(pool.collateral[r].count for r in contract.collateral)
    alive = list(contract.collateral)
    cuts = contract.kind == "licence-back" and not contract.full_payment
    for k in range(m + 1, n + 1):
        p0, p1, due = claim.p[k - 1], claim.p[k], claim.adjusted[k]
        floor = cut_off if k == m + 1 else p0
        t = next((t for t in range(1, periods + 1) if due <= ends[t]), periods)
        start = max(p0, cut_off)

        if cuts:
            first: dict[str, dt.date] = {
                r: min((x.at for x in failures if x.right == r), default=dt.date.max) for r in alive
            }
            fallen = [r for r in alive if floor < first[r] <= p1]
            for _, right in sorted(((first[r], r) for r in fallen), key=lambda x: x[0]):
                w2 = weight - pool.collateral[right].count
                kept = product(b, w2, weight)
                falls.append(("lost", first[right], b - kept))
                b, weight = kept, w2
                alive.remove(right)

        d = 0
        for event in base.order:
            if event == "default":
                named = sorted((x for x in defaults if floor < x.at <= p1), key=lambda x: x.at)
                if named:
                    d = b
                    default(named[0].at, d, named[0].recoveries)
                else:
                    d = product(b, period_rate(default_rates[t - 1], start, p1, base.conversion), UNIT)
                    default(due, d, None)
                b -= d
            elif event == "interest":
                basis = b + (d if base.default_cuts == "next-interest" else 0)
                interest = claim.interest(k, basis)
                i_k, s_k = claim.i[k], claim.s[k]
                if cuts and contract.collateral:
                    i_k, s_k = (product(x, weight, first_weight) for x in (i_k, s_k))
                if k == n:
                    principal = b
                elif base.instalment == "recomputed":
                    principal = product(b, claim.s[k], claim.B[k - 1]) if claim.B[k - 1] else 0
                elif contract.repayment.kind == "level-payment":
                    principal = min(b, max(0, i_k + s_k - interest))
                else:
                    principal = min(b, s_k)
                b -= principal
                falls.append(("principal", due, principal))
                arrives = due
                days = [w.days for w in windows if w.from_ <= due <= w.to]
                if days:
                    arrives = adjust(due + dt.timedelta(days=max(days)), calendar, how)
                if contract.kind == "licence-back":
                    cash.append(("fee", arrives, interest + principal))
                else:
                    cash += [("interest", arrives, interest), ("principal", arrives, principal)]
            else:
                amounts = [
                    (product(b, period_rate(prepayment_rates[t - 1], start, p1, base.conversion), UNIT), due)
                ]
                b -= amounts[0][0]
                for x in sorted((x for x in prepayments if floor < x.at <= p1), key=lambda x: x.at):
                    amount = b if x.amount is None else min(b, x.amount)
                    b -= amount
                    amounts.append((amount, adjust(x.at, calendar, how)))
                for amount, day in amounts:
                    cash.append(("prepayment", day, amount))
                    falls.append(("prepayment", day, amount))
    return cash, falls, start_balance


# -- section 5


def collections(pool: Any, ends: list[dt.date], market: Any, base: Any, scenario: Any) -> dict[str, Any]:
    """Streams, performing, defaulted, scheduled as lists; after_last by contract. ``ends`` is c_0 … c_T."""
    periods = len(ends) - 1

    def period(day: dt.date) -> int:
        """1 … T, T + 1 after c_T."""
        return next((t for t in range(1, periods + 1) if day <= ends[t]), periods + 1)

    out: dict[str, Any] = {stream: [0] * periods for stream in STREAMS}
    out["defaulted"], out["scheduled"] = [0] * periods, [0] * periods
    out["performing"], out["after_last"] = [0] * (periods + 1), {}
    for name, contract in pool.contracts.items():
        claim = Claim(contract, pool.calendar, market, ends[0], scenario)
        cash, falls, opening = contract_events(name, pool, claim, base, scenario, ends)
        out["after_last"][name] = sum(amount for _, day, amount in cash if day > ends[-1])
        for stream, day, amount in cash:
            if day <= ends[-1]:
                out[stream][period(day) - 1] += amount
            elif base.after_last == "last-payment":
                out[stream][periods - 1] += amount
        for t in range(periods + 1):
            gone = sum(amount for _, day, amount in falls if t and period(day) <= t)
            out["performing"][t] += opening - gone
        for kind, day, amount in falls:
            if kind in ("defaulted", "lost") and day <= ends[-1]:
                out["defaulted"][period(day) - 1] += amount
        for k in range(1, claim.n + 1):
            if ends[0] < claim.adjusted[k] <= ends[-1]:
                out["scheduled"][period(claim.adjusted[k]) - 1] += claim.i[k] + claim.s[k]
    return out
