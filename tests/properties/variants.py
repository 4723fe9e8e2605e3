"""Deals with one rule taken away: where the reference interpreter then finds anything else, the rule did something.

``variants(case)`` yields the name of each rule that stands in the deal and the case without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.properties.drawing import Table
from tests.properties.generated_deals import GeneratedDeal

Path = tuple[Any, ...]
Named = tuple[str, GeneratedDeal]
WHOLE = 10**8
#: More than any deal pays.
PLENTY = 10**12


def changed(table: Any, path: Path, value: Any = None) -> Any:
    """A copy with another value at ``path``; without the key where there is none."""
    first, *rest = path
    if isinstance(table, tuple | list):
        members = list(table)
        members[first] = changed(members[first], tuple(rest), value)
        return tuple(members)
    if not rest:
        kept = {key: each for key, each in table.items() if key != first}
        return kept if value is None else {**table, first: value}
    return {**table, first: changed(table[first], tuple(rest), value)}


def variants(case: GeneratedDeal) -> Iterator[Named]:
    """Each rule by its name, with the case that lacks it."""
    deal = case.deal

    def other(path: Path, value: Any = None) -> GeneratedDeal:
        return replace(case, deal=changed(deal, path, value))

    for name, note in deal["notes"].items():
        for what, path, value in _of_note(note):
            yield what, other(("notes", name, *path), value)
    for name, account in deal["accounts"].items():
        for what, path, value in _of_account(account):
            yield what, other(("accounts", name, *path), value)
    for name, fee in deal["fees"].items():
        if fee["kind"] == "percent-of-payments":
            yield "fee: on payments", other(("fees", name, "rate"), 0)
            if "notes" in fee:
                yield "fee: on payments of some notes", other(("fees", name, "notes"))
        if "change" in fee:
            yield f"fee: changed by a trigger, {fee['kind']}", other(("fees", name, "change"))
    for name, support in deal["support"].items():
        for what, path, value in _of_support(support):
            yield what, other(("support", name, *path), value)
    for name, trigger in deal["triggers"].items():
        for what, path, value in _of_trigger(trigger):
            yield what, other(("triggers", name, *path), value)
    for name, limit in deal["limits"].items():
        if "percent" in limit:
            of = limit["of"] if isinstance(limit["of"], str) else "notes"
            yield f"limit: named, percent of {of}", other(("limits", name), {"amount": PLENTY, "per": "life"})
            yield f"limit: named, percent a {limit['per']}", other(("limits", name, "percent"), 1)
    yield from _of_steps(case, other)
    yield from _of_the_rest(case, other)


def _of_rate(rule: Table, prefix: str) -> Iterator[tuple[str, Path, Any]]:
    if rule["kind"] != "floating":
        return
    for key in ("floor", "cap", "reset", "first_rate"):
        # The reset date decides nothing but how long the first rate holds: fixings are told by period.
        if key in rule and (key != "reset" or "first_rate" in rule):
            yield f"{prefix}: {key} of a floating rate", (key,), None
    if "margin" in rule:
        sign = "below" if rule["margin"] < 0 else "above"
        yield f"{prefix}: margin {sign} the index", ("margin",), None


def _of_note(note: Table) -> Iterator[tuple[str, Path, Any]]:
    for what, place, value in _of_rate(note["coupon"], "interest"):
        yield what, ("coupon", *place), value
    bears = note.get("interest_on_unpaid", "none")
    if isinstance(bears, dict):
        yield f"interest: on unpaid interest, {bears['kind']}", ("interest_on_unpaid",), None
        for compounding in (True, False):
            if bears.get("compounding", True) is compounding:
                path: Path = ("interest_on_unpaid", "compounding")
                word = "compounding" if compounding else "simple"
                yield f"interest: on unpaid interest, {word}", path, not compounding
    for key, what in (
        ("coupon_steps", "interest: coupon steps of a trigger"),
        ("capitalise_until", "interest: capitalised until a date"),
        ("certificates", "note: certificates"),
        ("puts", "note: puts"),
    ):
        if key in note:
            yield what, (key,), None
    if any("rate" in put.get("reset", {}) for put in note.get("puts", ())):
        kept = tuple({key: put[key] for key in ("date", "share")} for put in note["puts"])
        yield "note: coupon re-set at a put", ("puts",), kept
    if "interest_order" in note and isinstance(bears, dict) and not bears.get("compounding", True):
        # Otherwise what is left of A joins D at once, and the order is all the same.
        yield "interest: current first", ("interest_order",), None
    if "unpaid_interest" in note and "capitalise_until" not in note:
        yield "interest: capitalised", ("unpaid_interest",), None
    if "settlement" in note:
        by = "trigger" if "trigger" in note["settlement"] else "date"
        yield f"note: settlement by {by}", ("settlement",), None
        if note["settlement"].get("interest_share"):
            yield "note: settlement keeps interest", ("settlement", "interest_share"), None
    for key in ("with", "less"):
        if key in note["principal"]:
            yield f"principal: target {key}", ("principal", key), None


def _of_account(account: Table) -> Iterator[tuple[str, Path, Any]]:
    if account.get("interest", {"kind": "zero"})["kind"] != "zero":
        yield f"account: {account['interest']['kind']} interest", ("interest",), None
    if "targets_on" in account:
        yield "target: another while a trigger is active", ("targets_on",), None
        if len(account["targets_on"]) > 1:
            reordered = tuple(reversed(account["targets_on"]))
            yield "target: the first active entry counts", ("targets_on",), reordered


def _of_support(support: Table) -> Iterator[tuple[str, Path, Any]]:
    for key in ("coverage", "first_call", "until"):
        if key in support:
            yield f"support: {key}", (key,), None
    if support.get("interest", {"kind": "zero"})["kind"] != "zero":
        yield f"support: {support['interest']['kind']} interest", ("interest",), None
    if "undrawn_fee" in support:
        yield "support: undrawn fee", ("undrawn_fee", "rate"), support["undrawn_fee"]["rate"] * 0
    if "reinstates" not in support:
        kind = support["kind"]
        yield f"support: reinstates by default or not, {kind}", ("reinstates",), kind != "liquidity-line"


def _of_trigger(trigger: Table) -> Iterator[tuple[str, Path, Any]]:
    for key in ("consecutive", "cure", "effect_from", "last_test", "early_repayment", "first_test"):
        if key in trigger:
            yield f"trigger: {key}", (key,), None
    if trigger.get("periods", 1) > 1:
        yield f"trigger: {trigger['kind']} over some periods", ("periods",), None
    if trigger["kind"] == "combination" and len(trigger["of"]) > 1:
        other = "any" if trigger["rule"] == "all" else "all"
        yield f"trigger: combination of {trigger['rule']}", ("rule",), other
    for edge in ("lower", "upper"):
        if edge in trigger:
            yield f"trigger: sales with {edge}", (edge,), 0 if edge == "lower" else 100


def _of_steps(case: GeneratedDeal, other: Any) -> Iterator[Named]:
    for priority, steps in case.deal["priority"].items():
        for k, step in enumerate(steps):
            at: Path = ("priority", priority, k)
            if step.get("debits_deficiency"):
                yield "deficiency: debited by a step", other((*at, "debits_deficiency"))
            if step.get("limit", {}).get("of") == "collections":
                yield "limit: percent of collections", other((*at, "limit"))
            for limit in step.get("member_limits", {}).values():
                if limit.get("of") == "collections":
                    yield "limit: percent of collections, of one member", other((*at, "member_limits"))


def _of_the_rest(case: GeneratedDeal, other: Any) -> Iterator[Named]:
    deal = case.deal
    if "issuer_call" in deal:
        yield "call: the issuer's", other(("issuer_call",))
        if len(deal["issuer_call"].get("prices", ())) > 1:
            yield (
                "call: the last price in force",
                other(("issuer_call", "prices"), deal["issuer_call"]["prices"][:1]),
            )
        if "clean_up_call" in deal:
            yield "call: the clean-up call before the issuer's", other(("clean_up_call",))
    ledger = deal.get("principal_deficiency")
    if ledger:
        if ledger["debits"] != "defaulted":
            yield "deficiency: less recoveries", other(("principal_deficiency", "debits"), "defaulted")
        if len(ledger["notes"]) > 1:
            turned = tuple(reversed(ledger["notes"]))
            yield "deficiency: in the order of its notes", other(("principal_deficiency", "notes"), turned)
    if deal["support"]:
        healthy = {name: [WHOLE] * len(pays) for name, pays in case.pools[0]["support_pays"].items()}
        pools = [{**pool, "support_pays": healthy} for pool in case.pools]
        yield "support: a provider pays less", replace(case, pools=pools)
    for key, what, usual in (
        ("support_late", "support: a provider pays late", 0),
        ("account_pays", "account: its bank pays less", WHOLE),
    ):
        if any(value != usual for pool in case.pools for values in pool[key].values() for value in values):
            pools = [
                pool | {key: {name: [usual] * len(values) for name, values in pool[key].items()}}
                for pool in case.pools
            ]
            yield what, replace(case, pools=pools)
    for k, party in enumerate(deal.get("parties", ())):
        if "capacity" in party:
            yield "party: capacity", other(("parties", k, "capacity"), PLENTY)
