"""Section 14 of the reference: what a scenario tells of puts, settlements and the issuer's call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from securitize.reference.dates import from_date
from securitize.reference.state import Table
from securitize.reference.words import one_of

OPTIONS = ("put", "settlement", "issuer-call")
# Drivers that leave the terms as they are: what they do is in the pool, the fixings and what providers pay.
OF_OTHERS = (
    *("provider-default", "party-default", "provider-late", "provider-rating", "index-rate"),
    *("default-rate", "prepayment-rate", "recovery-rate", "lpr", "default", "prepayment", "late-payment"),
    *("servicer-failure", "patent-failure", "royalty-base", "interest-rates"),
)
SETTLED_FOR = ("share", "interest_share", "amount", "amount_order")


def deal_under(deal: Table, stresses: Iterable[Table], schedule: Table) -> Table:
    """Section 14: the deal file with the terms that a scenario tells, its stresses in the order written.

    deal, schedule : as `run` takes them;  stresses : the `stress` of the scenario file, read as the deal file is
    """
    paid: list[date] = [deal["dates"]["closing"], *schedule["payment"]]
    written: list[date] = [paid[0], *schedule["written" if "written" in schedule else "payment"]]
    for stress in stresses:
        driver = one_of("driver", stress["driver"], (*OPTIONS, *OF_OTHERS))
        if driver == "issuer-call":
            deal = {**deal, "issuer_call": {**deal.get("issuer_call", {}), "date": stress["at"]}}
        if driver in ("put", "settlement"):
            note: Table = deal["notes"][stress["note"]]
            if driver == "put":
                note = {**note, "puts": puts_under(note.get("puts", []), stress, written, paid)}
            else:
                note = {**note, "settlement": settlement_of(stress)}
            deal = {**deal, "notes": {**deal["notes"], stress["note"]: note}}
    return deal


def settlement_of(stress: Table) -> Table:
    """Section 14: a told settlement replaces that of the deal, by date or by trigger, whole."""
    return {"date": stress["at"]} | {key: stress[key] for key in SETTLED_FOR if key in stress}


def puts_under(
    puts: Iterable[Table], stress: Table, written: Sequence[date], paid: Sequence[date]
) -> list[Table]:
    """Section 14: a told put replaces the share of the deal's puts of its payment date; `rate` their new coupon."""
    under = list(puts)
    on_date = [
        k
        for k, put in enumerate(under)
        if from_date(put["date"], written, paid) == from_date(stress["at"], written, paid)
    ]
    if not on_date:
        return [*under, {"date": stress["at"], "share": stress["share"]}]
    for k in on_date:
        under[k] = {**under[k], "share": stress["share"] if k == on_date[-1] else 0}
    resets = [k for k in on_date if "reset" in under[k]]
    if "rate" in stress and resets:
        under[resets[-1]]["reset"] = {**under[resets[-1]]["reset"], "rate": stress["rate"]}
    return under
