"""Random recoveries, late payment and prepayment with their pool and deal."""

from __future__ import annotations

from collections.abc import Iterator

from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.definitions.deals.deal import Deal
from securitize.definitions.documents.explaining import suggest
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.documents.locator import KeyPath
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.random_payments import deviation_fits, too_wide_words
from securitize.definitions.scenarios.random_performance import RandomPerformance


def payers_and_contracts_are_known(
    performance: Loaded[RandomPerformance], pool: Loaded[Pool], deal: Loaded[Deal] | None
) -> Iterator[Problem]:
    """Late payment and prepayment name obligors and claims of the pool (SEC174)."""
    late, prepayment = performance.model.late, performance.model.prepayment
    claims = list(pool.model.claims)
    named: list[tuple[KeyPath, str, str, list[str]]] = []
    if late is not None:
        named += [
            (("late", "obligors"), name, Message("obligor"), list(pool.model.obligors))
            for name in late.obligors
        ]
    if prepayment is not None:
        obligors = list(pool.model.obligors)
        named += [
            (("prepayment", "obligors"), name, Message("obligor"), obligors) for name in prepayment.obligors
        ]
        named += [
            (("prepayment", "contracts"), name, Message("claim"), claims) for name in prepayment.contracts
        ]
    for at, name, kind, known in named:
        if name not in known:
            what = Message("the pool {name} holds no such {noun}", name=pool.model.name, noun=kind)
            yield performance.problem((*at, name), what, name, suggest(name, known), "SEC174")


def each_source_is_written_once(
    performance: Loaded[RandomPerformance], pool: Loaded[Pool], deal: Loaded[Deal] | None
) -> Iterator[Problem]:
    """Each source of random recoveries is written once (SEC194)."""
    seen: set[str] = set()
    for k, one in enumerate(performance.model.recovery):
        if one.source in seen:
            what = "the source is written twice"
            at = ("recovery", k, "source")
            yield performance.problem(at, what, one.source, "write one table for each source", "SEC194")
        seen.add(one.source)


def random_recoveries_are_the_deals(
    performance: Loaded[RandomPerformance], pool: Loaded[Pool], deal: Loaded[Deal] | None
) -> Iterator[Problem]:
    """A random recovery names a source of the deal's recoveries (SEC194), and its standard deviation is
    possible for the mean rate (SEC191).
    """
    if deal is None:
        return
    entries = deal.model.performance.recoveries if deal.model.performance else ()
    sources = list(dict.fromkeys(entry.source for entry in entries))
    for k, one in enumerate(performance.model.recovery):
        if one.source not in sources:
            what: str = Message("the deal {name} has no recoveries of this source", name=deal.model.name)
            at = ("recovery", k, "source")
            yield performance.problem(at, what, one.source, suggest(one.source, sources), "SEC194")
        for entry in entries:
            own = one.source == entry.source and one.mean is None
            if own and not deviation_fits(entry.rate, one.deviation):
                what, repair = too_wide_words(entry.rate, one.deviation)
                yield performance.problem(("recovery", k, "deviation"), what, None, repair, "SEC191")


CHECKS = (payers_and_contracts_are_known, each_source_is_written_once, random_recoveries_are_the_deals)
