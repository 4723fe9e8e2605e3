"""Section 13 of the reference: a deal in mid-life, its state read and written."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from securitize.reference import calls, support
from securitize.reference.limits import RENEWALS
from securitize.reference.numbers import count, money
from securitize.reference.state import Table
from securitize.reference.vehicle import Vehicle
from securitize.reference.words import one_of

# table -> key of the state file -> attribute of the state
AMOUNTS = {
    "notes": {
        "balance": "balance",
        "deferred": "deferred",
        "interest_on_deferred": "on_deferred",
        "capitalised": "capitalised",
        "written_off": "settled_in_all",
        "put": "put",
        "premium": "premium",
        "deficiency": "deficiency",
    },
    "fees": {"accrued": "pending", "unpaid": "unpaid"},
    "accounts": {"balance": "balance"},
    "support": {
        "paid": "drawn_in_all",
        "reimbursed": "reimbursed_in_all",
        "interest": "interest",
        "fee": "fee",
    },
    "limits": {"left": "left"},
    "parties": {"paid": "recovered_in_all"},
}
COUNTS = ("failed", "passed")


def begin(v: Vehicle, state: Table) -> None:
    """Section 13: everything is as the state file says; what it does not say is as at closing."""
    k = v.means(state["as_of"])
    if k is None:
        raise ValueError(f"as_of: {state['as_of']} is no payment date")
    v.t = k
    v.principal_left = money(state.get("principal_distribution_left", 0))
    v.called = bool(state.get("called", False))
    v.redeemed = bool(state.get("redeemed", False))
    for name, limit in v.limits.items():
        if name not in state.get("limits", {}) and "amount" in limit.terms:
            limit.left = money(limit.terms["amount"])
    for table, amounts in AMOUNTS.items():
        for name, written in state.get(table, {}).items():
            for key, attribute in amounts.items():
                # A party of which only the failure is told has no capacity here; its failure is an input by date.
                if key in written and name in getattr(v, table):
                    setattr(getattr(v, table)[name], attribute, money(written[key]))
    for name, written in state.get("support", {}).items():
        # Nothing is drawn yet: what was called for is what is in arrears.
        v.support[name].called_for = money(written.get("arrears", 0))
    for name, written in state.get("accounts", {}).items():
        v.accounts[name].failed = bool(written.get("failed", False))
    for name, written in state.get("notes", {}).items():
        v.notes[name].settled = bool(written.get("settled", False))
    for note in v.notes.values():
        note.unpaid = note.deferred + note.on_deferred
    for name, written in state.get("fees", {}).items():
        if "cap_left" in written and "cap" in v.fees[name].terms:
            v.fees[name].cap_used = money(v.fees[name].terms["cap"]["amount"]) - money(written["cap_left"])
    for name, written in state.get("triggers", {}).items():
        v.triggers[name].breached = bool(written.get("breached", False))
        for key in COUNTS:
            setattr(v.triggers[name], key, count(written.get(key, 0)))
    remember(v, state.get("history", {}))
    if v.called:
        calls.end_pool(v)


def remember(v: Vehicle, history: Table) -> None:
    """Section 13, history: newest last."""
    for name in v.past:
        v.past[name] = [money(each) for each in history.get(name, [])]
    for name in v.in_all:
        v.in_all[name] = money(history.get(f"{name}_in_all", 0))


def written_state(v: Vehicle) -> Table:
    """Section 13: the state after today's payments, as its file has it."""
    state: Table = {
        "as_of": v.today,
        "called": v.called,
        "redeemed": v.redeemed,
        "principal_distribution_left": currency(v.principal_left),
    }
    for table, amounts in AMOUNTS.items():
        states: dict[str, Any] = getattr(v, table)
        state[table] = {
            name: {key: currency(getattr(each, attribute)) for key, attribute in amounts.items()}
            for name, each in states.items()
            if table != "limits" or one_of("renewal", each.terms["per"], RENEWALS) != "payment"
        }
    if not v.parties:
        del state["parties"]
    for name, each in v.support.items():
        late = support.is_late(v, each, v.t)
        state["support"][name]["arrears"] = currency(each.called_for - each.drawn if late else 0)
    for name, account in v.accounts.items():
        if account.failed:
            state["accounts"][name]["failed"] = True
    for name, note in v.notes.items():
        state["notes"][name]["settled"] = note.settled
    for name, fee in v.fees.items():
        if "cap" in fee.terms and one_of("renewal", fee.terms["cap"]["per"], RENEWALS) == "year":
            state["fees"][name]["cap_left"] = currency(money(fee.terms["cap"]["amount"]) - fee.cap_used)
    state["triggers"] = {
        name: {"breached": trigger.breached, "failed": trigger.failed, "passed": trigger.passed}
        for name, trigger in v.triggers.items()
    }
    history = {name: [currency(each) for each in amounts] for name, amounts in v.past.items()}
    state["history"] = history | {f"{name}_in_all": currency(amount) for name, amount in v.in_all.items()}
    return state


def currency(amount: int) -> Decimal:
    """Section 1: minor units in currency units."""
    return Decimal(amount).scaleb(-2)
