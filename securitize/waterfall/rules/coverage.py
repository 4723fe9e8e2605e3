"""Coverage measures: DSCR, IC and OC (section 8)."""

from __future__ import annotations

from typing import assert_never

from securitize.base.money import RATE_UNITS
from securitize.definitions.deals.triggers import CoverageTrigger
from securitize.waterfall.expressions import Value
from securitize.waterfall.formulas import excess, minimum, product, total
from securitize.waterfall.resolved import ResolvedDeal
from securitize.waterfall.rules.books import Books


def senior_fees(resolved: ResolvedDeal) -> list[str]:
    """Fees named by ``fee:`` in the normal priority before the first step that pays interest, each once."""
    names: dict[str, None] = {}
    for step in resolved.priorities["normal"]:
        if any(payee.rule.pays_interest for payee in step.payees):
            break
        names.update({payee.name: None for payee in step.payees if payee.rule.capped})
    return [name for name in names if not resolved.fees[name].fee.on_payments]


def scheduled_balance(books: Books, note: str) -> Value:
    """S_t, with the interest that was capitalised before this date wherever something is scheduled to stay."""
    scheduled = books.recorder.constant(books.resolved.notes[note].scheduled)
    capitalised = books.notes[note].capitalised.opening
    capitalises = books.recorder.flag(books.resolved.notes[note].capitalises)
    if capitalises.never() and capitalised_before(books, note).never():
        return scheduled
    return scheduled + (capitalised & (scheduled > 0))


def capitalised_before(books: Books, note: str) -> Value:
    """Capitalised interest with which a deal in mid-life begins."""
    return books.recorder.constant(books.resolved.initial.get(f"capitalised.{note}", 0))


def coverage_breach(books: Books, trigger: CoverageTrigger) -> Value:
    """Mask: DSCR or IC is below the threshold, before any payment of this date."""
    r = books.recorder
    fees = total(r, [books.fees[name].due for name in senior_fees(books.resolved)])
    numerator = excess(books.collections, fees)
    ranked = books.resolved.deal.down_to(trigger.rank)
    denominator = total(r, [books.notes[name].interest_due for name in ranked])
    match trigger.measure:
        case "DSCR":
            denominator = denominator + total(r, [principal_in_coverage(books, name) for name in ranked])
        case "IC":
            pass
        case "OC":
            raise ValueError("OC is measured after the payments")
        case _:
            assert_never(trigger.measure)
    if trigger.with_support:
        deal = books.resolved.deal
        reserves = [
            books.accounts[name].balance.now for name, account in deal.accounts.items() if account.is_reserve
        ]
        left = _supports_left(books)
        if left is None:
            return r.constant(0)
        numerator = numerator + total(r, [*reserves, *left])
    return numerator < product(denominator, trigger.threshold, RATE_UNITS, "up")


def _supports_left(books: Books) -> list[Value] | None:
    """What the limits of supports leave, those of a party with a capacity together; None where one is unlimited."""
    of_party = {name: party for party, kept in books.parties.items() for name in kept.supports}
    left = {name: books.support_left(name) for name in books.support}
    found = [amount for name, amount in left.items() if amount is not None and name not in of_party]
    if len(found) + len(of_party) < len(left):
        return None
    for party, kept in books.parties.items():
        together = [amount for name in kept.supports if (amount := left[name]) is not None]
        if together:
            found.append(minimum(total(books.recorder, together), books.capacity_left(party)))
    return found


def overcollateralisation_breach(books: Books, trigger: CoverageTrigger) -> Value:
    """Mask: OC is below the threshold, after the payments."""
    r, deal = books.recorder, books.resolved.deal
    cash = [books.accounts[name].balance.now for name, account in deal.accounts.items() if account.collects]
    notes = total(r, [books.notes[name].balance.now for name in deal.down_to(trigger.rank)])
    return books.performing + total(r, cash) < product(notes, trigger.threshold, RATE_UNITS, "up")


def principal_in_coverage(books: Books, note: str) -> Value:
    """Scheduled principal of a note that DSCR counts: what brings it to its schedule, all of it on the
    legal final."""
    resolved, balance = books.resolved.notes[note], books.notes[note].before
    if resolved.note.principal.has_schedule:
        return excess(balance, scheduled_balance(books, note))
    return balance & books.final
