"""What a generated deal really exercises, seen from inside the reference interpreter.

``features(case)`` names every rule that did something on at least one path: not that a cap is declared, but that
it cut a payment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any
from unittest.mock import patch

from securitize.reference import (
    accounts,
    calls,
    fees,
    interpreter,
    limits,
    notes,
    rates,
    steps,
    support,
    triggers,
)
from securitize.reference.numbers import money
from securitize.reference.state import AccountState, FeeState, NoteState, SupportState, Table, TriggerState
from securitize.reference.vehicle import Vehicle
from tests.properties.generated_deals import GeneratedDeal

Say = Callable[[str], None]

#: Smaller than any difference of two thresholds.
HAIR = Decimal("1e-15")


def features(case: GeneratedDeal) -> set[str]:
    """Names of the rules that did something."""
    found: set[str] = set()
    with watching(found.add):
        results = [interpreter.run(case.deal, case.schedule, pool) for pool in case.pools]
    for result in results:
        found.update(_of_steps(case.deal, result))
        found.update(_of_notes(case.deal, result))
        found.update(_of_the_rest(case.deal, result))
    return found


@contextmanager
def watching(say: Say) -> Iterator[None]:
    """The reference interpreter with a listener at the places where a rule cuts, shares or decides."""
    watchers: list[tuple[Any, str, Callable[[Any, Say], Any]]] = [
        (steps, "allocate", _watch_allocate),
        (limits, "cut", _watch_cut),
        (steps, "dues_of", _watch_dues),
        (accounts, "reserve_target", _watch_target),
        (support, "would_pay", _watch_support),
        (triggers, "breaches", _watch_triggers),
        (calls, "call_repays_notes", _watch_call),
        (calls, "consider_call", _watch_call_threshold),
        (fees, "net_fee", _watch_fees),
        (notes, "accrue_note", _watch_interest),
        (steps, "share_principal", _watch_sharing),
        (steps, "run_step", _watch_steps),
        (interpreter, "open_date", _watch_renewal),
    ]
    with ExitStack() as stack:
        for module, name, watch in watchers:
            stack.enter_context(patch.object(module, name, watch(getattr(module, name), say)))
        yield


def _watch_allocate(original: Any, say: Say) -> Any:
    def allocate(amount: int, weights: list[int], leftover: str = "first", k: int = 1) -> list[int]:
        shares: list[int] = original(amount, weights, leftover, k)
        whole = sum(weights) or 1
        if any(amount * weight % whole for weight in weights):
            say(f"leftover unit: {leftover}")
            if leftover == "largest" and len(set(weights)) < len(weights):
                say("leftover unit: largest of equals")
            if leftover == "largest" and sorted(weights, reverse=True) != weights:
                say("leftover unit: largest is not the first")
        return shares

    return allocate


def _watch_cut(original: Any, say: Say) -> Any:
    def cut(v: Vehicle, amount: int, limit: Table | None, due: int, available: int) -> int:
        kept: int = original(v, amount, limit, due, available)
        if limit is not None and kept < amount:
            say("limit: amount" if "amount" in limit else f"limit: percent of {limit.get('of', 'due')}")
            if limit.get("percent") and kept:
                say("limit: percent leaves something")
        return kept

    return cut


def _watch_dues(original: Any, say: Say) -> Any:
    def dues_of(v: Vehicle, step: Table, available: int) -> list[int]:
        dues: list[int] = original(v, step, available)
        if "member_limits" in step and dues != original(v, {**step, "member_limits": {}}, available):
            say("limit: of one member")
        return dues

    return dues_of


def _watch_target(original: Any, say: Say) -> Any:
    def reserve_target(v: Vehicle, account: AccountState) -> int:
        target, amount = account.terms["target"], original(v, account)
        kind = target["kind"]
        if kind == "percent":
            kind = f"percent of {target['of'] if isinstance(target['of'], str) else 'notes'}"
        if amount:
            say(f"target: {kind}")
        for bound in ("floor", "cap"):
            loose = {key: value for key, value in target.items() if key != bound}
            if bound in target and original(v, AccountState({"target": loose}, 0)) != amount:
                say(f"target: {bound} of {target['kind']}")
        for moment in target.get("zero_at", ()):
            others = tuple(each for each in target["zero_at"] if each != moment)
            if original(v, AccountState({"target": {**target, "zero_at": others}}, 0)) != amount:
                say(f"target: zero at {moment}")
        return int(amount)

    return reserve_target


def _watch_support(original: Any, say: Say) -> Any:
    def would_pay(v: Vehicle, given: SupportState, wanted: int) -> int:
        drawn: int = original(v, given, wanted)
        if drawn < wanted:
            life, payment = (
                replace(given, terms={k: w for k, w in given.terms.items() if k != other}).left
                for other in ("limit_per_payment", "limit")
            )
            say("support: cut by its life" if life == drawn else "support: cut by its payment limit")
            if payment == drawn and drawn:
                say("support: cut by its payment limit, in part")
        if given.terms.get("reinstates") and "limit" in given.terms:
            if given.drawn_in_all + drawn > money(given.terms["limit"]):
                say("support: drawn again after reimbursement")
        elif given.reimbursed_in_all and drawn < wanted:
            say("support: reimbursed and not reinstated")
        return drawn

    return would_pay


def _watch_triggers(original: Any, say: Say) -> Any:
    def breaches(v: Vehicle, trigger: TriggerState) -> bool:
        outcome = bool(original(v, trigger))
        terms = trigger.terms
        if "threshold" in terms and not outcome:
            # Equality never breaches, but a hair beside it does; defaults breach above, all else below.
            beside = terms["threshold"] + (-HAIR if terms["kind"] == "cumulative-default" else HAIR)
            moved = replace(trigger, terms={**terms, "threshold": beside})
            if terms.get("measure") in ("DSCR", "IC"):
                moved.coverage_fails = triggers.coverage_fails(v, moved.terms)
            if beside > 0 and original(v, moved):
                say(f"threshold met exactly: {terms['kind']}")
        return outcome

    return breaches


def _watch_call(original: Any, say: Say) -> Any:
    def call_repays_notes(v: Vehicle, price: int) -> bool:
        repays = bool(original(v, price))
        say("call: notes would be repaid" if repays else "call: notes would not be repaid")
        return repays

    return call_repays_notes


def _watch_call_threshold(original: Any, say: Say) -> Any:
    def consider_call(v: Vehicle) -> None:
        performing, before = v.performing[v.t], v.called
        original(v)
        if v.called and not before:
            call = v.deal["clean_up_call"]
            say(f"call: exercised with {call['condition']}")
            if performing == call["threshold"] * v.performing[0]:
                say("threshold met exactly: call")
            if call["condition"] == "repays-notes" and any(fee.unpaid for fee in v.fees.values()):
                say("call: exercised with fees to repay")

    return consider_call


def _watch_fees(original: Any, say: Say) -> Any:
    def net_fee(v: Vehicle, fee: FeeState) -> int:
        net, terms = int(original(v, fee)), fee.terms
        kind = terms["kind"]
        if kind == "percent-of-balance" and net:
            base = terms["base"] if isinstance(terms["base"], str) else "some notes"
            say(f"fee: percent of {base}")
            say(f"fee: window is the {terms['window']}")
            say(f"fee: {terms['day_count']}")
            if not fees.is_payable(v, fee):
                say("fee: accrues until it is payable")
        elif net:
            say(f"fee: {kind}")
        for name in ("vat", "surcharge", "inclusive"):
            if net and terms.get(name):
                say(f"fee: {name}")
        for name in ("from", "until"):
            free = FeeState({k: w for k, w in terms.items() if k != name})
            if name in terms and original(v, free) != net:
                say(f"fee: cut by its {name}")
        if (
            kind not in ("one-off", "scheduled")
            and terms.get("while", "notes-outstanding") == "notes-outstanding"
        ):
            if original(v, FeeState({**terms, "while": "always"})) != net:
                say("fee: ends with the notes")
            if net and all(note.balance == 0 for note in v.notes.values()):
                say("fee: goes on for unpaid interest alone")
        return net

    return net_fee


def _watch_interest(original: Any, say: Say) -> Any:
    def accrue_note(v: Vehicle, note: NoteState) -> None:
        original(v, note)
        if note.accrued:
            say(f"interest: {note.terms['day_count']}")
            start, end = v.period
            for day in rates.step_dates(v, note.terms["coupon"]):
                if day == start:
                    say("interest: coupon steps at the start of a period")
                if start < day < end:
                    say("interest: coupon steps inside a period")

    return accrue_note


def _watch_sharing(original: Any, say: Say) -> Any:
    def share_principal(v: Vehicle, step: Table, dues: list[int]) -> None:
        before = list(dues)
        original(v, step, dues)
        if dues != before:
            say(f"principal distribution amount shared: {step['split']}")

    return share_principal


def _watch_steps(original: Any, say: Say) -> Any:
    def run_step(v: Vehicle, priority: str, index: int, step: Table) -> None:
        left_before = {name: v.limits[name].left for name in step.get("limits", ())}
        balances = {name: v.accounts[name].balance for name in step.get("from", ())}
        payees = map(steps.kind_and_name, step["pay"])
        named = [v.fees[name] for kind, name in payees if kind == "fee"]
        for fee in named:
            if fee.due < fee.unpaid:
                say(f"fee: cap per {fee.terms['cap']['per']}")
        count = len(v.steps)
        original(v, priority, index, step)
        rows = v.steps[count:]
        supported = any(row["supported"] for row in rows)
        used = sum(row["paid"] + row["supported"] for row in rows)
        for name, left in left_before.items():
            limit = v.limits[name]
            if used == left < sum(row["due"] for row in rows):
                say(f"limit: per {limit.terms['per']}")
                if "amount" in limit.terms and left < money(limit.terms["amount"]):
                    say(f"limit: per {limit.terms['per']}, by more than one step or date")
                    if getattr(limit, "used_by_support", False):
                        say("limit: what support used is missing later")
            if supported:
                limit.used_by_support = True  # type: ignore[attr-defined]
        if balances and sum(row["paid"] for row in rows) > next(iter(balances.values())) > 0:
            say("accounts: drawn one after another")

    return run_step


def _watch_renewal(original: Any, say: Say) -> Any:
    def open_date(v: Vehicle) -> None:
        caps = {name: fee.cap_used for name, fee in v.fees.items()}
        original(v)
        for limit in v.limits.values():
            if (
                v.t > 1
                and limits.renews(v, limit.terms["per"])
                and limit.left < money(limit.terms.get("amount", 0))
            ):
                limit.used_by_support = False  # type: ignore[attr-defined]
                say(f"limit: whole again in a new {limit.terms['per']}")
        for name, fee in v.fees.items():
            if caps[name] > fee.cap_used:
                say(f"fee: cap whole again in a new {fee.terms['cap']['per']}")

    return open_date


def _of_redemption(deal: Table, rows: list[Table]) -> Iterator[str]:
    """What a redemption by call has to repay besides balances."""
    for row in rows:
        kind, _, name = row["payee"].partition(":")
        if row["paid"]:
            yield f"redemption: pays {kind}"
            if kind == "premium" and "certificates" in deal["notes"][name]:
                yield "redemption: pays premium in whole units"


def _of_steps(deal: Table, result: Table) -> Iterator[str]:
    """What the published steps show."""
    for priority, rows in zip(result["priority"], result["steps"], strict=True):
        yield f"priority: {priority}"
        if priority == "redemption":
            yield from _of_redemption(deal, rows)
        elif len({row["step"] for row in rows}) < len(deal["priority"][priority]):
            yield "step: held back by a trigger"
        for row in rows:
            kind = row["payee"].partition(":")[0]
            if row["paid"] + row["supported"]:
                yield f"paid: {kind}"
            if row["supported"]:
                yield f"supported: {kind}"
            if row["shortfall"] and kind in ("fee", "interest", "principal"):
                yield f"short: {kind}"


def _of_notes(deal: Table, result: Table) -> Iterator[str]:
    """What the published notes show."""
    for name, note in deal["notes"].items():
        lines = result["notes"][name]
        kind = note["principal"]["kind"]
        if any(lines["principal_paid"][:-1]):
            yield f"principal before the legal final: {kind}"
        if any(lines["interest_on_unpaid"]):
            yield "interest: on unpaid interest"
        if any(after < before for before, after in pairwise(lines["unpaid"])):
            yield "interest: unpaid, then paid"
        if any(lines["written_off"]):
            yield "note: written off"
        rows = [row for rows in result["steps"] for row in rows if row["payee"] == f"principal:{name}"]
        missed = any(a["shortfall"] and b["paid"] for a, b in pairwise(rows[:-1]))
        if kind in ("scheduled", "bullet") and missed:
            yield "principal: missed, then caught up"
    if any(result["principal_distribution_left"][:-1]):
        yield "principal distribution amount left over"


def _of_the_rest(deal: Table, result: Table) -> Iterator[str]:
    """What accounts, support, triggers and the end show."""
    for name, account in deal["accounts"].items():
        if account["kind"] == "reserve" and any(result["accounts"][name]["out"][:-1]):
            yield "reserve: drawn or released"
    for name, trigger in deal["triggers"].items():
        lines = result["triggers"][name]
        kind = " ".join(filter(None, (trigger["kind"], trigger.get("measure"))))
        kind += " with support" if trigger.get("with_support") else ""
        if any(lines["breached"]):
            yield f"trigger breached: {kind}"
        changes = list(pairwise(lines["breached"]))
        if (False, True) in changes:
            yield f"trigger breached later than the first date: {kind}"
        if (True, False) in changes:
            yield f"trigger cured: {trigger['kind']}"
        if any(a != b for a, b in zip(lines["active"], lines["breached"], strict=True)):
            yield "trigger: active a payment later"
    if any(result["final_distribution"]):
        yield f"final distribution: {'originator' if deal['residual_to'] == 'originator' else 'note'}"
