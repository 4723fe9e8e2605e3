"""Issuance: sources and uses at closing (section 12 of the priority of payments)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, assert_never

from securitize.base.arithmetic import part_of
from securitize.base.closed import complete
from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.currencies import unit_of
from securitize.definitions.deals.deal import Deal

Side = Literal["source", "use"]
SIGN: Mapping[Side, int] = complete(Side, {"source": 1, "use": -1})


@dataclass(frozen=True, slots=True)
class ClosingItem:
    """One source or use at closing; amount in minor units, negative only for what the originator adds."""

    side: Side
    item: str
    party: str
    amount: int


def closing_statement(deal: Deal, to_companies: Mapping[str, int]) -> list[ClosingItem]:
    """Sources and uses at closing; they sum to the same.

    to_companies : minor units that each obligor received for its contracts (lump sums, loan principal)
    """
    items = [ClosingItem("source", "proceeds", name, note_proceeds(deal, name)) for name in deal.notes]
    for name, account in deal.accounts.items():
        if account.opening:
            match account.funding:
                case "outside":
                    items.append(ClosingItem("source", "outside funding", name, account.opening))
                case "proceeds" | "none":
                    pass
                case _:
                    assert_never(account.funding)
            items.append(ClosingItem("use", "account funding", name, account.opening))
    items += [ClosingItem("use", "cost", cost.name, cost.amount) for cost in deal.closing.costs]
    items += [ClosingItem("use", "company", name, amount) for name, amount in to_companies.items()]
    left = sum(SIGN[item.side] * item.amount for item in items)
    return [*items, ClosingItem("use", "originator", "originator", left)]


def note_proceeds(deal: Deal, note: str) -> int:
    """Face times issue price, minor units."""
    terms = deal.notes[note]
    return int(part_of(terms.balance, terms.price, RATE_UNITS, unit_of(deal.currency), deal.rounding)[0])
