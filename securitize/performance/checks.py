"""Does a scenario speak of this pool and of these dates?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator

from securitize.base.errors import DefinitionError, Problem
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.scenario import (
    DefaultStress,
    LatePaymentStress,
    PatentFailureStress,
    PrepaymentStress,
    RoyaltyBaseStress,
    Scenario,
)
from securitize.market.schedules import Schedule


def check_scenario(scenario: Scenario, pool: Pool, schedule: Schedule) -> None:
    """Raise DefinitionError with every name that the pool lacks and every event that comes too early."""
    problems = [*_unknown_names(scenario, pool), *_early_events(scenario, schedule.collection[0])]
    if problems:
        raise DefinitionError(problems)


def _unknown_names(scenario: Scenario, pool: Pool) -> Iterator[Problem]:
    for k, stress in enumerate(scenario.stress):
        named: list[tuple[str, str, Collection[str]]] = []
        match stress:
            case DefaultStress() | PrepaymentStress():
                if stress.obligor is not None:
                    named = [("obligor", stress.obligor, pool.obligors)]
                elif stress.contract is not None:
                    named = [("contract", stress.contract, pool.contracts)]
            case LatePaymentStress():
                named = [("obligors", name, pool.obligors) for name in stress.obligors or ()]
            case PatentFailureStress():
                named = [("right", stress.right, pool.collateral)]
            case RoyaltyBaseStress(contract=str(name)):
                named = [("contract", name, pool.contracts)]
            case _:
                pass
        for field, wanted, known in named:
            if wanted not in known:
                what = f"pool {pool.name} holds no such {field.rstrip('s')}"
                repair = f"name one of {', '.join(sorted(known)[:10]) or 'none'}"
                yield _problem(scenario, k, field, what, wanted, repair, "SEC174")


def _early_events(scenario: Scenario, cut_off: dt.date) -> Iterator[Problem]:
    for k, stress in enumerate(scenario.stress):
        if (
            isinstance(stress, DefaultStress | PrepaymentStress | PatentFailureStress)
            and stress.at <= cut_off
        ):
            what = f"the event is not after the cut-off date {cut_off}"
            yield _problem(scenario, k, "at", what, str(stress.at), "write a later date", "SEC175")


def _problem(
    scenario: Scenario, k: int, field: str, what: str, found: str, repair: str, code: str
) -> Problem:
    return Problem(f"scenario {scenario.name}", 0, f"stress[{k}].{field}", what, found, repair, code)
