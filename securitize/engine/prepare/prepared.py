"""A deal under a scenario, ready to be calculated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from securitize.assets.resolve import ResolvedPool
from securitize.base.streams import PLAIN, Numbers, Sampling
from securitize.definitions.checks.past_stresses import Passed
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.state import State
from securitize.definitions.loading import Definitions
from securitize.definitions.pools.pool import Pool
from securitize.definitions.register import Figure
from securitize.engine.drawing import Draw
from securitize.engine.prepare.inputs import figures_of, files_in_run
from securitize.market.lpr import IndexHistory
from securitize.market.schedules import Schedule
from securitize.market.today import Today
from securitize.performance.random.draw import RandomModel
from securitize.performance.random.given_payers import SupportRisk, support_risk
from securitize.performance.random.sampling import resolve_sampling
from securitize.performance.resolved import ResolvedPerformance
from securitize.store.identity import Identity, Json
from securitize.waterfall.period_inputs import PeriodInputs


@dataclass(frozen=True, slots=True)
class Prepared:
    """A deal under a scenario, ready to be calculated; nothing is written yet.

    deal     : as the scenario leaves it
    today    : where the deal stands, from which everything that looks ahead takes the day
    known_on : the information date, after which no index rate is known; None where all that came is used
    period_inputs : fixings, what providers pay and their ratings, by period of the whole deal
    draw     : what was asked to be drawn at random, and the resolved model of it; None for the deterministic path alone
    warnings : what does not stop the run, for its reader
    about    : what the run is called, for lists of runs
    """

    definitions: Definitions
    deal: Deal
    schedule: Schedule
    today: Today
    known_on: dt.date | None
    period_inputs: PeriodInputs
    resolved_pool: ResolvedPool
    performance: ResolvedPerformance
    draw: Draw | None
    random: RandomModel | None
    identity: Identity
    warnings: tuple[str, ...]
    about: Mapping[str, Json]

    @property
    def register(self) -> tuple[Figure, ...]:
        """Every number of the definitions with its source; files by their names in the run. Found at each call."""
        return figures_of(files_in_run(self.definitions))

    @property
    def index_history(self) -> IndexHistory:
        """Index rates as far as they are known."""
        return IndexHistory(self.definitions.market.model if self.definitions.market else None, self.known_on)

    @property
    def state(self) -> State | None:
        """The state of a deal in mid-life; None where it begins at closing."""
        return self.definitions.state.model if self.definitions.state else None

    @property
    def passed(self) -> Passed | None:
        """What a scenario comes too late for, in mid-life."""
        return passed_by(self.today, self.state)

    @property
    def outstanding(self) -> dict[str, int]:
        """The balance of each note today, minor units: its face at closing, in mid-life by the books."""
        kept = self.state.notes if self.state else {}
        return {
            name: note.balance if (own := kept.get(name)) is None or own.balance is None else own.balance
            for name, note in self.deal.notes.items()
        }

    @property
    def pool(self) -> Pool:
        """The pool as written."""
        return self.definitions.pool.model

    @property
    def support_risk(self) -> SupportRisk:
        """What random paths suppose of whoever promised to pay. Raises ValueError where nothing is to be drawn."""
        if self.random is None:
            raise ValueError("nothing is to be drawn")
        return support_risk(self.deal, self.pool, self.random, self.today.failed)

    @property
    def sampling(self) -> Sampling:
        """How paths are chosen. Raises ValueError where the shift of importance sampling is not found yet."""
        if self.draw is None or self.random is None:
            return PLAIN
        if self.draw.needs_shift:
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


def passed_by(today: Today, state: State | None) -> Passed | None:
    """What is past of a deal in mid-life; None at closing."""
    if state is None:
        return None
    return Passed(today.period, today.pool, today.notes, state.called)
