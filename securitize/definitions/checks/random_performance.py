"""Random performance with its deal, its pool and its industry chain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from securitize.base.errors import Problem
from securitize.base.messages import Listing, Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.chains.chain import Chain
from securitize.definitions.checks import node_factors
from securitize.definitions.checks.parties import parties_struck
from securitize.definitions.deals.deal import Deal
from securitize.definitions.documents.explaining import suggest
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.documents.locator import KeyPath
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.default_probability import RandomCompany
from securitize.definitions.scenarios.random_performance import (
    RandomPerformance,
)


@dataclass(frozen=True)
class Together:
    """Random performance and what it must fit; what could not be loaded is None and not asked about."""

    performance: Loaded[RandomPerformance]
    pool: Loaded[Pool]
    deal: Loaded[Deal] | None = None
    chain: Loaded[Chain] | None = None

    def companies(self) -> Iterator[tuple[KeyPath, RandomCompany]]:
        """Obligors and providers as written, with their places."""
        for name, obligor in self.performance.model.obligors.items():
            yield ("obligors", name), obligor
        for name, provider in self.performance.model.providers.items():
            yield ("providers", name), provider
        if self.performance.model.all_providers is not None:
            yield ("all_providers",), self.performance.model.all_providers.company


def obligors_with_a_hazard_are_known(all_: Together) -> Iterator[Problem]:
    """Obligors with a hazard of their own are obligors of the pool (SEC174)."""
    performance, pool = all_.performance, all_.pool.model
    for name in performance.model.obligors:
        if name not in pool.obligors:
            what = Message("the pool {name} holds no such obligor", name=pool.name)
            yield performance.problem(("obligors", name), what, name, suggest(name, pool.obligors), "SEC174")


def every_obligor_has_a_default_probability(all_: Together) -> Iterator[Problem]:
    """Every obligor has a hazard, rating or cumulative probability, its own or the common one (SEC480)."""
    performance = all_.performance
    if performance.model.hazard is not None:
        return
    own = performance.model.obligors
    without = [name for name in all_.pool.model.obligors if name not in own or not own[name].given]
    if without:
        what = Message(
            "nothing says how likely {without}{value} default",
            without=Listing(without[:5]),
            value=" …" if len(without) > 5 else "",
        )
        repair = "write a hazard of all, or a hazard, rating or cumulative of each"
        yield performance.problem(("hazard",), what, None, repair, "SEC480")


def ratings_have_a_table(all_: Together) -> Iterator[Problem]:
    """A rating that an obligor or provider names has a table of cumulative probabilities (SEC482)."""
    known = all_.performance.model.ratings
    for at, company in all_.companies():
        if company.rating is not None and company.rating not in known:
            what = Message("no table says what {rating} means", rating=company.rating)
            repair = Message("write [ratings.{key}] with cumulative = [...]", key=_key(company.rating))
            yield all_.performance.problem((*at, "rating"), what, company.rating, repair, "SEC482")


def loadings_leave_no_negative_own_part(all_: Together) -> Iterator[Problem]:
    """The squares of a company's loadings sum to at most 1, so that its own factor has a variance (SEC483)."""
    written = all_.performance.model
    for at, company in all_.companies():
        if at[0] == "providers" and not company.given:
            continue
        loading, node = written.loading_of(company), written.node_loading_of(company)
        if loading**2 + node**2 > RATE_UNITS**2:
            what = Message(
                "the squares of loading {loading:g} and node_loading {node:g} sum above 1",
                loading=loading / RATE_UNITS,
                node=node / RATE_UNITS,
            )
            repair = "lower one of them: what they leave of 1 is the company's own"
            yield all_.performance.problem(at, what, None, repair, "SEC483")


def node_loadings_have_a_node(all_: Together) -> Iterator[Problem]:
    """A company with a loading on a node stands on a node (SEC483)."""
    for at, company in all_.companies():
        if company.node_loading is not None and company.node is None:
            what = "a company without node has no loading on one"
            yield all_.performance.problem(
                (*at, "node_loading"), what, None, 'add node = "…", or take node_loading away', "SEC483"
            )


def providers_have_promised_something(all_: Together) -> Iterator[Problem]:
    """A provider is a support of the deal, a party of it, or owes recoveries of a source that the deal has
    (SEC487).
    """
    if all_.deal is None:
        return
    deal = all_.deal.model
    recoveries = deal.performance.recoveries if deal.performance else ()
    sources = list(dict.fromkeys(one.source for one in recoveries))
    for name, provider in all_.performance.model.providers.items():
        ids = [one.id for one in deal.parties if one.id is not None]
        if provider.source is None and name not in deal.support and name not in ids:
            what = Message("the deal {name} has no such support or party", name=deal.name)
            repair = Message(
                "{name}; a guarantor of the loans names the source of its recoveries",
                name=suggest(name, [*deal.support, *ids]),
            )
            yield all_.performance.problem(("providers", name), what, name, repair, "SEC487")
        if provider.source is not None and provider.source not in sources:
            what = Message("the deal {name} has no recoveries of this source", name=deal.name)
            at = ("providers", name, "source")
            yield all_.performance.problem(
                at, what, provider.source, suggest(provider.source, sources), "SEC487"
            )


def one_provider_tells_how_its_company_defaults(all_: Together) -> Iterator[Problem]:
    """Of the providers of one company exactly one states its probability of default, loadings and node
    (SEC488).
    """
    providers = all_.performance.model.providers
    for name, provider in providers.items():
        others = [
            other
            for other, one in providers.items()
            if other != name and provider.company is not None and one.company == provider.company
        ]
        telling = [other for other in others if providers[other].given]
        at = ("providers", name)
        if not provider.given and not telling:
            what = "nothing says how likely the provider defaults"
            yield all_.performance.problem(at, what, None, "write a hazard, rating or cumulative", "SEC488")
        elif provider.given and telling and list(providers).index(telling[0]) < list(providers).index(name):
            what = Message(
                "{first} says already how likely its company {company} defaults",
                first=telling[0],
                company=provider.company,
            )
            repair = Message("write {first} once; both default together", first=provider.given[0])
            yield all_.performance.problem((*at, provider.given[0]), what, None, repair, "SEC488")
        elif not provider.given:
            for key in ("loading", "node", "node_loading"):
                if getattr(provider, key) is not None:
                    what = Message("{first} says this of its company", first=telling[0])
                    repair = Message("write it in providers.{first}", first=telling[0])
                    yield all_.performance.problem((*at, key), what, None, repair, "SEC488")


def one_law_strikes_a_party(all_: Together) -> Iterator[Problem]:
    """No party has two laws of default: neither two companies of providers, nor a provider and, as an obligor of
    the pool, that of obligors (SEC488).
    """
    if all_.deal is None:
        return
    deal, pool, performance = all_.deal.model, all_.pool.model, all_.performance
    laws: dict[str, str] = {}
    for name, provider in performance.model.providers.items():
        company = provider.company or f"providers.{name}"
        for party in parties_struck(deal, name, provider):
            if party in pool.obligors:
                what = Message("{party} is an obligor of the pool, and defaults as one", party=party)
                repair = Message("write it in obligors.{party}", party=party)
                yield performance.problem(("providers", name), what, None, repair, "SEC488")
            elif laws.setdefault(party, company) != company:
                what = Message(
                    "{party} has a law of default already: {company}", party=party, company=laws[party]
                )
                yield performance.problem(
                    ("providers", name), what, None, "give both one company, which defaults once", "SEC488"
                )


def nodes_fit_their_chain(all_: Together) -> Iterator[Problem]:
    """The node of a company is a node of the chain (SEC485)."""
    performance, chain = all_.performance, all_.chain
    if chain is not None:
        for at, company in all_.companies():
            if company.node is not None and company.node not in chain.model.nodes:
                what = Message("the chain {name} has no such node", name=chain.model.name)
                repair = suggest(company.node, chain.model.nodes)
                yield performance.problem((*at, "node"), what, company.node, repair, "SEC485")
    yield from node_factors.chain_is_named_where_it_is_needed(performance)
    yield from node_factors.written_pairs_are_of_nodes_named_once(performance)
    yield from node_factors.nodes_can_have_their_correlation(performance, chain.model if chain else None)
    yield from node_factors.copula_has_node_factors(performance)


def _key(rating: str) -> str:
    return rating if rating.isalpha() else f'"{rating}"'


def royalties_whose_sales_are_random_are_known(all_: Together) -> Iterator[Problem]:
    """Random sales name royalties of the pool (SEC174)."""
    performance, pool = all_.performance, all_.pool
    sales = performance.model.sales
    if sales is None:
        return
    known = list(pool.model.royalties)
    named: list[tuple[KeyPath, str]] = [(("sales", "contracts", name), name) for name in sales.contracts]
    named += [
        (("sales", "steps", k, "contract"), step.contract)
        for k, step in enumerate(sales.steps)
        if step.contract is not None
    ]
    for at, name in named:
        if name not in known:
            what = Message("the pool {name} holds no such royalty", name=pool.model.name)
            yield performance.problem(at, what, name, suggest(name, known), "SEC174")


def windows_of_steps_end_after_the_cut_off(all_: Together) -> Iterator[Problem]:
    """The window of a step of sales ends after the cut-off, and after the date of a contract in mid-life, by
    which it is known whether the step came (SEC175).
    """
    performance, pool, deal = all_.performance, all_.pool, all_.deal
    sales = performance.model.sales
    for k, step in enumerate(sales.steps if sales else ()):
        contract = pool.model.contracts.get(step.contract) if step.contract is not None else None
        past = contract.as_of if contract else None
        known = [day for day in (past and past.date, deal and deal.model.dates.cut_off) if day]
        if step.until and known and step.until <= max(known):
            what = Message("the window of the step is over by {known}", known=max(known))
            yield performance.problem(
                ("sales", "steps", k, "until"), what, step.until, "write a later date", "SEC175"
            )


CHECKS = (
    obligors_with_a_hazard_are_known,
    every_obligor_has_a_default_probability,
    ratings_have_a_table,
    loadings_leave_no_negative_own_part,
    node_loadings_have_a_node,
    providers_have_promised_something,
    one_provider_tells_how_its_company_defaults,
    one_law_strikes_a_party,
    nodes_fit_their_chain,
    royalties_whose_sales_are_random_are_known,
    windows_of_steps_end_after_the_cut_off,
)
