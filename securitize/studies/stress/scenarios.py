"""The scenarios of a suite, resolved for a deal and checked as files would be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import assert_never

from securitize.base.files import write_new
from securitize.base.messages import Message, in_language
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.loading import load_random_performance
from securitize.definitions.scenarios.scenario import Stress
from securitize.definitions.suites.suite import BASE, Applies, Suite
from securitize.engine.drawing import Draw
from securitize.engine.prepare.dates import on_dates
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.targets import target_of
from securitize.library import find_performance
from securitize.performance.random.given_payers import SupportRisk, never_failing
from securitize.performance.suites.cases import SuiteCase
from securitize.performance.suites.compose import compose
from securitize.performance.suites.providers import no_providers
from securitize.performance.suites.stress_table import StressTable

#: Random performance whose law of providers is taken where a model lets none fail.
ASSUMED_LAW = "assumed-small-companies"


@dataclass(frozen=True, slots=True)
class Situation:
    """A scenario of a suite on a deal.

    composed : what it does;  prepared : ready to be calculated, None where it changes nothing in the deal
    subsidies_withdrawn : whether it takes the companies' subsidies away
    """

    composed: SuiteCase
    description_zh: str
    prepared: Prepared | None
    subsidies_withdrawn: bool

    @property
    def name(self) -> str:
        """Its name."""
        return self.composed.name

    def applies(self, subsidised: bool) -> Applies:
        """How much of it acts. ``subsidised`` : whether the companies get anything that could be taken away."""
        acts = self.prepared is not None or (self.subsidies_withdrawn and subsidised)
        left_out = bool(self.composed.left_out) or (self.subsidies_withdrawn and not subsidised)
        if not acts:
            return "not-applicable"
        return "in-part" if left_out else "whole"

    @property
    def stresses(self) -> tuple[Stress, ...]:
        """Its stresses; none where it changes nothing in the deal."""
        scenario = self.prepared.definitions.scenario if self.prepared else None
        return scenario.model.stress if scenario else ()


def situations(suite: Loaded[Suite], base: Prepared, draw: Draw | None = None) -> list[Situation]:
    """The base case, then every scenario of the suite.

    Raises DefinitionError where a composed scenario does not fit the deal.
    """
    target = target_of(base)
    title, description = Message("Base case"), Message("The deal as it stands.")
    nothing = SuiteCase(BASE, title, in_language(title, "zh"), description, (), ())
    found = [Situation(nothing, in_language(description, "zh"), base, False)]
    composed: dict[str, SuiteCase] = {}
    withdrawn: set[str] = set()
    for place, scenario in enumerate(suite.model.scenarios):
        raw: Sequence[StressTable] = suite.raw["scenarios"][place].get("stress", ())
        one = compose(scenario, raw, [composed[name] for name in scenario.with_], target)
        composed[scenario.name] = one
        ready = prepare_composed(one, base, draw) if one.stresses else None
        if scenario.withdraws or not withdrawn.isdisjoint(scenario.with_):
            withdrawn.add(scenario.name)
        found.append(Situation(one, scenario.description_zh, ready, scenario.name in withdrawn))
    return found


def without_support(situation: Situation, base: Prepared, draw: Draw | None = None) -> Prepared:
    """The same scenario with nobody who supports the deal from outside."""
    absent = SuiteCase("no-support", "", "", "", tuple(no_providers(target_of(base))), ())
    stresses = (*absent.stresses, *situation.composed.stresses)
    return prepare_composed(replace(absent, stresses=stresses), base, draw)


def otherwise_failing(one: Prepared) -> Prepared:
    """The same scenario with nobody failing by a law of providers, or by the assumed law where nobody can fail."""
    if one.random is None or one.definitions.performance is None:
        raise ValueError("nothing is to be drawn")
    risk: SupportRisk = one.support_risk
    match risk:
        case "at-random" | "in-part" | "none":
            return replace(one, random=never_failing(one.random))
        case "given-that-it-pays":
            assumed = load_random_performance(find_performance(ASSUMED_LAW)).model.all_providers
            found = one.definitions
            model = one.definitions.performance.model.model_copy(update={"all_providers": assumed})
            return on_dates(
                replace(found, performance=replace(one.definitions.performance, model=model)),
                one.draw,
                one.known_on,
            )
        case _:
            assert_never(risk)


def prepare_composed(one: SuiteCase, base: Prepared, draw: Draw | None = None) -> Prepared:
    """The deal under a composed scenario; its other files as the base case found them."""
    found = base.definitions
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"{one.name}.toml"
        write_new(file, one.as_toml().encode())
        return prepare(found.deal.path, file, found.pool.path if is_given_pool(base) else None, draw)


def is_given_pool(base: Prepared) -> bool:
    """Whether the pool is not the one that the deal would find by itself."""
    from securitize.library import find_pool

    found = base.definitions
    return find_pool(found.deal.path, found.deal.model.pool or "") != found.pool.path
