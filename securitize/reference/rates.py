"""Section 1 of the reference, rate rules, and what of section 5 turns a rate into interest."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise

from securitize.reference.dates import add_months, months_of
from securitize.reference.day_counts import DEFAULT, year_part
from securitize.reference.numbers import ONE, rate
from securitize.reference.state import Table
from securitize.reference.vehicle import Vehicle
from securitize.reference.words import no_such

Pieces = list[tuple[date, date, int]]  # sub-periods with their rates: s, e and r_j


def reset_date(v: Vehicle, rule: Table, t: int) -> date:
    """Section 1, floating: R of period t."""
    start = v.a[t - 1]
    if "reset" not in rule:
        return start
    months, latest, k = months_of(rule["reset"]), v.d[0], 1
    while (day := add_months(v.d[0], k * months)) <= start:
        latest, k = day, k + 1
    return latest


def floating_rate(v: Vehicle, place: str, rule: Table, t: int) -> int:
    """Section 1, floating: r_t."""
    if "first_rate" in rule and reset_date(v, rule, t) == v.d[0]:
        return rate(rule["first_rate"])
    found = max(rate(rule.get("floor", 0)), v.fixings[place][t] + rate(rule.get("margin", 0)))
    return min(found, rate(rule["cap"])) if "cap" in rule else found


def starts_on(v: Vehicle, step: Table) -> date:
    """Section 1, step-up: the day of accrual from which a step's rate is in force; of a re-set (section 5) its a_t."""
    found: date = step["accrues"] if "accrues" in step else v.day_of_accrual(step["from"])
    return found


def step_dates(v: Vehicle, rule: Table) -> list[date]:
    """Section 1, step-up: the days of accrual from which another rate is in force, ascending."""
    if rule["kind"] in ("zero", "fixed", "floating"):
        return []
    if rule["kind"] == "step-up":
        return [starts_on(v, step) for step in rule["steps"]]
    raise no_such("kind of rate", rule["kind"])


def rate_on(v: Vehicle, place: str, rule: Table, t: int, day: date) -> int:
    """Section 1: the rate in force on a day of interest period t. `place` names the rule's fixings."""
    if rule["kind"] == "zero":
        return 0
    if rule["kind"] == "floating":
        return floating_rate(v, place, rule, t)
    if rule["kind"] == "fixed":
        return rate(rule["rate"])
    if rule["kind"] == "step-up":
        reached = [step["rate"] for step in rule["steps"] if starts_on(v, step) <= day]
        return rate(reached[-1] if reached else rule["rate"])
    raise no_such("kind of rate", rule["kind"])


def pieces_of(v: Vehicle, place: str, rule: Table) -> Pieces:
    """Section 5, accrued interest: the sub-periods of today's interest period, and the rate of each."""
    start, end = v.period
    cuts = [start, *(day for day in step_dates(v, rule) if start < day < end), end]
    return [(s, e, rate_on(v, place, rule, v.t, s)) for s, e in pairwise(cuts)]


def interest_factor(v: Vehicle, pieces: Pieces, day_count: str) -> Fraction:
    """Section 5, accrued interest: the sum of r_j y_j, as a share of the balance."""
    parts = (r * year_part(day_count, s, e, v.period, v.conventions) for s, e, r in pieces)
    return sum(parts, Fraction(0)) / ONE


def rule_interest(v: Vehicle, balance: int, place: str, rule: Table) -> int:
    """Sections 4 and 7: the interest of the period by a rate rule that has a day count of its own."""
    factor = interest_factor(v, pieces_of(v, place, rule), rule.get("day_count", DEFAULT))
    return v.product(balance, factor.numerator, factor.denominator)
