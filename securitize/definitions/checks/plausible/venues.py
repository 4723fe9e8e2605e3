"""Venue and currency (SEC357, SEC358)."""

from __future__ import annotations

from collections.abc import Iterator

from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.definitions.checks.view import Check, DealView
from securitize.definitions.deals.currencies import currencies
from securitize.definitions.deals.venues import venue_rules
from securitize.definitions.documents.explaining import suggest

#: Currency of deals to which the rules of a venue are put.
_OF_VENUES = "CNY"


def the_venue_chooses_rules(view: DealView) -> Iterator[Problem]:
    """The venue of a deal in yuan chooses a set of rules, or says that there is none (SEC357, a warning)."""
    deal = view.deal
    if deal.currency != _OF_VENUES:
        return
    for key, word in (("venue", deal.venue), ("venue_zh", "" if deal.venue else deal.venue_zh)):
        if word and venue_rules(word) is None:
            what = "the word chooses no rules, so that those of no venue are put to the deal"
            repair = 'write "exchange", "interbank" or "private placement"'
            yield view.problem((key,), what, word, repair, "SEC357")
    english, chinese = venue_rules(deal.venue), venue_rules("", deal.venue_zh)
    if deal.venue and deal.venue_zh and None not in (english, chinese) and english != chinese:
        what = Message("the word is not the venue of venue_zh, {venue}", venue=deal.venue_zh)
        yield view.problem(("venue",), what, deal.venue, "name one venue in both", "SEC357")


def the_currency_is_one(view: DealView) -> Iterator[Problem]:
    """The currency is a code of ISO 4217 (SEC358, a warning)."""
    if view.deal.currency not in currencies():
        repair = (
            Message("write CNY") if view.deal.currency == "RMB" else suggest(view.deal.currency, currencies())
        )
        yield view.problem(("currency",), "ISO 4217 has no such code", view.deal.currency, repair, "SEC358")


OF_DEALS: tuple[Check, ...] = (the_venue_chooses_rules, the_currency_is_one)
