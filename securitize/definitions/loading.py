"""Loads definitions: read, validate, check; every problem of every file at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel

from securitize.base.errors import DefinitionError, Problem
from securitize.base.files import PathLike
from securitize.base.remembered import Remembered, Same
from securitize.definitions import checks, kinds
from securitize.definitions.accepted import AcceptedWarning, sift
from securitize.definitions.chains.chain import Chain
from securitize.definitions.codes import is_warning
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.state import State
from securitize.definitions.documents.explaining import Explanation
from securitize.definitions.documents.loaded import Loaded, at_most, first_of_each_file
from securitize.definitions.documents.locator import KeyPath, written
from securitize.definitions.documents.partial import validate, without_faults
from securitize.definitions.documents.reading import Document, read_rest
from securitize.definitions.kinds import Kind
from securitize.definitions.plausibility import BASE_CODES, CLOSING_CODES, DATE_CODES
from securitize.definitions.pools.pool import Pool
from securitize.definitions.recognition import has_signature
from securitize.definitions.scenarios.market import Holidays, Market
from securitize.definitions.scenarios.random_performance import RandomPerformance
from securitize.definitions.scenarios.scenario import Scenario

M = TypeVar("M", bound=BaseModel)
#: Codes of what a table lacks, which may be there but not readable.
_OF_WHAT_IS_MISSING = frozenset({"SEC116", "SEC118", "SEC119", "SEC123"})
#: Reported of an account; its target may be there and faulty.
_WITHOUT_TARGET = "SEC230"


@dataclass(frozen=True)
class Definitions:
    """Everything that a run is made from, loaded and checked; ``warnings`` do not stop it, ``accepted`` are none."""

    deal: Loaded[Deal]
    pool: Loaded[Pool]
    scenario: Loaded[Scenario] | None
    market: Loaded[Market] | None
    state: Loaded[State] | None
    performance: Loaded[RandomPerformance] | None
    chain: Loaded[Chain] | None
    holidays: Loaded[Holidays] | None
    warnings: tuple[Problem, ...]
    accepted: tuple[AcceptedWarning, ...] = ()


#: Definitions that were loaded, by kind, path and digests of the file and of those that it takes rows from.
_LOADED: Remembered[tuple[object, ...], Loaded[Any]] = Remembered(256)
#: What checks found, by check and by what was asked: definitions do not change.
_FOUND: Remembered[tuple[object, ...], tuple[Problem, ...]] = Remembered(512)


def load(kind: Kind[M], path: PathLike) -> Loaded[M]:
    """The definition of a file of a kind. Raises DefinitionError with every problem of the file (not its warnings).

    Whether it fits other files, and whether the names in it exist there, is a matter of those files. Of a file with the
    same bytes it is the same definition, which was checked before.
    """
    document = read_rest(path)
    document, attached = kind.attach(document) if kind.attach else (document, {})
    digests = tuple((name, hashlib.sha256(data).digest()) for name, data in sorted(attached.items()))
    key = (Same(kind), str(document.path), document.digest, digests, document.problems)
    kept: Loaded[M] = _LOADED.of(
        key, lambda: replace(_checked(kind, document), attached=MappingProxyType(dict(attached)))
    )
    return kept


def _checked(kind: Kind[M], document: Document) -> Loaded[M]:
    """The definition of a document. Raises DefinitionError with every problem of it."""
    validated, explained = validate(kind.model, document.raw)
    problems = _first_pass(document, explained)
    if not _can_be_checked(document):
        raise DefinitionError(problems)
    if validated is not None:
        loaded = _loaded(document, validated)
        problems += _new(found_by(kind.check, loaded) if kind.check else (), problems, document)
        if problems:
            raise DefinitionError(problems)
        return loaded
    rest = without_faults(kind.model, document.raw, explained)
    if rest is not None and kind.check_in_part:
        problems += _new(kind.check_in_part(_loaded(document, *rest)), problems, document)
    if kind.check_raw:
        bare = Loaded(document.path, None, document.raw, document.text, document.locator)
        problems += _new(kind.check_raw(bare), problems, document)
    raise DefinitionError(problems)


def found_by(check: Callable[..., Iterable[Problem]], *asked: Loaded[Any] | None) -> tuple[Problem, ...]:
    """What a check finds of these definitions, asked once of the same ones."""
    return _FOUND.of((check, *map(Same, asked)), lambda: tuple(check(*asked)))


# The kinds by the names that callers know; a new kind needs none of these.
load_deal = partial(load, kinds.DEAL)
load_pool = partial(load, kinds.POOL)
load_build = partial(load, kinds.BUILD)
load_chain = partial(load, kinds.CHAIN)
load_scenario = partial(load, kinds.SCENARIO)
load_market = partial(load, kinds.MARKET)
load_holidays = partial(load, kinds.HOLIDAYS)
load_state = partial(load, kinds.STATE)
load_random_performance = partial(load, kinds.RANDOM_PERFORMANCE)
load_financing = partial(load, kinds.FINANCING)
load_alternative = partial(load, kinds.ALTERNATIVE)
load_policy = partial(load, kinds.POLICY)
load_programme = partial(load, kinds.PROGRAMME)
load_suite = partial(load, kinds.SUITE)
load_preset = partial(load, kinds.PRESET)


def load_capital_set(path: PathLike) -> Loaded[Any]:
    """A set of capital parameters, a model by its approach; one of an unknown approach is read as the first."""
    raw = read_rest(path).raw
    sets = (kinds.STANDARDISED_CAPITAL, kinds.RATINGS_CAPITAL, kinds.INTERNAL_CAPITAL)
    return load(next((kind for kind in sets if has_signature(kind, raw)), sets[0]), path)


def load_all(
    deal: PathLike,
    pool: PathLike,
    scenario: PathLike | None = None,
    market: PathLike | None = None,
    state: PathLike | None = None,
    performance: PathLike | None = None,
    chain: PathLike | None = None,
    holidays: PathLike | None = None,
) -> Definitions:
    """The files of a run, each by itself and together.

    Raises DefinitionError with the problems of all files. What must hold between two
    files is checked once each of them holds by itself.
    """
    problems: list[Problem] = []

    def attempt(load: Callable[[PathLike], Loaded[M]], path: PathLike | None) -> Loaded[M] | None:
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
    found = _Parts(
        the_deal, the_pool, the_scenario, the_market, the_state, the_performance, the_chain, the_holidays
    )
    return _together(found, problems, asks_market=the_market is not None or market is None)


def fitted(found: Definitions) -> Definitions:
    """Definitions one of which was changed, checked together anew. Raises DefinitionError as :func:`load_all`."""
    parts = _Parts(
        found.deal,
        found.pool,
        found.scenario,
        found.market,
        found.state,
        found.performance,
        found.chain,
        found.holidays,
    )
    return _together(parts, [], asks_market=True)


@dataclass(frozen=True)
class _Parts:
    """The definitions of a run as far as each holds by itself."""

    deal: Loaded[Deal] | None
    pool: Loaded[Pool] | None
    scenario: Loaded[Scenario] | None
    market: Loaded[Market] | None
    state: Loaded[State] | None
    performance: Loaded[RandomPerformance] | None
    chain: Loaded[Chain] | None
    holidays: Loaded[Holidays] | None


def _together(parts: _Parts, problems: list[Problem], *, asks_market: bool) -> Definitions:
    """What must hold between definitions, and their warnings.

    problems : of each by itself
    asks_market : whether the market is known to be there or not
    """
    deal, pool = parts.deal, parts.pool
    warnings: list[Problem] = []
    if deal and parts.state:
        problems += found_by(checks.check_state, parts.state, deal)
    if deal and asks_market:
        problems += found_by(checks.check_market, deal, parts.market)
    if deal:
        warnings += filter(is_warning, found_by(checks.check_deal, deal))
    if pool:
        warnings += filter(is_warning, found_by(checks.check_pool, pool))
    if pool and parts.performance:
        asked = (parts.performance, pool, deal, parts.chain)
        problems += found_by(checks.check_random_performance, *asked)
    if deal and pool:
        together = found_by(checks.check_deal_and_pool, deal, pool)
        if parts.scenario:
            together += found_by(checks.check_scenario, parts.scenario, pool, deal)
        problems += (problem for problem in together if not is_warning(problem))
        warnings += filter(is_warning, together)
    if problems or deal is None or pool is None:
        raise DefinitionError(problems)
    stand, accepted = sift(warnings, (deal, pool), _asked_of_files)
    ordered = tuple(sorted(first_of_each_file(stand), key=_order))
    return Definitions(
        deal,
        pool,
        parts.scenario,
        parts.market,
        parts.state,
        parts.performance,
        parts.chain,
        parts.holidays,
        ordered,
        tuple(accepted),
    )


def _asked_of_files(code: str) -> bool:
    """Whether files by themselves give warnings of a code."""
    return code not in CLOSING_CODES | BASE_CODES | DATE_CODES


def _order(problem: Problem) -> tuple[str, int, str, str]:
    return problem.order


def _loaded(document: Document, model: M, removed: tuple[KeyPath, ...] = ()) -> Loaded[M]:
    return Loaded(document.path, model, document.raw, document.text, document.locator, removed)


def _first_pass(document: Document, explained: Iterable[Explanation]) -> list[Problem]:
    """Problems of reading and of the model; where both speak of one path, reading speaks."""
    seen = {path for path, _ in document.problems}
    problems = [*document.syntax, *(one for path, one in document.problems if not document.is_broken(path))]
    for one in explained:
        if document.is_broken(one.path) or _may_be_there(document, one):
            continue
        # The model of a pool stops at the first unknown name; the checks find each, with its line.
        if one.path not in seen and (one.code, one.path) != ("SEC158", ()):
            line, at = document.locator.line(one.path), written(one.path)
            problem = Problem(str(document.path), line, at, one.what, one.found, one.repair, one.code)
            problems.append(problem)
    return at_most(problems)


def _can_be_checked(document: Document) -> bool:
    """Whether the checks would find what they look for: no key is lost, and no table at the top as a whole."""
    return document.whole and all(len(path) > 1 for path in document.broken)


def _may_be_there(document: Document, one: Explanation) -> bool:
    """Whether what an explanation misses may stand where it could not be read."""
    if one.code not in _OF_WHAT_IS_MISSING:
        return False
    table = one.path[:-1] if one.code == "SEC123" else one.path
    unread = {path[-1] for path in document.broken if path[:-1] == table}
    if one.code == "SEC123":
        unread = {key for key in unread if not str(key).isascii()}
    return bool(unread) or not document.whole


def _new(found: Iterable[Problem], known: Iterable[Problem], document: Document) -> list[Problem]:
    """Errors that are not about a path already reported, nor about a part of it, nor beside what could not be read."""
    unread = [path[:-1] if len(path) > 2 else path for path in document.broken]
    known_paths = [*(problem.path for problem in known), *map(written, unread)]
    return [
        p
        for p in found
        if not is_warning(p)
        and not any(_within(p.path, path) for path in known_paths)
        and not (p.code == _WITHOUT_TARGET and any(_within(path, p.path) for path in known_paths))
    ]


def _within(path: str, other: str) -> bool:
    return path == other or (path.startswith(other) and path[len(other)] in ".[")
