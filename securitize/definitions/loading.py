"""Loads definitions: read, validate, check; every problem of every file at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pydantic import BaseModel

from securitize.base.errors import DefinitionError, Problem
from securitize.definitions import checks
from securitize.definitions.chains.chain import Chain
from securitize.definitions.chains.checks import check_chain
from securitize.definitions.checks.curves import check_market_file
from securitize.definitions.codes import is_warning
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.state import State
from securitize.definitions.documents.explaining import Explained
from securitize.definitions.documents.loaded import Loaded, at_most
from securitize.definitions.documents.locator import KeyPath, written
from securitize.definitions.documents.partial import validate, without_faults
from securitize.definitions.documents.reading import Document, read_toml
from securitize.definitions.financing.alternative import Alternative
from securitize.definitions.financing.checks import costs_of_values_have_values
from securitize.definitions.financing.financing import Financing
from securitize.definitions.policies.policy import Policy
from securitize.definitions.policies.programme import Programme
from securitize.definitions.pools.build import Build
from securitize.definitions.pools.dated_cash import take_in
from securitize.definitions.pools.pool import Pool
from securitize.definitions.rules.capital import InternalSet, RatingsSet, StandardisedSet
from securitize.definitions.rules.preset import Preset
from securitize.definitions.scenarios.market import Holidays, Market
from securitize.definitions.scenarios.random_performance import RandomPerformance
from securitize.definitions.scenarios.scenario import Scenario
from securitize.definitions.suites.suite import Suite

AnyPath = str | os.PathLike[str]
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Definitions:
    """Everything that a run is made from, loaded and checked; ``warnings`` do not stop it."""

    deal: Loaded[Deal]
    pool: Loaded[Pool]
    scenario: Loaded[Scenario] | None
    market: Loaded[Market] | None
    state: Loaded[State] | None
    performance: Loaded[RandomPerformance] | None
    chain: Loaded[Chain] | None
    holidays: Loaded[Holidays] | None
    warnings: tuple[Problem, ...]


def load_deal(path: AnyPath) -> Loaded[Deal]:
    """The deal of a file. Raises DefinitionError with every problem of the file (not its warnings)."""
    return _load(path, Deal, checks.check_deal, checks.check_deal_in_part)


def load_pool(path: AnyPath) -> Loaded[Pool]:
    """The pool of a file, as :func:`load_deal`."""
    return _load(path, Pool, checks.check_pool)


def load_build(path: AnyPath) -> Loaded[Build]:
    """How a pool is assembled; its candidates are read elsewhere."""
    return _load(path, Build)


def load_chain(path: AnyPath) -> Loaded[Chain]:
    """An industry chain."""
    return _load(path, Chain, check_chain, check_chain)


def load_scenario(path: AnyPath) -> Loaded[Scenario]:
    """The scenario of a file; whether its names exist is a matter of the pool."""
    return _load(path, Scenario)


def load_market(path: AnyPath) -> Loaded[Market]:
    """The market of a file."""
    return _load(path, Market, check_market_file, check_market_file)


def load_holidays(path: AnyPath) -> Loaded[Holidays]:
    """The holidays of a file."""
    return _load(path, Holidays)


def load_state(path: AnyPath) -> Loaded[State]:
    """The state of a deal in mid-life."""
    return _load(path, State)


def load_random_performance(path: AnyPath) -> Loaded[RandomPerformance]:
    """What happens at random; whether its names exist is a matter of deal, pool and chain."""
    return _load(path, RandomPerformance)


def load_financing(path: AnyPath) -> Loaded[Financing]:
    """What companies pay beside their contracts; whether it fits a deal is a matter of the deal and its pool."""
    return _load(path, Financing, costs_of_values_have_values)


def load_alternative(path: AnyPath) -> Loaded[Alternative]:
    """What a company could borrow instead."""
    return _load(path, Alternative)


def load_policy(path: AnyPath) -> Loaded[Policy]:
    """What a place pays towards financings."""
    return _load(path, Policy)


def load_programme(path: AnyPath) -> Loaded[Programme]:
    """A city's plan; whether it keeps the rules of the notice is another matter."""
    return _load(path, Programme)


def load_suite(path: AnyPath) -> Loaded[Suite]:
    """A suite of scenarios; what each does to a deal is a matter of the deal and its pool."""
    return _load(path, Suite)


def load_preset(path: AnyPath) -> Loaded[Preset]:
    """The rules of a venue or programme; what a deal makes of them is a matter of the deal."""
    return _load(path, Preset)


def load_capital_set(path: AnyPath) -> Loaded[Any]:
    """A set of capital parameters, a model by its approach."""
    approach = read_toml(path).raw.get("approach")
    models: dict[object, type[BaseModel]] = {"sec-erba": RatingsSet, "sec-irba": InternalSet}
    return _load(path, models.get(approach, StandardisedSet))


def load_all(
    deal: AnyPath,
    pool: AnyPath,
    scenario: AnyPath | None = None,
    market: AnyPath | None = None,
    state: AnyPath | None = None,
    performance: AnyPath | None = None,
    chain: AnyPath | None = None,
    holidays: AnyPath | None = None,
) -> Definitions:
    """The files of a run, each by itself and together.

    Raises DefinitionError with the problems of all files. What must hold between two
    files is checked once each of them holds by itself.
    """
    problems: list[Problem] = []

    def attempt(load: Callable[[AnyPath], Loaded[M]], path: AnyPath | None) -> Loaded[M] | None:
        if path is None:
            return None
        try:
            return load(path)
        except DefinitionError as error:
            problems.extend(error.problems)
            return None

    the_deal, the_pool = attempt(load_deal, deal), attempt(load_pool, pool)
    the_scenario, the_market = attempt(load_scenario, scenario), attempt(load_market, market)
    the_state = attempt(load_state, state)
    the_performance = attempt(load_random_performance, performance)
    the_chain, the_holidays = attempt(load_chain, chain), attempt(load_holidays, holidays)
    warnings: list[Problem] = []
    if the_deal and the_state:
        problems += checks.check_state(the_state, the_deal)
    if the_deal and (the_market or market is None):
        problems += checks.check_market(the_deal, the_market)
    if the_deal:
        warnings += filter(is_warning, checks.check_deal(the_deal))
    if the_pool:
        warnings += filter(is_warning, checks.check_pool(the_pool))
    if the_pool and the_performance:
        problems += checks.check_random_performance(the_performance, the_pool, the_deal, the_chain)
    if the_deal and the_pool:
        together = checks.check_deal_and_pool(the_deal, the_pool)
        if the_scenario:
            together += checks.check_scenario(the_scenario, the_pool, the_deal)
        problems += (problem for problem in together if not is_warning(problem))
        warnings += filter(is_warning, together)
    if problems or the_deal is None or the_pool is None:
        raise DefinitionError(problems)
    ordered = tuple(sorted(warnings, key=_order))
    return Definitions(
        the_deal,
        the_pool,
        the_scenario,
        the_market,
        the_state,
        the_performance,
        the_chain,
        the_holidays,
        ordered,
    )


def _order(problem: Problem) -> tuple[str, int, str, str]:
    return problem.order


def _load(
    path: AnyPath,
    model: type[M],
    check: Callable[[Loaded[M]], list[Problem]] | None = None,
    check_in_part: Callable[[Loaded[M]], list[Problem]] | None = None,
) -> Loaded[M]:
    document = read_toml(path)
    attached = take_in(document) if model is Pool else {}
    validated, explained = validate(model, document.raw)
    problems = _first_pass(document, explained)
    if validated is not None:
        loaded = replace(_loaded(document, validated), attached=attached)
        problems += _new(check(loaded) if check else [], problems)
        if problems:
            raise DefinitionError(problems)
        return loaded
    rest = without_faults(model, document.raw, explained)
    if rest is not None and check_in_part:
        partial = _loaded(document, *rest)
        problems += _new(check_in_part(partial), problems)
    if model is Pool:
        bare = Loaded(document.path, None, document.raw, document.text, document.locator)
        problems += _new(checks.unknown_names_in_pool(bare), problems)
    raise DefinitionError(problems)


def _loaded(document: Document, model: M, removed: tuple[KeyPath, ...] = ()) -> Loaded[M]:
    return Loaded(document.path, model, document.raw, document.text, document.locator, removed)


def _first_pass(document: Document, explained: Iterable[Explained]) -> list[Problem]:
    """Problems of reading and of the model; where both speak of one path, reading speaks."""
    seen = {path for path, _ in document.problems}
    problems = [problem for _, problem in document.problems]
    for one in explained:
        # The model of a pool stops at the first unknown name; the checks find each, with its line.
        if one.path not in seen and (one.code, one.path) != ("SEC158", ()):
            line, at = document.locator.line(one.path), written(one.path)
            problem = Problem(str(document.path), line, at, one.what, one.found, one.repair, one.code)
            problems.append(problem)
    return at_most(problems)


def _new(found: Iterable[Problem], known: Iterable[Problem]) -> list[Problem]:
    """Errors that are not about a path already told, nor about a part of it."""
    told = [problem.path for problem in known]
    return [p for p in found if not is_warning(p) and not any(_within(p.path, path) for path in told)]


def _within(path: str, other: str) -> bool:
    return path == other or (path.startswith(other) and path[len(other)] in ".[")
