"""A policy for a reader: each rule in a line or two, splits of losses, and where its numbers come from."""

from __future__ import annotations

from typing import assert_never

from securitize.base.messages import Listing, Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.loading import load_policy
from securitize.definitions.policies.policy import Policy, PolicyRule
from securitize.definitions.register import register
from securitize.library import find_policy
from securitize.reports.terminal import Column, print_line, print_prose, print_table


def print_policy(name: str) -> None:
    """The policy on standard output.

    Raises UsageError where there is none, DefinitionError with every problem of its file.
    """
    loaded = load_policy(find_policy(name))
    policy = loaded.model
    print_line(f"{policy.name}  {policy.title} {policy.title_zh}")
    print_line(f"places 地区: {', '.join(policy.places) or 'everywhere'}; {_dates(policy)}")
    print_line("")
    if policy.description:
        print_prose(policy.description)
        print_line("")
    if policy.rules:
        columns = [
            Column("rule 条款"), Column("pays 补贴", wraps=True), Column("on 适用", wraps=True),
            Column("at most 封顶", wraps=True), Column("when 兑付", wraps=True),
        ]  # fmt: skip
        rows = [
            [
                rule,
                _pays(one),
                _on(one),
                _bounds(one),
                Message("{when}, {months} months later", when=one.paid.when, months=one.paid.months),
            ]
            for rule, one in policy.rules.items()
        ]
        print_table("Rules 条款", columns, rows)
    if policy.loss_splits:
        rows = [
            [
                split,
                ", ".join(f"{who} {_percent(share)}" for who, share in one.shares.items()),
                "" if one.pool_amount is None else f"{one.pool}: {one.pool_amount // 100:,}",
            ]
            for split, one in policy.loss_splits.items()
        ]
        print_table(
            "Losses 损失分担",
            [Column("split"), Column("shares 比例", wraps=True), Column("pool 资金池")],
            rows,
        )
    figures = [[one.path, one.kind, one.source or ""] for one in register(loaded) if one.sourced]
    if figures:
        columns = [Column("number", wraps=True), Column("kind"), Column("source 来源", wraps=True)]
        print_table("Sources 来源", columns, figures)


def _dates(policy: Policy) -> str:
    since = f"from {policy.from_}" if policy.from_ else ""
    until = f"until {policy.until}" if policy.until else ""
    return " ".join(part for part in (since, until) if part) or "no dates known"


def _pays(rule: PolicyRule) -> str:
    of = _base(rule)
    if rule.rate is not None:
        return f"{_percent(rule.rate)} of {of}"
    parts = [
        Message("{rate} beyond", rate=_percent(band.rate))
        if band.up_to is None
        else Message("{rate} up to {up_to:,}", rate=_percent(band.rate), up_to=band.up_to // 100)
        for band in rule.bands
    ]
    return Message("of {of}: {parts}", of=of, parts=Listing(parts))


def _base(rule: PolicyRule) -> str:
    match rule.of:
        case "cost":
            return ", ".join(rule.components) or "all costs"
        case "principal":
            return "the principal"
        case "issue-size":
            return "the issue"
        case "prime-rate-interest":
            return "interest at LPR-1Y"
        case _:
            assert_never(rule.of)


def _on(rule: PolicyRule) -> str:
    parts = [*rule.instruments, *(f"with {one}" for one in rule.supports)]
    parts += [f"without {one}" for one in rule.without_supports]
    parts += [f"{key} {value}" for key, value in rule.needs.items()]
    return ", ".join([*parts, Message("to the {recipient}", recipient=rule.recipient)])


def _bounds(rule: PolicyRule) -> str:
    parts = [f"{cap.amount // 100:,} a {cap.per}" for cap in rule.caps]
    if rule.revenue_cap:
        parts.append(
            Message(
                "{percent} of revenue above {above:,}",
                percent=_percent(rule.revenue_cap.share),
                above=rule.revenue_cap.above // 100,
            )
        )
    if rule.most_months:
        parts.append(f"{rule.most_months} months")
    if rule.interest_at_most:
        parts.append(rule.interest_at_most)
    if rule.budget:
        parts.append(f"budget {rule.budget.amount // 100:,}")
    if rule.one_of:
        parts.append(Message("one of {one_of}", one_of=rule.one_of))
    return ", ".join(parts)


def _percent(rate: int) -> str:
    return f"{100 * rate / RATE_UNITS:g}%"
