"""Section 9 of the reference: the priority of a redemption by call, and what is nil after it."""

from __future__ import annotations

from securitize.reference.numbers import count
from securitize.reference.state import Table
from securitize.reference.vehicle import Vehicle

REDEMPTION = "redemption"  # the priority in force on the date of a redemption by call


def steps_of(v: Vehicle) -> list[Table]:
    """Section 9, redemption by call: its steps; each draws on all accounts, the main account first."""
    sources = [v.main, *(name for name in v.accounts if name != v.main)]
    charges = (("support-interest", "interest"), ("support-fee", "undrawn_fee"))
    charged = [
        f"{kind}:{name}"
        for name, given in v.support.items()
        for kind, terms in charges
        if terms in given.terms
    ]
    groups = [[f"fee-excess:{name}" for name in v.fees], charged]
    kinds = ("interest", *(("premium",) if "issuer_call" in v.deal else ()), "redemption")
    for rank in sorted({count(note.terms["rank"]) for note in v.notes.values()}):
        notes = [name for name, note in v.notes.items() if count(note.terms["rank"]) == rank]
        groups += [[f"{kind}:{name}" for name in notes] for kind in kinds]
    groups += [[f"reimbursement:{name}" for name in v.support], rest_to(v)]
    return [{"pay": pay, "from": sources, "split": "pari-passu"} for pay in groups if pay]


def rest_to(v: Vehicle) -> list[str]:
    """Section 9, redemption by call, 5: the payee of the normal priority's last step that takes what is left."""
    takers = [
        payee
        for step in v.deal["priority"]["normal"]
        for payee in step["pay"]
        if payee.partition(":")[0] in ("residual", "originator")
    ]
    return takers[-1:]


def open_claims(v: Vehicle) -> dict[str, int]:
    """Section 9, redemption by call: all that is 0 after it, by what it is; J on the date itself alone."""
    found: dict[str, int] = {}
    for name, note in v.notes.items():
        found[f"note {name}"] = note.balance + note.owed + note.premium + note.put + note.deficiency
    for name, fee in v.fees.items():
        found[f"fee {name}"] = fee.unpaid + fee.pending
    for name, given in v.support.items():
        found[f"support {name}"] = given.fee + (given.interest if v.redeemed_today else 0)
    return {what: amount for what, amount in found.items() if amount}
