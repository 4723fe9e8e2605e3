"""Subsidies of a policy on facilities: conditions, shares, caps, budget, and dates of payment.

Source: ``docs/reference/policies.md``. Amounts are whole minor units, each rounded down once where it is paid.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple, assert_never

from securitize.base.dates import add_months
from securitize.base.messages import Listing, Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.policies.policy import CapScope, Policy, PolicyRule
from securitize.financing.facility import Facility, Subsidy
from securitize.financing.policies.counted import PrimeRate, counted, counted_times, share_of


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a rule pays nothing on a financing; ``company`` is None where it is of the whole issue."""

    policy: str
    rule: str
    company: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a policy pays, and what it does not."""

    paid: tuple[Subsidy, ...]
    refused: tuple[Refusal, ...]


def outcome(
    policy: Policy, facilities: Sequence[Facility], *, prime_rate: PrimeRate, as_if: bool = False
) -> Outcome:
    """What the policy pays on all of these financings together, in their order.

    as_if : pay also where dates or places do not fit, each payment so marked
    """
    paid: list[Subsidy] = []
    refused: list[Refusal] = []
    for name, rule in policy.rules.items():
        found, why = _rule(policy, name, rule, facilities, prime_rate, as_if)
        paid += found
        refused += why
    kept, lost = _one_of_each_group(policy, paid)
    return Outcome(tuple(kept), (*refused, *lost))


def subsidies(
    policy: Policy, facilities: Sequence[Facility], *, prime_rate: PrimeRate, as_if: bool = False
) -> tuple[Subsidy, ...]:
    """What :func:`outcome` says is paid."""
    return outcome(policy, facilities, prime_rate=prime_rate, as_if=as_if).paid


def _rule(
    policy: Policy,
    name: str,
    rule: PolicyRule,
    facilities: Sequence[Facility],
    prime_rate: PrimeRate,
    as_if: bool,
) -> tuple[list[Subsidy], list[Refusal]]:
    paid: list[Subsidy] = []
    refused: list[Refusal] = []
    asked: list[_Asked] = []
    for one in facilities:
        why, pretended = _why_not(policy, rule, one, as_if)
        if why is not None:
            refused.append(Refusal(policy.name, name, one.company, why))
            continue
        if rule.of_issue:
            if not paid:
                paid += _of_the_issue(policy, name, rule, one, pretended)
            continue
        wanted = _asked(policy, rule, one, prime_rate, pretended)
        if not wanted:
            refused.append(Refusal(policy.name, name, one.company, "nothing that it counts is paid"))
        asked += wanted
    used: dict[tuple[str, str], int] = {}
    components = rule.components
    for day, amount, one, pretended in sorted(asked, key=lambda each: each.date):
        bounded, by = _bounded(rule, one, amount, day, used)
        paid.append(
            Subsidy(
                policy=policy.name,
                rule=name,
                company=one.company if rule.to_company else None,
                recipient=rule.recipient,
                component=components[0] if len(components) == 1 else None,
                date=day,
                amount=bounded,
                before_caps=int(amount),
                capped_by=by,
                as_if=pretended,
            )
        )
    return (_within_budget(rule, paid) if rule.budget else paid), refused


class _Asked(NamedTuple):
    """What one financing may be paid on a day, before caps."""

    date: dt.date
    amount: Fraction
    facility: Facility
    pretended: bool


def _asked(
    policy: Policy, rule: PolicyRule, one: Facility, prime_rate: PrimeRate, pretended: bool
) -> list[_Asked]:
    """What a rule pays one financing before caps: at once, or for each year."""
    until = rule.until or policy.until
    # As if the rule held when it is drawn, it holds for good.
    valid = until if until is not None and one.drawn <= until else None
    found = []
    for time in counted_times(rule, one, valid):
        amount = share_of(rule, counted(rule, one, prime_rate, time), one.principal)
        if amount > 0:
            found.append(_Asked(_arrives(rule, one, time.until), amount, one, pretended))
    return found


def _why_not(policy: Policy, rule: PolicyRule, one: Facility, as_if: bool) -> tuple[str | None, bool]:
    """Why a rule pays nothing, None where it pays; and whether it only pays as if."""
    pretended = False
    if one.instrument not in rule.instruments:
        return Message("not for {instrument}", instrument=one.instrument), False
    since, until = rule.from_ or policy.from_, rule.until or policy.until
    if (since is not None and one.drawn < since) or (until is not None and one.drawn > until):
        if not as_if:
            return Message(
                "holds {span}, the money is drawn on {drawn}", span=_span(since, until), drawn=one.drawn
            ), False
        pretended = True
    if policy.places and not any(place.casefold() in one.place.casefold() for place in policy.places):
        if not as_if:
            return (
                Message(
                    "for companies of {wanted}, this one is of {place}",
                    wanted=policy.places[0],
                    place=one.place or Message("no place given"),
                ),
                False,
            )
        pretended = True
    if rule.supports and not one.supports & set(rule.supports):
        return Message("only with {supports}", supports=Listing(rule.supports, " or ")), False
    if one.supports & set(rule.without_supports):
        refused = Listing(sorted(one.supports & set(rule.without_supports)), " or ")
        return Message("not with {supports}", supports=refused), False
    for key, wanted in rule.needs.items():
        if one.attributes.get(key) != wanted:
            return Message(
                "needs {key} {wanted}, has {has}",
                key=key,
                wanted=wanted,
                has=one.attributes.get(key) or Message("none given"),
            ), False
    if rule.least_principal is not None and one.principal < rule.least_principal:
        return Message("the amount is too small"), False
    if rule.most_principal is not None and one.principal > rule.most_principal:
        return Message("the amount is too large"), False
    return None, pretended


def _span(since: dt.date | None, until: dt.date | None) -> str:
    if since and until:
        return Message("from {since} until {until}", since=since, until=until)
    return Message("from {since}", since=since) if since else Message("until {until}", until=until)


def _arrives(rule: PolicyRule, one: Facility, end: dt.date) -> dt.date:
    """When a subsidy arrives; ``end`` is the last day of the time that it is for."""
    match rule.paid.when:
        case "drawn":
            base = one.drawn
        case "settled":
            base = one.settled
        case "yearly":
            base = end
        case "year-end":
            base = dt.date(one.settled.year, 12, 31)
        case _:
            assert_never(rule.paid.when)
    return add_months(base, rule.paid.months)


def _counted_together(per: CapScope, one: Facility, day: dt.date) -> str:
    """What a cap adds up: all that has the same key."""
    match per:
        case "company":
            return one.company
        case "company-year":
            return f"{one.company}/{day.year}"
        case "issue":
            return "all"
        case _:
            assert_never(per)


def _bounded(
    rule: PolicyRule, one: Facility, amount: Fraction, day: dt.date, used: dict[tuple[str, str], int]
) -> tuple[int, tuple[str, ...]]:
    """The amount under the caps of the rule, rounded down, and which of them bit."""
    left, by = amount, []
    bounds: list[tuple[str, Fraction, tuple[str, str] | None]] = []
    limit = rule.revenue_cap
    if limit is not None and one.principal > limit.above and one.revenue is not None:
        bounds.append(("revenue", Fraction(one.revenue * limit.share, RATE_UNITS), None))
    for cap in rule.caps:
        scope = _counted_together(cap.per, one, day)
        bounds.append((cap.per, Fraction(cap.amount - used.get((cap.per, scope), 0)), (cap.per, scope)))
    for name, bound, _ in bounds:
        if left > bound:
            left = max(bound, Fraction(0))
            by.append(name)
    whole = int(left)
    for _, _, key in bounds:
        if key is not None:
            used[key] = used.get(key, 0) + whole
    return whole, tuple(by)


def _of_the_issue(
    policy: Policy, name: str, rule: PolicyRule, one: Facility, pretended: bool
) -> list[Subsidy]:
    """Once for the whole issue, to whom the rule says."""
    if one.issue_size is None:
        return []
    amount = share_of(rule, Fraction(one.issue_size), one.issue_size)
    most = min((cap.amount for cap in rule.caps), default=int(amount))
    by = ("issue",) if amount > most else ()
    return [
        Subsidy(
            policy.name, name, None, rule.recipient, None, _arrives(rule, one, one.settled), min(int(amount), most),
            int(amount), by, pretended,
        )
    ]  # fmt: skip


def _within_budget(rule: PolicyRule, paid: list[Subsidy]) -> list[Subsidy]:
    """All of it, or what the budget allows: each in proportion, or the first of them whole."""
    budget = rule.budget
    asked = sum(one.amount for one in paid)
    if budget is None or asked <= budget.amount:
        return paid
    left, found = budget.amount, []
    for one in paid:
        match budget.when_short:
            case "pro-rata":
                amount = one.amount * budget.amount // asked
            case "first-come":
                amount = min(one.amount, left)
            case _:
                assert_never(budget.when_short)
        left -= amount
        found.append(
            replace(one, amount=amount, capped_by=(*one.capped_by, "budget")) if amount < one.amount else one
        )
    return found


def _one_of_each_group(policy: Policy, paid: list[Subsidy]) -> tuple[list[Subsidy], list[Refusal]]:
    """Of rules that exclude one another each company takes the one that pays most, of equal ones the first."""
    in_all: dict[tuple[str, str | None], dict[str, int]] = {}
    for one in paid:
        group = policy.rules[one.rule].one_of
        if group is not None:
            rules = in_all.setdefault((group, one.company), {})
            rules[one.rule] = rules.get(one.rule, 0) + one.amount
    # The first of equals: max keeps the order of the rules.
    best = {key: max(rules, key=lambda rule: rules[rule]) for key, rules in in_all.items()}
    kept: list[Subsidy] = []
    refused: dict[tuple[str, str | None], Refusal] = {}
    for one in paid:
        group = policy.rules[one.rule].one_of
        other = None if group is None else best[group, one.company]
        if other is None or other == one.rule:
            kept.append(one)
            continue
        why = Message("not together with {other}", other=other)
        refused[one.rule, one.company] = Refusal(policy.name, one.rule, one.company, why)
    return kept, list(refused.values())
