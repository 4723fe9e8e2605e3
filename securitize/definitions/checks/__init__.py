"""The second pass: what single files and files together say that does not fit.

Each check is a function whose name is the sentence that should hold; it yields the problems where it does
not. Adding a check is adding a function to a list of its module. ``OF_PARTS`` holds the checks that can
still be asked of a file whose other parts are faulty, ``OF_THE_WHOLE`` those that need everything there.
"""

from __future__ import annotations

from typing import Any

from securitize.base.errors import Problem
from securitize.definitions.chains.chain import Chain
from securitize.definitions.checks import (
    dates,
    exactness,
    languages,
    markets,
    money,
    names,
    notes,
    options,
    parties,
    plausible,
    pools,
    random_payments,
    random_performance,
    random_rights,
    rates,
    references,
    resets,
    scenarios,
    states,
    steps,
    terms,
    together,
    triggers,
    whole_amounts,
)
from securitize.definitions.checks.figures import figures_lie_within_their_bounds
from securitize.definitions.checks.view import Check, DealView, PaidDates
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.state import State
from securitize.definitions.documents.loaded import Loaded, at_most
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.market import Market
from securitize.definitions.scenarios.random_performance import RandomPerformance
from securitize.definitions.scenarios.scenario import Scenario

DEAL_CHECKS_OF_PARTS: tuple[Check, ...] = (
    *dates.OF_PARTS,
    *names.OF_PARTS,
    *references.OF_PARTS,
    *money.OF_PARTS,
    *rates.OF_PARTS,
    *notes.OF_PARTS,
    *options.OF_PARTS,
    *resets.OF_PARTS,
    *terms.OF_PARTS,
    *steps.OF_PARTS,
    *triggers.OF_PARTS,
)
DEAL_CHECKS: tuple[Check, ...] = (
    *DEAL_CHECKS_OF_PARTS,
    *names.OF_THE_WHOLE,
    *money.OF_THE_WHOLE,
    *rates.OF_THE_WHOLE,
    *notes.OF_THE_WHOLE,
    *options.OF_THE_WHOLE,
    *resets.OF_THE_WHOLE,
    *parties.OF_THE_WHOLE,
    *terms.OF_THE_WHOLE,
    *triggers.OF_THE_WHOLE,
    *exactness.OF_THE_WHOLE,
    *languages.OF_THE_WHOLE,
    *whole_amounts.OF_DEALS,
    *plausible.OF_DEALS,
)

#: Those that the calendar decides: whether a date means a payment date, and which.
CHECKS_OF_DATES: tuple[Check, ...] = (
    notes.schedules_lie_between_closing_and_legal_final,
    options.dates_of_options_ascend,
    terms.fees_run_forward,
    terms.terms_of_support_fit,
    triggers.tests_happen_within_the_deal,
    triggers.tests_end_after_they_begin,
)


def check_deal(deal: Loaded[Deal]) -> list[Problem]:
    """The problems of a valid deal file by itself, and all its warnings: what it accepts is none."""
    return [*_deal(deal, DEAL_CHECKS), *at_most(figures_lie_within_their_bounds(deal))]


def check_dates_as_paid(deal: Loaded[Deal], paid: PaidDates) -> list[Problem]:
    """The dates of a valid deal that lie after its last payment date, or end before they begin, on its calendar."""
    view = DealView(deal, paid)
    return at_most(problem for check in CHECKS_OF_DATES for problem in check(view))


def check_deal_in_part(deal: Loaded[Deal]) -> list[Problem]:
    """The problems of what is left of a faulty deal file."""
    return _deal(deal, DEAL_CHECKS_OF_PARTS)


def _deal(deal: Loaded[Deal], checks: tuple[Check, ...]) -> list[Problem]:
    view = DealView(deal)
    return at_most((problem for check in checks for problem in check(view)), every_warning=True)


def check_pool(pool: Loaded[Pool]) -> list[Problem]:
    """The problems of a valid pool file by itself, and all its warnings: what it accepts is none."""
    asked = (*pools.CHECKS, *whole_amounts.OF_POOLS, *plausible.OF_POOLS)
    found = at_most((problem for check in asked for problem in check(pool)), every_warning=True)
    return [*found, *at_most(figures_lie_within_their_bounds(pool))]


def unknown_names_in_pool(pool: Loaded[Any]) -> list[Problem]:
    """The unknown names of a pool file that may be faulty otherwise; only its raw tables are looked at."""
    return at_most(pools.names_are_known(pool))


def check_deal_and_pool(deal: Loaded[Deal], pool: Loaded[Pool]) -> list[Problem]:
    """What does not fit between a deal and its pool, all warnings too."""
    pairs = (*together.PAIR_CHECKS, *exactness.OF_PAIRS, *plausible.OF_PAIRS)
    return at_most((problem for check in pairs for problem in check(deal, pool)), every_warning=True)


def check_scenario(
    scenario: Loaded[Scenario], pool: Loaded[Pool], deal: Loaded[Deal] | None = None
) -> list[Problem]:
    """What does not fit between a scenario and its pool (and its deal), warnings too."""
    found = [problem for check in scenarios.CHECKS for problem in check(scenario, pool, deal)]
    return at_most([*found, *whole_amounts.amounts_are_whole_units(scenario, pool.model.currency)])


def check_random_performance(
    performance: Loaded[RandomPerformance],
    pool: Loaded[Pool],
    deal: Loaded[Deal] | None = None,
    chain: Loaded[Chain] | None = None,
) -> list[Problem]:
    """What does not fit between random performance, its pool, and the deal and chain where they are known."""
    together = random_performance.Together(performance, pool, deal, chain)
    problems = [problem for check in random_performance.CHECKS for problem in check(together)]
    for of_tables in (*random_payments.CHECKS, *random_rights.CHECKS):
        problems += of_tables(performance, pool, deal)
    problems += whole_amounts.amounts_are_whole_units(performance, pool.model.currency)
    return at_most(problems)


def check_market(deal: Loaded[Deal], market: Loaded[Market] | None) -> list[Problem]:
    """What does not fit between a deal and its market."""
    return at_most(problem for check in markets.CHECKS for problem in check(deal, market))


def check_state(state: Loaded[State], deal: Loaded[Deal]) -> list[Problem]:
    """What does not fit between a deal and the state from which it goes on."""
    found = [problem for check in states.CHECKS for problem in check(state, deal)]
    return at_most([*found, *whole_amounts.amounts_are_whole_units(state, deal.model.currency)])
