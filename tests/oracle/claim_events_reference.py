"""Sections 3 and 4 of docs/reference/assets.md for one claim: its cash and the falls of its balance."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from tests.oracle.claims_reference import Claim
from tests.oracle.dates_reference import UNIT, adjust, later, product
from tests.oracle.parties_reference import (
    Roles,
    days_late,
    defaults_by_name,
    falls,
    recovered,
    still_expected,
)
from tests.oracle.past_defaults_reference import still_recovered
from tests.oracle.stresses_reference import (
    UNSTRESSED,
    delay,
    entry,
    failures_of,
    named,
    period_rate,
    rate_vector,
    recoveries,
)

CAUSES = ("lapse", "invalidity", "expiry")
Dated = tuple[str, dt.date, int]


@dataclass
class Events:
    """Cash (stream, date, amount), falls of b (kind, date, amount), b at the cut-off."""

    opening: int = 0
    cash: list[Dated] = field(default_factory=list)
    falls: list[Dated] = field(default_factory=list)
    #: What joins ``sales`` (royalties): date, amount.
    sales: list[tuple[dt.date, int]] = field(default_factory=list)
    #: Of the cash of stream ``recovery`` what a party owes: party, date, amount.
    recovered: list[tuple[str, dt.date, int]] = field(default_factory=list)
    #: Of the cash of stream ``fee`` the interest of its instalments: date, amount.
    fee_interest: list[tuple[dt.date, int]] = field(default_factory=list)
    #: What befell a balance inside a period, in a word: what the comparison has covered.
    inside: list[str] = field(default_factory=list)


def consequence(contract: Any, cause: str, by_itself: bool) -> str | None:
    """What follows when a right fails; None where it does not fail (expiry by itself, nothing named)."""
    says = getattr(contract.failure, cause) if contract.failure is not None else None
    if says is not None:
        return str(says)
    if by_itself:
        return None
    return "cut" if contract.kind == "licence-back" and not contract.full_payment else "none"


def right_failures(pool: Any, contract: Any, scenario: Any) -> list[tuple[dt.date, str, str]]:
    """Date, right, consequence, each right once, by date and then as the contract lists its rights."""
    failed = contract.as_of.failed if contract.as_of else ()
    found = []
    for right in contract.collateral:
        told = [(day, consequence(contract, cause, False)) for day, cause in failures_of(right, scenario)]
        expiry = pool.collateral[right].expiry
        if expiry and consequence(contract, "expiry", True) is not None:
            told.append((expiry, consequence(contract, "expiry", True)))
        if told and right not in failed:
            day, what = min(told, key=lambda x: x[0])
            found.append((day, right, str(what)))
    return sorted(found, key=lambda x: x[0])


def claim_events(
    name: str, pool: Any, claim: Claim, base: Any, scenario: Any, ends: list[dt.date], roles: Roles, past: int
) -> Events:
    """past: periods in the books, of which the scenario tells nothing."""
    contract, n, cut_off, periods = claim.c, claim.n, ends[0], len(ends) - 1
    out = Events()

    def moved(day: dt.date) -> dt.date:
        return adjust(day, pool.calendar, claim.how)

    def pay(stream: str, day: dt.date, amount: int) -> None:
        out.cash.append((stream, claim.arrival(day), amount))

    def pay_instalment(day: dt.date, interest: int, principal: int) -> None:
        if contract.kind == "licence-back":
            pay("fee", day, interest + principal)
            out.fee_interest.append((claim.arrival(day), interest))
        else:
            pay("interest", day, interest)
            pay("principal", day, principal)

    default_rates = rate_vector(base.default_rate, "default-rate", scenario, periods, past)
    prepayment_rates = rate_vector(base.prepayment_rate, "prepayment-rate", scenario, periods, past)
    usual = {True: recoveries(base, scenario), False: recoveries(base, UNSTRESSED)}
    fallen = falls(scenario, roles)
    # Of several the earliest holds, of equal ones the first written.
    defaults = sorted(defaults_by_name(name, contract, scenario, roles, cut_off), key=lambda x: x[0])[:1]
    prepayments = named(name, contract, "prepayment", scenario)
    failures = right_failures(pool, contract, scenario)
    deposit = contract.deposit

    def pay_interest(k: int, basis: int, day: dt.date) -> None:
        """What accrued on a part of b that is prepaid or bought back on a day of period k."""
        whole = claim.accrued(k, basis, day)
        pay_instalment(moved(day), whole - claim.fee(k, basis, whole, day), 0)

    def unpaid(k: int, basis: int, day: dt.date) -> int:
        """What accrued on what defaults on a day, as far as the vehicle would have had it."""
        whole = claim.accrued(k, basis, day)
        return whole - claim.fee(k, basis, whole, day)

    def default(day: dt.date, before: int, amount: int, interest: int, own: Any, by_name: bool) -> None:
        nonlocal deposit
        out.falls.append(("defaulted", day, amount))
        taken = product(amount, deposit, before) if before else 0
        taken = min(amount, deposit) if by_name else min(amount, taken)
        deposit -= taken
        pay("recovery", day, taken)
        entries = usual[day > ends[past]] if own is None else [entry(x, x.rate, x.amount) for x in own]
        if by_name and interest and entries:
            out.inside.append(
                "claim with interest" if any(x.with_interest for x in entries) else "claim of principal"
            )
        for due, back, party in recovered(day, amount - taken, interest, entries, fallen):
            comes = moved(later(due, days_late(party, due, scenario, roles, ends[past])))
            pay("recovery", comes, back)
            if party is not None:
                out.recovered.append((party, claim.arrival(comes), back))

    m = max(k for k in range(n + 1) if k == 0 or claim.adjusted[k] <= cut_off)
    b = out.opening = claim.B[m]
    since = cut_off
    w0 = w = sum(pool.collateral[r].count for r in contract.collateral)
    if contract.as_of:
        as_of = contract.as_of
        since = as_of.date
        while m < n and claim.adjusted[m + 1] <= as_of.date:
            m += 1
            pay_instalment(
                claim.adjusted[m],
                claim.i[m] - claim.fee(m, claim.B[m - 1], claim.i[m], claim.p[m]),
                claim.s[m],
            )
            out.falls.append(("principal", claim.adjusted[m], claim.s[m]))
            b -= claim.s[m]
        out.falls.append(("as-of", as_of.date, b - as_of.balance))
        b = as_of.balance
        # Rights whose failure has no consequence, whatever the cause, keep their weight.
        if any(consequence(contract, cause, False) != "none" for cause in CAUSES):
            w -= sum(pool.collateral[r].count for r in as_of.failed)
        for stream, when, amount, party in still_expected(
            as_of, scenario, roles, ends[past], lambda day: claim.arrival(moved(day))
        ):
            out.cash.append((stream, when, amount))
            if party is not None:
                out.recovered.append((party, when, amount))
        out.fee_interest += [(one.date, int(one.interest)) for one in as_of.expected if one.interest]
        for flow in still_recovered(
            as_of, base, scenario, roles, ends[past], claim.arrival, lambda day: claim.arrival(moved(day))
        ):
            out.cash.append(("recovery", flow.comes, flow.amount))
            if flow.party is not None:
                out.recovered.append((flow.party, flow.comes, flow.amount))
        deposit = max(0, deposit - sum(one.deposit for one in as_of.defaulted))

    for k in range(m + 1, n + 1):
        p0, p1, due = claim.p[k - 1], claim.p[k], claim.adjusted[k]
        floor = since if k == m + 1 else max(p0, since)
        t = next((t for t in range(1, periods + 1) if due <= ends[t]), periods)
        start = max(p0, cut_off)

        # Inside the period, each on its day; of one day the failures first, then by ``order``.
        inside: list[tuple[dt.date, int, str, Any]] = [
            (day, -1, what, right) for day, right, what in failures if floor < day <= p1 and what != "none"
        ]
        place = {event: n for n, event in enumerate(base.order)}
        inside += [(day, place["default"], "default", own) for day, own in defaults if floor < day < p1]
        told = [(x.at, place["prepayment"], "prepayment", x.amount) for x in prepayments]
        inside += [one for one in told if floor < one[0] < p1]
        before_this, mid_life = dt.date.min, "" if contract.as_of is None else " in mid-life"
        for day, _, what, told_of in sorted(inside, key=lambda x: x[:2]):
            if b and p0 < day < p1:
                word = what if what != "prepayment" else "part" if told_of and told_of < b else "all"
                word += " after another of its day" if before_this == day else ""
                before_this = day
                out.inside.append(word + mid_life)
                if any(reset < day for reset, _ in claim.resets[k][1:]):
                    out.inside.append(what + " after a reset" + mid_life)
            if what == "default":
                default(day, b, b, unpaid(k, b, day), told_of, True)
                b = 0
            elif what == "prepayment":
                amount = b if told_of is None else min(b, told_of)
                b -= amount
                pay("prepayment", moved(day), amount)
                pay_interest(k, amount, day)
                out.falls.append(("prepayment", moved(day), amount))
            else:
                w2 = w - pool.collateral[told_of].count
                kept = product(b, w2, w)
                out.falls.append(("lost" if what == "cut" else "repurchased", day, b - kept))
                if what == "repurchase":
                    pay("prepayment", moved(day), b - kept)
                    pay_interest(k, b - kept, day)
                b, w = kept, w2

        d, done = 0, set[str]()
        for event in base.order:
            if event == "default":
                by_name = [own for day, own in defaults if floor < day == p1]
                before = b
                own = by_name[0] if by_name else None
                d = b
                if not by_name:
                    d = product(b, period_rate(default_rates[t - 1], start, p1, base.conversion), UNIT)
                paid = "interest" in done or base.default_cuts == "next-interest"
                lost = 0 if paid else unpaid(k, d, p1)
                default(p1 if by_name else due, before, d, lost, own, bool(by_name))
                b -= d
            elif event == "interest":
                if b and claim.resets[k][1:]:
                    out.inside.append("instalment after a reset" + mid_life)
                basis = b + (d if base.default_cuts == "next-interest" else 0)
                interest = claim.interest(k, basis)
                i_k, s_k = claim.i[k], claim.s[k]
                if w0:
                    i_k, s_k = (product(x, w, w0) for x in (i_k, s_k))
                if k == n:
                    principal = b
                elif base.instalment == "recomputed":
                    principal = product(b, claim.s[k], claim.B[k - 1]) if claim.B[k - 1] else 0
                elif hasattr(contract, "repayment") and contract.repayment.kind == "level-payment":
                    principal = min(b, max(0, i_k + s_k - interest))
                else:
                    principal = min(b, s_k)
                b -= principal
                out.falls.append(("principal", due, principal))
                days = delay(contract, p1, scenario, cut_off, ends[past])
                arrives = due if days is None else moved(later(due, days))
                pay_instalment(arrives, interest - claim.fee(k, basis, interest, p1), principal)
            else:
                rate = period_rate(prepayment_rates[t - 1], start, p1, base.conversion)
                amounts = [(product(b, rate, UNIT), due)]
                b -= amounts[0][0]
                for x in (x for x in prepayments if floor < x.at == p1):
                    amount = b if x.amount is None else min(b, x.amount)
                    b -= amount
                    amounts.append((amount, moved(x.at)))
                    if "interest" not in done:
                        pay_interest(k, amount, p1)
                for amount, day in amounts:
                    pay("prepayment", day, amount)
                    out.falls.append(("prepayment", day, amount))
            done.add(event)
    return out
