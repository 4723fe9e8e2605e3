"""What is not plausible of a deal at closing: notes against the pool, and what the originator adds or keeps.

Rules: ``docs/reference/plausibility.md``, section 2 (SEC347, SEC349).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from securitize.assets.proceeds import received
from securitize.assets.resolve import ResolvedPool
from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.definitions.accepted import AcceptedWarning, sift
from securitize.definitions.checks.plausible.outside import more_or_less, plain, unit_of
from securitize.definitions.deals.currencies import amount_in
from securitize.definitions.loading import Definitions
from securitize.definitions.plausibility import CLOSING_CODES, bounds
from securitize.waterfall.issuance import closing_statement


def at_closing(found: Definitions, pool: ResolvedPool) -> tuple[list[Problem], list[AcceptedWarning]]:
    """Warnings that stand and those that are accepted; none of a deal in mid-life, which stands by its books.

    Asked of the deal as written, before a scenario changes it.
    """
    if found.state is not None:
        return [], []
    problems = [*_notes_against_the_pool(found, pool), *_originator(found)]
    return sift(problems, (found.deal, found.pool), CLOSING_CODES.__contains__)


def _notes_against_the_pool(found: Definitions, pool: ResolvedPool) -> Iterator[Problem]:
    """The notes are of the size of the pool; where a contract has no balance they are not compared."""
    notes, balance = found.deal.model.face, sum(one.scheduled.balance[one.first] for one in pool.claims)
    if not notes or not balance or len(pool.claims) < len(pool.contracts):
        return
    bound, ratio = bounds()["notes-over-pool"], Decimal(notes) / balance
    if (said := more_or_less(bound.name, ratio)) is not None:
        what = Message(
            "the notes are {notes:,}, {ratio} times the pool of {pool:,}: {said}",
            notes=amount_in(notes, found.deal.model.currency),
            ratio=plain(ratio),
            pool=amount_in(balance, found.deal.model.currency),
            said=said,
        )
        yield found.deal.problem(
            ("notes",), what, None, unit_of(bound.name, ratio, found.deal.model.currency), bound.code
        )


def _originator(found: Definitions) -> Iterator[Problem]:
    """What is left of the proceeds at closing goes to the originator, or is added by it; little either way."""
    notes, companies = found.deal.model.face, received(found.pool.model)
    if not notes or not sum(companies.values()):
        return
    left = closing_statement(found.deal.model, companies)[-1].amount
    bound = bounds()["originator"]
    if bound.broken(abs(Decimal(left)) / notes) is None:
        return
    values = {
        "amount": amount_in(abs(left), found.deal.model.currency),
        "currency": found.deal.model.currency,
        "share": plain(round(100 * abs(Decimal(left)) / notes, 2)),
        "bound": plain(100 * (bound.at_most or Decimal(0))),
    }
    what = (
        Message(
            "at closing the originator adds {amount:,} {currency}, {share}% of the notes, more than is plausible, "
            "{bound}%",
            **values,
        )
        if left < 0
        else Message(
            "at closing the originator keeps {amount:,} {currency}, {share}% of the notes, more than is plausible, "
            "{bound}%",
            **values,
        )
    )
    repair = "check notes, pool, reserves and costs"
    yield found.deal.problem(("closing",), what, None, repair, bound.code)
