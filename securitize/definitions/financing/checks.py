"""What of a financing does not fit its deal. Each check is a function whose name is the sentence that should hold."""

from __future__ import annotations

from collections.abc import Iterator

from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.definitions.checks.whole_amounts import amounts_are_whole_units
from securitize.definitions.deals.deal import Deal
from securitize.definitions.documents.explaining import suggest
from securitize.definitions.documents.loaded import Loaded, at_most
from securitize.definitions.financing.financing import Financing
from securitize.definitions.pools.pool import Pool


def companies_are_obligors(financing: Loaded[Financing], deal: Deal, pool: Pool) -> Iterator[Problem]:
    """A company of the financing is an obligor of the pool (SEC655)."""
    for name in financing.model.companies:
        if name not in pool.obligors:
            repair = suggest(name, list(pool.obligors))
            at = ("companies", name)
            yield financing.problem(at, "the pool has no such obligor", name, repair, "SEC655")


def taxes_and_guarantees_are_fees(financing: Loaded[Financing], deal: Deal, pool: Pool) -> Iterator[Problem]:
    """Taxes and guarantees of the financing are fees of the deal (SEC655)."""
    for key in ("taxes", "guarantees"):
        for k, name in enumerate(getattr(financing.model, key)):
            if name not in deal.fees:
                repair = suggest(name, list(deal.fees))
                yield financing.problem((key, k), "the deal has no such fee", name, repair, "SEC655")


def a_deal_is_named_as_it_is(financing: Loaded[Financing], deal: Deal, pool: Pool) -> Iterator[Problem]:
    """The financing names the deal with which it is used (SEC655)."""
    if financing.model.deal != deal.name:
        found, repair = financing.model.deal, Message('write deal = "{name}"', name=deal.name)
        yield financing.problem(("deal",), "this is the financing of another deal", found, repair, "SEC655")


def amounts_are_whole(financing: Loaded[Financing], deal: Deal, pool: Pool) -> Iterator[Problem]:
    """No amount is finer than what is paid in the currency of the deal (SEC113)."""
    yield from amounts_are_whole_units(financing, deal.currency)


CHECKS = (
    companies_are_obligors,
    taxes_and_guarantees_are_fees,
    a_deal_is_named_as_it_is,
    amounts_are_whole,
)


def check_financing(financing: Loaded[Financing], deal: Deal, pool: Pool) -> list[Problem]:
    """Every problem of a financing together with its deal and pool."""
    return at_most(problem for check in CHECKS for problem in check(financing, deal, pool))


def costs_of_values_have_values(financing: Loaded[Financing]) -> list[Problem]:
    """A cost as a share of the appraised value needs one, written or from ``advance_rate`` (SEC656)."""
    model = financing.model
    if model.advance_rate is not None:
        return []
    known = [name for name, company in model.companies.items() if company.appraised_value is not None]
    return [
        financing.problem(
            ("costs", name, "of"),
            "no appraised value is known of every company",
            cost.of,
            "write advance_rate, or appraised_value of each company",
            "SEC656",
        )
        for name, cost in model.costs.items()
        if cost.of_appraised_value and not known
    ]
