"""The state of a deal in mid-life fits its deal."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from securitize.base.errors import Problem
from securitize.definitions.deal import Deal
from securitize.definitions.explaining import suggest
from securitize.definitions.loaded import Loaded
from securitize.definitions.state import State


def names_of_the_state_are_known(state: Loaded[State], deal: Loaded[Deal]) -> Iterator[Problem]:
    """SEC290."""
    tables: list[tuple[str, str, Collection[str]]] = [
        ("notes", "note", deal.model.notes),
        ("fees", "fee", deal.model.fees),
        ("accounts", "account", deal.model.accounts),
        ("support", "support", deal.model.support),
        ("limits", "limit", deal.model.limits),
        ("triggers", "trigger", deal.model.triggers),
    ]
    for table, noun, known in tables:
        for name in getattr(state.model, table):
            if name not in known:
                what = f"the deal has no such {noun}"
                yield state.problem((table, name), what, name, suggest(name, known), "SEC290")


def the_state_lies_within_the_deal(state: Loaded[State], deal: Loaded[Deal]) -> Iterator[Problem]:
    """SEC291: as_of between closing and the legal final date, reimbursements within what was paid."""
    dates = deal.model.dates
    if not dates.closing < state.model.as_of < dates.legal_final:
        what = f"as_of is not between closing {dates.closing} and the legal final date {dates.legal_final}"
        yield state.problem(("as_of",), what, state.model.as_of, "write a payment date", "SEC291")
    for name, support in state.model.support.items():
        if support.reimbursed > support.paid:
            what = "more is reimbursed than was paid"
            yield state.problem(("support", name, "reimbursed"), what, None, "correct the amounts", "SEC291")
    for name, note in state.model.notes.items():
        terms = deal.model.notes.get(name)
        if terms is None or note.balance is None:
            continue
        if note.balance > terms.balance + note.capitalised - note.written_off:
            what = "the balance is above the face with what was capitalised, less what was written off"
            yield state.problem(("notes", name, "balance"), what, None, "correct the amounts", "SEC291")


CHECKS = (names_of_the_state_are_known, the_state_lies_within_the_deal)
