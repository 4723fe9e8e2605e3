"""Section 7 of the reference: support."""

from __future__ import annotations

from securitize.reference import rates
from securitize.reference.day_counts import DEFAULT, year_part
from securitize.reference.numbers import ONE, number, rate
from securitize.reference.state import SupportState, Table
from securitize.reference.vehicle import Vehicle


def pays(v: Vehicle, support: SupportState) -> int:
    """Section 3: the share of what it owes that the provider really pays today, in units of 1e-8."""
    return v.support_pays[support.name][v.t] if support.name in v.support_pays else ONE


def accrue_support(v: Vehicle, support: SupportState) -> None:
    """Section 7: the interest J and the fee H rise."""
    rule = support.terms.get("interest")
    if rule is not None:
        support.interest += rates.rule_interest(v, support.outstanding, f"support.{support.name}", rule)
    fee = support.terms.get("undrawn_fee")
    if fee is not None:
        support.fee += undrawn_fee(v, support, fee)


def undrawn_fee(v: Vehicle, support: SupportState, fee: Table) -> int:
    """Section 7: the fee of the period on what is left of the limit over the life."""
    start, end = v.period
    if "until" in support.terms:
        end = min(end, v.day_of_accrual(support.terms["until"]))
    if end <= start or v.redeemed:  # section 9: redeemed on a date before
        return 0
    year = year_part(fee.get("day_count", DEFAULT), start, end, v.period, v.conventions)
    return v.product(support.life_left or 0, rate(fee["rate"]) * year.numerator, year.denominator * ONE)


def would_pay(v: Vehicle, support: SupportState, wanted: int) -> int:
    """Section 7: what the provider pays of what is wanted: its coverage, its limits, its dates, its default."""
    terms = support.terms
    if not v.holds_from(terms, "first_call") or not v.holds_until(terms, "until"):
        return 0
    owes = v.down(wanted * number(terms.get("coverage", 1)))
    if support.left is not None:
        owes = min(owes, support.left)
    return v.down(owes * pays(v, support) // ONE)


def is_late(v: Vehicle, support: SupportState, t: int) -> bool:
    """Section 14, a provider that is late: whether date t lies in one of its windows."""
    return support.name in v.support_late and v.support_late[support.name][t] != 0


def pays_at_once(v: Vehicle, support: SupportState, owed: int) -> int:
    """Section 14: what of the amount o of a step comes today: of a late provider at most its arrears left."""
    if not is_late(v, support, v.t):
        return owed
    return min(owed, max(0, support.arrears - support.drawn))


def open_arrears(v: Vehicle, support: SupportState) -> None:
    """Section 14: the arrears G of today are what was called for and not paid on the date before."""
    support.arrears = support.called_for - support.drawn if is_late(v, support, v.t - 1) else 0
    support.called_for = 0


def draw_support(support: SupportState, amount: int) -> None:
    """Section 7: the provider pays."""
    support.drawn += amount
    support.drawn_in_all += amount
