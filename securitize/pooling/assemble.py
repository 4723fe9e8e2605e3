"""From candidates to the best pool that the limits allow, with the proof and every reason."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from securitize.base.arithmetic import Int64
from securitize.base.errors import CalculationError
from securitize.base.messages import Message
from securitize.base.progress import Progress, silent
from securitize.definitions.chains.chain import Chain
from securitize.definitions.pools.build import Build
from securitize.pooling.candidates.read import Candidates
from securitize.pooling.columns import positions
from securitize.pooling.eligible import Eligible, eligible
from securitize.pooling.formulation import formulate
from securitize.pooling.limits import Measures, UnitLimit
from securitize.pooling.portfolio import STAGES, ContractLots, Portfolio
from securitize.pooling.profiles import CandidateProfiles, profile
from securitize.pooling.screens.findings import is_fatal
from securitize.pooling.selection.explore import gains
from securitize.pooling.selection.problem import SelectionProblem
from securitize.pooling.selection.solve import Selection, solve

Outcome = tuple[str, str, str]


@dataclass(frozen=True)
class Ready:
    """Candidates assessed, what is eligible tied into units, and the problem to be solved."""

    profiles: CandidateProfiles
    eligible: Eligible
    lots: ContractLots
    imposed: list[UnitLimit]
    problem: SelectionProblem

    @property
    def portfolio(self) -> Portfolio:
        """What may enter the pool."""
        return self.eligible.portfolio


def make_ready(build: Build, chain: Chain, candidates: Candidates) -> Ready:
    """Assess candidates and write the selection as a problem."""
    profiles = profile(build, chain, candidates)
    may = eligible(profiles)
    posed = formulate(build, may.portfolio)
    return Ready(profiles, may, posed.lots, posed.imposed, posed.problem)


@dataclass(frozen=True)
class Assembled:
    """A pool, and what became of every candidate.

    gain : limit -> what the objective gains where the limit is relaxed by its step
    """

    ready: Ready
    selection: Selection
    gain: dict[str, int]

    @property
    def profiles(self) -> CandidateProfiles:
        """The candidates."""
        return self.ready.profiles

    @cached_property
    def taken(self) -> Int64:
        """Amount taken of each candidate contract, minor units."""
        found = np.zeros(len(self.profiles.contract_keys), np.int64)
        lots = self.selection.taken[self.ready.lots.unit]
        found[self.ready.eligible.contracts] = lots * self.ready.lots.lot_amount
        return found

    @cached_property
    def pool_patents(self) -> list[int]:
        """Places of the patents of the pool among the candidates."""
        contract = self.ready.eligible.contracts[self.ready.portfolio.contract]
        return [int(k) for k in self.ready.eligible.patents[self.taken[contract] > 0]]

    @cached_property
    def _in_pool(self) -> NDArray[np.bool_]:
        found = np.zeros(len(self.profiles.patent_keys), np.bool_)
        found[self.pool_patents] = True
        return found

    @cached_property
    def stage_names(self) -> list[str]:
        """Stage of each node of the chain; empty where none says it."""
        return [STAGES[k] if k >= 0 else "" for k in self.ready.portfolio.node_stage.tolist()]

    @cached_property
    def _reasons(self) -> dict[tuple[str, str], list[tuple[str, str]]]:
        """Subject and key -> reason and text of each finding that counts."""
        found: dict[tuple[str, str], list[tuple[str, str]]] = {}
        fatal = is_fatal(self.profiles.build.screens.unknown)
        for finding in self.profiles.assessment.findings:
            if not finding.waived and (finding.is_known or fatal):
                found.setdefault((finding.subject, finding.key), []).append((finding.reason, finding.text))
        return found

    def _outcome(self, subject: str, key: str, selected: bool, otherwise: str) -> Outcome:
        reasons = self._reasons.get((subject, key), [])
        if reasons:
            return "screened-out", reasons[0][0], "; ".join(f"{code}: {text}" for code, text in reasons)
        if selected:
            return "selected", "", ""
        return "not-selected", otherwise, f"{otherwise}: {_OTHERWISE[otherwise]}"

    def patent_outcome(self, k: int) -> Outcome:
        """Status, code of the first reason, and every reason, of a candidate patent."""
        return self._outcome("patent", self.profiles.patent_keys[k], bool(self._in_pool[k]), "not-the-best")

    def contract_outcome(self, k: int) -> Outcome:
        """The same of a contract."""
        return self._outcome("contract", self.profiles.contract_keys[k], self.taken[k] > 0, "not-the-best")

    def company_outcome(self, k: int) -> Outcome:
        """The same of a company."""
        owes = positions(self.profiles.company_keys, self.profiles.contracts.texts("company"))
        mine = owes == k
        otherwise = "not-the-best" if mine.any() else "no-contract"
        return self._outcome(
            "company", self.profiles.company_keys[k], bool(self.taken[mine].sum() > 0), otherwise
        )

    @cached_property
    def _units(self) -> dict[int, str]:
        names = self.ready.problem.units.names
        unit = self.ready.lots.unit[self.ready.portfolio.contract]
        return {int(k): names[u] for k, u in zip(self.ready.eligible.patents, unit, strict=True)}

    def unit_name(self, patent: int) -> str:
        """What is taken all or none with a patent; empty where it is screened out."""
        return self._units.get(patent, "")

    @cached_property
    def _behind(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        contracts = self.ready.eligible.contracts[self.ready.portfolio.contract]
        for patent, contract in zip(self.ready.eligible.patents, contracts, strict=True):
            found.setdefault(int(contract), []).append(int(patent))
        return found

    def patents_behind(self, contract: int) -> list[int]:
        """Places of the patents behind a contract that passed the screens."""
        return self._behind.get(contract, [])


_OTHERWISE = {
    "not-the-best": "passes every screen, but no pool with it that keeps the limits is better",
    "no-contract": "offers no contract",
}


def assemble(ready: Ready, progress: Progress = silent) -> Assembled:
    """The best pool, and what relaxing each limit would bring; ``progress`` is called with what is being done.

    Raises InfeasibleError where no pool keeps every limit, CalculationError where amounts do not add up.
    """
    progress(Message("choosing among {count:,} units", count=len(ready.problem.units)), 0, 0)
    selection = solve(ready.problem)
    progress(
        Message("solving again with each of {count} limits relaxed", count=len(ready.problem.imposed)), 0, 0
    )
    steps = {each.limit.name: each.step for each in ready.imposed}
    found = Assembled(ready, selection, gains(ready.problem, steps, selection.objective))
    if int(found.taken.sum()) != Measures(ready.portfolio, ready.lots).amount.of(selection.taken):
        raise CalculationError("the amounts of the pool do not add up")
    return found
