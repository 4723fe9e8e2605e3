"""From what the user named to everything that a calculation needs: found, read, checked, put on its dates."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from securitize.assets.resolve import ResolvedPool, resolve_pool
from securitize.base.streams import PLAIN, Numbers, Sampling
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.state import State
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.documents.reading import read_toml
from securitize.definitions.loading import Definitions, load_all
from securitize.definitions.pools.claims import Claim
from securitize.definitions.pools.instalments import LprRate
from securitize.definitions.pools.pool import Pool
from securitize.definitions.register import Figure, register
from securitize.library import (
    find_chain,
    find_deal,
    find_holidays,
    find_market,
    find_performance,
    find_pool,
    find_pool_given,
    find_scenario,
    find_state,
)
from securitize.library.find import HOLIDAYS_FILE, MARKETS
from securitize.market.calendars import BusinessCalendar
from securitize.market.lpr import IndexHistory
from securitize.market.schedules import Schedule, deal_schedule
from securitize.performance.random.draw import RandomModel
from securitize.performance.random.importance import Shift
from securitize.performance.random.model import resolve_random_performance
from securitize.performance.random.resolve_rates import ToldRates
from securitize.performance.random.sampling import SamplingName, resolve_sampling
from securitize.performance.resolved import ResolvedPerformance
from securitize.performance.stresses import resolve_performance
from securitize.store.environment import program_version
from securitize.store.identity import Identity, Json
from securitize.store.manifest import MANIFEST
from securitize.store.stored import open_run
from securitize.waterfall.told import Told, floating_rules, told_by_period, told_fixings, under

if TYPE_CHECKING:
    from securitize.engine.goal import Goal

PathLike = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A deal under a scenario, ready to be calculated; nothing is written yet.

    deal     : as the scenario leaves it
    told     : fixings, what providers pay and their ratings, by period of the whole deal
    draw     : what was asked to be drawn at random, and the resolved model of it; None for the told path alone
    register : every number of the definitions with its source; files by their names in the run
    warnings : what does not stop the run, for its reader
    about    : what the run is called, for lists of runs
    """

    definitions: Definitions
    deal: Deal
    schedule: Schedule
    told: Told
    resolved_pool: ResolvedPool
    performance: ResolvedPerformance
    draw: Draw | None
    random: RandomModel | None
    register: tuple[Figure, ...]
    identity: Identity
    warnings: tuple[str, ...]
    about: Mapping[str, Json]

    @property
    def state(self) -> State | None:
        """The state of a deal in mid-life; None where it begins at closing."""
        return self.definitions.state.model if self.definitions.state else None

    @property
    def pool(self) -> Pool:
        """The pool as written."""
        return self.definitions.pool.model

    @property
    def sampling(self) -> Sampling:
        """How paths are chosen. Raises ValueError where the shift of importance sampling is not found yet."""
        if self.draw is None or self.random is None:
            return PLAIN
        if self.draw.sampling == "importance" and self.draw.shift is None:
            raise ValueError("the shift of importance sampling is found by pilot paths first")
        return resolve_sampling(self.draw.sampling, self.random, self.draw.shift)

    def numbers(self, first: int, after: int) -> Numbers:
        """The random numbers of these paths. Raises ValueError where nothing is to be drawn."""
        if self.draw is None:
            raise ValueError("nothing is to be drawn")
        return Numbers(self.draw.seed, first, after, self.sampling)

    @property
    def run_id(self) -> str:
        """The id of the run that this will be."""
        return self.identity.id


@dataclass(frozen=True, slots=True)
class Draw:
    """What is drawn at random beside what is told.

    performance : a name or a path;  paths : how many;  seed : 0 to 2^64 - 1;  sampling : how paths are chosen
    shift       : of the factors under importance sampling; it follows from all else, None where not found yet
    goal        : how surely an expected loss is to be known; then ``paths`` are the most that are drawn for it
    done        : of a partial run, how many paths it has
    keep        : of how many of the first paths the full flows become tables
    """

    performance: PathLike
    paths: int = 10_000
    seed: int = 1
    sampling: SamplingName = "plain"
    shift: Shift | None = None
    goal: Goal | None = None
    done: int | None = None
    keep: int = 0


def prepare(
    deal: PathLike,
    scenario: PathLike | None = None,
    pool: PathLike | None = None,
    draw: Draw | None = None,
) -> Prepared:
    """Find, read and check a deal, its pool and a scenario, and put them on their dates.

    deal, scenario : a name or a path; without a scenario the base performance of the deal
    pool           : a name or a path, in place of the deal's own pool
    draw           : what is drawn at random; None for the told path alone
    Raises UsageError where a file is not found, DefinitionError with every problem of every file.
    """
    deal_file = find_deal(os.fspath(deal))
    scenario_file = None if scenario is None else find_scenario(os.fspath(scenario), deal_file)
    if pool is None:
        pool_file = find_pool(deal_file, _named(deal_file, "pool", ""))
    else:
        pool_file = find_pool_given(os.fspath(pool))
        _require_as_built(pool_file)
    market_file = find_market(_named(deal_file, "market", "lpr"), deal_file)
    random_file = None if draw is None else find_performance(os.fspath(draw.performance), deal_file)
    chain_file = None if random_file is None else _chain(random_file, deal_file)
    state_file = find_state(deal_file)
    found = load_all(
        deal_file,
        pool_file,
        scenario_file,
        market_file,
        state_file,
        random_file,
        chain_file,
        find_holidays(deal_file),
    )
    return on_dates(found, draw)


def on_dates(found: Definitions, draw: Draw | None = None) -> Prepared:
    """Definitions that were read and checked, put on their dates. Raises DefinitionError where they do not fit."""
    stress = found.scenario.model if found.scenario else None
    terms, pool = under(found.deal.model, stress), found.pool.model
    holidays = found.holidays.model if found.holidays else None
    schedule = deal_schedule(terms.dates, holidays)
    market = found.market.model if found.market else None
    resolved_pool = resolve_pool(pool, schedule, market, holidays)
    calendar = BusinessCalendar(terms.dates.calendar, holidays)
    told = told_by_period(terms, stress, schedule, IndexHistory(market), calendar)
    performance = resolve_performance(terms.performance, stress, pool, schedule)
    files = _names_in_run(found)
    inputs = {name: loaded.text for name, loaded in files.items()}
    inputs |= {f"pool/{name}": data for name, data in found.pool.attached.items()}
    options: dict[str, Json] = {"scenario": stress.name if stress else None}
    about: dict[str, Json] = {}
    if draw is not None and found.performance is not None:
        options["paths"] = draw.paths
        if draw.sampling != "plain":
            options["sampling"] = draw.sampling
        if draw.goal is not None:
            options["target_error"] = {"note": draw.goal.of(terms), "error": draw.goal.error}
        if draw.keep:
            options["keep_paths"] = draw.keep
        if draw.done is not None:
            options["paths_done"] = draw.done
        about = {"performance": found.performance.model.name, "paths": draw.paths, "seed": draw.seed}
        providers = found.performance.model.providers
        about["support"] = len(terms.support.keys() - providers.keys())
        about["providers"] = len(providers)
        about["sampling"] = draw.sampling
    return Prepared(
        definitions=found,
        deal=terms,
        schedule=schedule,
        told=told,
        resolved_pool=resolved_pool,
        performance=performance,
        draw=draw,
        random=_random(found, terms, schedule, told, calendar),
        register=_register(files),
        identity=Identity(inputs, options, program_version(), draw.seed if draw else None),
        warnings=_warnings(found, files, schedule, resolved_pool),
        about={
            "deal": terms.name,
            "title": terms.title,
            "title_zh": terms.title_zh,
            "scenario": stress.name if stress else None,
            "synthetic": pool.synthetic,
            **about,
        },
    )


def _random(
    found: Definitions, deal: Deal, schedule: Schedule, told: Told, calendar: BusinessCalendar
) -> RandomModel | None:
    if found.performance is None:
        return None
    since = max(schedule.collection[0], found.state.model.as_of) if found.state else schedule.collection[0]
    rates = ToldRates(
        told_fixings(deal, schedule, told, calendar),
        IndexHistory(found.market.model if found.market else None),
        since,
    )
    chain = found.chain.model if found.chain else None
    pool = found.pool.model
    as_of = found.state.model.as_of if found.state else None
    return resolve_random_performance(
        found.performance.model, deal, pool, schedule, told, chain, rates, as_of
    )


def _require_as_built(pool_file: Path) -> None:
    """A pool in the folder of its build is the one that was built: changed by hand, its reasons would not be its own.

    Raises StorageError where its digest differs.
    """
    if not os.path.exists(pool_file.parent / MANIFEST):
        return
    stored = open_run(pool_file.parent)
    if pool_file.name in stored.manifest.results:
        stored.result(pool_file.name)


def _named(deal_file: Path, key: str, otherwise: str) -> str:
    """The pool or market that a deal names, before its checks have said whether it does so well."""
    name = read_toml(deal_file).raw.get(key, otherwise)
    return name if isinstance(name, str) else otherwise


def _chain(random_file: Path, deal_file: Path) -> Path | None:
    """The industry chain that random performance names: in the deal's folder beside its pool, else a shipped one."""
    nodes = read_toml(random_file).raw.get("nodes")
    name = nodes.get("chain") if isinstance(nodes, dict) else None
    return find_chain(name, deal_file.parent / "pool" / "pool.toml") if isinstance(name, str) else None


def _names_in_run(found: Definitions) -> dict[str, Loaded[Any]]:
    """The files of a run by their names in it: no path of this machine gets into a table."""
    files: dict[str, Loaded[Any]] = {"deal.toml": found.deal, "pool/pool.toml": found.pool}
    if found.scenario:
        files["scenarios/scenario.toml"] = found.scenario
    if found.performance:
        files["scenarios/performance/performance.toml"] = found.performance
    if found.performance and found.chain and found.performance.model.nodes:
        files[f"pool/chains/{found.performance.model.nodes.chain}.toml"] = found.chain
    if found.holidays:
        files[f"{MARKETS}/{HOLIDAYS_FILE}"] = found.holidays
    if found.state:
        files["state.toml"] = found.state
    if found.market and (_needs_index(found.pool.model) or any(floating_rules(found.deal.model))):
        files["scenarios/markets/market.toml"] = found.market
    return files


def _needs_index(pool: Pool) -> bool:
    """Whether a contract's rate follows an index; else the market is no input of the run."""
    return any(
        isinstance(contract, Claim) and isinstance(contract.rate_rule, LprRate)
        for contract in pool.contracts.values()
    )


def _register(files: Mapping[str, Loaded[Any]]) -> tuple[Figure, ...]:
    """Every number but ranks, which only order the notes."""
    return tuple(
        replace(figure, file=name)
        for name, loaded in files.items()
        for figure in register(loaded, stated=True)
        if figure.kind != "stated" or not figure.path.endswith(".rank")
    )


def _warnings(
    found: Definitions, files: Mapping[str, Loaded[Any]], schedule: Schedule, pool: ResolvedPool
) -> tuple[str, ...]:
    names = {str(loaded.path): name for name, loaded in files.items()}
    said = [str(replace(problem, file=names.get(problem.file, problem.file))) for problem in found.warnings]
    return tuple(dict.fromkeys([*said, *schedule.warnings, *pool.warnings]))
