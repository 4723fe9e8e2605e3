"""A note that loses while a junior note or the originator is paid on the same date.

Source: ``docs/reference/priority-of-payments.md``, section 16. Lines are those of the plan: line -> int64 (paths,
periods), minor units.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.base.messages import Listing, Message
from securitize.waterfall.note_states import loses, overdue_in_all
from securitize.waterfall.plan import Line
from securitize.waterfall.resolved import ResolvedDeal

_PAID = ("interest_paid", "principal_paid", "premium_paid", "residual_paid")


@dataclass(frozen=True, slots=True)
class PassedOver:
    """The date on which others are paid most while a note that loses lacks something.

    date       : index of the payment date
    lacking    : minor units, what of the note is overdue or written off on it
    junior     : minor units, what junior notes are paid on it, by name, those that are paid something
    originator : minor units, what the originator is paid on it
    """

    date: int
    lacking: int
    junior: Mapping[str, int]
    originator: int


def passed_over(
    resolved: ResolvedDeal, lines: Mapping[Line, Int64], note: str, path: int = 0
) -> PassedOver | None:
    """Where the note is passed over on a path; None where it loses nothing, or nobody else is paid then."""
    if not loses(lines, note)[path]:
        return None
    written_off = lines["note", note, "written_off"] + lines["note", note, "interest_written_off"]
    lacking = np.maximum(overdue_in_all(lines, note), written_off)[path]
    junior, originator = _to_others(resolved, lines, note, path)
    others = np.where(lacking > 0, sum(junior.values(), originator), 0)
    t = int(others.argmax())
    if not others[t]:
        return None
    paid = {name: int(amounts[t]) for name, amounts in junior.items() if amounts[t]}
    return PassedOver(t, int(lacking[t]), paid, int(originator[t]))


def _to_others(
    resolved: ResolvedDeal, lines: Mapping[Line, Int64], note: str, path: int
) -> tuple[dict[str, Int64], Int64]:
    """What junior notes, by name, and the originator are paid on each date, int64 (periods,)."""
    deal = resolved.deal
    originator, left = lines[("originator",)][path].copy(), lines[("final_distribution",)][path]
    junior: dict[str, Int64] = {}
    for name, other in deal.notes.items():
        if other.rank > deal.notes[note].rank:
            paid = [lines["note", name, what][path] for what in _PAID]
            junior[name] = sum([*paid, left if deal.residual_to == name else 0 * left], 0 * left)
    if deal.residual_to == "originator":
        originator += left
    return junior, originator


def in_words(
    note: str,
    *,
    loss: Decimal,
    currency: str,
    date: dt.date | str,
    lacking: Decimal,
    junior: tuple[Sequence[str], Decimal],
    originator: Decimal,
) -> Message:
    """A note that is passed over, for a reader; ``junior``: names of those paid, and what they are paid together.

    One template a case: a sentence that is stored in English is found again in the catalogue as a whole.
    """
    names, amount = junior
    said = {"note": note, "loss": loss, "currency": currency, "date": date, "lacking": lacking}
    if not names:
        return Message(
            "{note} loses {loss:,} {currency} while others are paid: on {date} it lacks {lacking:,}; "
            "paid to the originator: {amount:,}",
            amount=originator,
            **said,
        )
    said |= {"notes": Listing(names), "amount": amount}
    if not originator:
        return Message(
            "{note} loses {loss:,} {currency} while others are paid: on {date} it lacks {lacking:,}; "
            "paid to {notes}: {amount:,}",
            **said,
        )
    return Message(
        "{note} loses {loss:,} {currency} while others are paid: on {date} it lacks {lacking:,}; "
        "paid to {notes}: {amount:,}, and to the originator: {rest:,}",
        rest=originator,
        **said,
    )
