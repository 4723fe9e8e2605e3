"""Section 10 of the reference: the principal deficiency ledgers."""

from __future__ import annotations

from securitize.reference.state import Table
from securitize.reference.vehicle import Vehicle
from securitize.reference.words import word_of


def terms_of(v: Vehicle) -> Table:
    """Section 10, principal deficiency: its table, without notes where the deal has none."""
    terms: Table = v.deal.get("principal_deficiency", {"notes": []})
    return terms


def debit(v: Vehicle, amount: int) -> None:
    """Section 10, principal deficiency: debit through the notes in order; what no note can bear is dropped."""
    for name in terms_of(v)["notes"]:
        note = v.notes[name]
        borne = min(amount, max(0, note.balance - note.deficiency))
        note.deficiency += borne
        amount -= borne


def debit_defaults(v: Vehicle) -> None:
    """Section 10, principal deficiency: the defaults of the date."""
    lost = v.defaulted[v.t]
    if (
        word_of(terms_of(v), "debits", "defaulted", "defaulted-less-recoveries")
        == "defaulted-less-recoveries"
    ):
        lost = max(0, lost - v.streams["recovery"][v.t])
    debit(v, lost)
