"""Random performance with its pool and deal."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from securitize.base.errors import Problem
from securitize.definitions.deals.deal import Deal
from securitize.definitions.documents.explaining import suggest
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.documents.locator import KeyPath
from securitize.definitions.pools.pool import Pool
from securitize.definitions.pools.royalties import Royalty
from securitize.definitions.scenarios.random_performance import RandomPerformance


def obligors_with_a_hazard_are_known(
    performance: Loaded[RandomPerformance], pool: Loaded[Pool], deal: Loaded[Deal] | None
) -> Iterator[Problem]:
    """SEC174."""
    for name in performance.model.obligors:
        if name not in pool.model.obligors:
            what = f"the pool {pool.model.name} holds no such obligor"
            yield performance.problem(
                ("obligors", name), what, name, suggest(name, pool.model.obligors), "SEC174"
            )


def royalties_whose_sales_are_random_are_known(
    performance: Loaded[RandomPerformance], pool: Loaded[Pool], deal: Loaded[Deal] | None
) -> Iterator[Problem]:
    """SEC174."""
    sales = performance.model.sales
    if sales is None:
        return
    known = [name for name, contract in pool.model.contracts.items() if isinstance(contract, Royalty)]
    named: list[tuple[KeyPath, str]] = [(("sales", "contracts", name), name) for name in sales.contracts]
    named += [(("sales", "steps", k, "contract"), step.contract) for k, step in enumerate(sales.steps)]
    for at, name in named:
        if name not in known:
            what = f"the pool {pool.model.name} holds no such royalty"
            yield performance.problem(at, what, name, suggest(name, known), "SEC174")


def windows_of_steps_end_after_the_cut_off(
    performance: Loaded[RandomPerformance], pool: Loaded[Pool], deal: Loaded[Deal] | None
) -> Iterator[Problem]:
    """SEC175: after the date of a contract in mid-life too, by when it is known whether the step came."""
    sales = performance.model.sales
    for k, step in enumerate(sales.steps if sales else ()):
        contract = pool.model.contracts.get(step.contract)
        past = contract.as_of if contract else None
        known = [day for day in (past and past.date, deal and deal.model.dates.cut_off) if day]
        if step.until and known and step.until <= max(known):
            what = f"the window of the step is over by {max(known)}"
            yield performance.problem(
                ("sales", "steps", k, "until"), what, step.until, "write a later date", "SEC175"
            )


CHECKS: tuple[
    Callable[[Loaded[RandomPerformance], Loaded[Pool], Loaded[Deal] | None], Iterator[Problem]], ...
] = (
    obligors_with_a_hazard_are_known,
    royalties_whose_sales_are_random_are_known,
    windows_of_steps_end_after_the_cut_off,
)
