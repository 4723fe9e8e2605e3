"""A policy for a reader: each rule in a line or two, splits of losses, and where its numbers come from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from securitize.base.messages import Listing, Message
from securitize.base.money import RATE_UNITS, from_minor
from securitize.definitions.loading import load_policy
from securitize.definitions.policies.policy import Policy, PolicyRule
from securitize.definitions.register import register
from securitize.library import find_policy
from securitize.reports.headings import heading, named, value_named
from securitize.reports.names import titled
from securitize.reports.terminal import Column, print_description, print_line, print_table
from securitize.reports.wording import counted, day, money, share_of
from securitize.reports.words import chosen, in_users, word


def print_policy(name: str) -> None:
    """The policy on standard output.

    Raises UsageError where there is none, DefinitionError with every problem of its file.
    """
    loaded = load_policy(find_policy(name))
    policy = loaded.model
    print_line(titled(policy.name, policy.title, policy.title_zh))
    places = Listing(_in_script(policy.places)) if policy.places else Message("everywhere")
    print_line("places: {places}; {dates}", places=places, dates=_dates(policy))
    print_line("")
    if print_description(policy.description):
        print_line("")
    _print_rules(policy)
    _print_splits(policy)
    figures = [
        [one.path, value_named("kind", one.kind), one.source or ""] for one in register(loaded) if one.sourced
    ]
    if figures:
        columns = [
            heading("assumptions", "path", wraps=True),
            heading("assumptions", "kind"),
            heading("assumptions", "source", wraps=True),
        ]
        print_table("Sources", columns, figures)


def _in_script(places: Sequence[str]) -> Sequence[str]:
    """Places are written in both languages: those in the reader's, all where there is none."""
    ascii_is_read = chosen(True, False)
    return [place for place in places if place.isascii() == ascii_is_read] or places


def _print_rules(policy: Policy) -> None:
    if not policy.rules:
        return
    columns = [
        named("rule", wraps=True), Column("Rate and base", wraps=True), Column("Applies to", wraps=True),
        Column("Caps", wraps=True), Column("Paid", wraps=True),
    ]  # fmt: skip
    rows = [
        [
            in_users(rule, one.title_zh),
            _pays(one, policy.currency),
            _on(one),
            _bounds(one, policy.currency),
            Message(
                "{when}, {months} later",
                when=word("paid", one.paid.when),
                months=counted(one.paid.months, "month"),
            )
            if one.paid.months
            else word("paid", one.paid.when),
        ]
        for rule, one in policy.rules.items()
    ]
    print_table("Rules", columns, rows)


def _print_splits(policy: Policy) -> None:
    if not policy.loss_splits:
        return
    rows = [
        [
            in_users(split, one.title_zh),
            Listing(f"{who} {_percent(share)}" for who, share in one.shares.items()),
            ""
            if one.pool_amount is None
            else Message(
                "{pool}: {amount}", pool=one.pool, amount=money(from_minor(one.pool_amount), policy.currency)
            ),
        ]
        for split, one in policy.loss_splits.items()
    ]
    columns = [
        Column("Split", wraps=True),
        Column("Shares of a loss", wraps=True),
        Column("Risk-sharing pool"),
    ]
    print_table("Loss sharing", columns, rows)


def _dates(policy: Policy) -> str:
    first, last = policy.from_, policy.until
    if first and last:
        return Message("from {since} until {until}", since=day(first), until=day(last))
    if first:
        return Message("from {date}", date=day(first))
    return Message("until {date}", date=day(last)) if last else Message("no dates published")


def _pays(rule: PolicyRule, currency: str) -> str:
    base = _base(rule)
    if rule.rate is not None:
        return share_of(rule.rate, base)
    parts = [
        Message("{rate} beyond", rate=_percent(band.rate))
        if band.up_to is None
        else Message(
            "{rate} up to {up_to}", rate=_percent(band.rate), up_to=money(from_minor(band.up_to), currency)
        )
        for band in rule.bands
    ]
    return Message("of {base}: {parts}", base=base, parts=Listing(parts))


def _base(rule: PolicyRule) -> str:
    match rule.of:
        case "cost":
            if rule.components:
                return Listing(value_named("component", component) for component in rule.components)
            return Message("all costs")
        case "principal":
            return Message("the principal")
        case "issue-size":
            return Message("the issue size")
        case "prime-rate-interest":
            return Message("interest at LPR-1Y")
        case _:
            assert_never(rule.of)


def _on(rule: PolicyRule) -> str:
    parts = [word("financing", instrument) for instrument in rule.instruments]
    parts += [Message("with {support}", support=word("financing", one)) for one in rule.supports]
    parts += [Message("without {support}", support=word("financing", one)) for one in rule.without_supports]
    parts += [f"{key} = {value}" for key, value in rule.needs.items()]
    return Listing([*parts, Message("paid to the {recipient}", recipient=word("recipient", rule.recipient))])


def _bounds(rule: PolicyRule, currency: str) -> str:
    parts: list[str] = [
        Message(
            "{amount} per {per}", amount=money(from_minor(cap.amount), currency), per=word("cap", cap.per)
        )
        for cap in rule.caps
    ]
    if rule.revenue_cap:
        parts.append(
            Message(
                "{rate} of revenue above {above}",
                rate=_percent(rule.revenue_cap.share),
                above=money(from_minor(rule.revenue_cap.above), currency),
            )
        )
    if rule.most_months:
        parts.append(counted(rule.most_months, "month"))
    if rule.interest_at_most:
        parts.append(rule.interest_at_most)
    if rule.budget:
        parts.append(Message("budget {amount}", amount=money(from_minor(rule.budget.amount), currency)))
    if rule.one_of:
        parts.append(Message("only one rule of {group}", group=rule.one_of))
    return Listing(parts)


def _percent(rate: int) -> str:
    return f"{100 * rate / RATE_UNITS:g}%"
