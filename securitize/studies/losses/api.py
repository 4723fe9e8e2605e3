"""The law of a pool's loss without sampling error: the Python API.

>>> import securitize
>>> found = securitize.losses("guangzhou-2019", performance="assumed-small-companies", given_that_parties_pay=True)
>>> found.table("pool_loss_levels")                 # a pandas DataFrame
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from securitize.base.errors import CalculationError
from securitize.base.files import PathLike
from securitize.engine.calculation import calculate
from securitize.engine.drawing import Draw
from securitize.engine.prepare.prepare import prepare
from securitize.risk.pool_loss import DatedLoss, default_probabilities, expected_losses, loss_law
from securitize.studies.losses import tables
from securitize.studies.losses.applicable import (
    PoolDefaults,
    given_parties_pay,
    pool_defaults,
)
from securitize.tables import Tables, build


@dataclass(frozen=True, repr=False)
class PoolLosses(Tables):
    """The law of a pool's loss.

    deal, pool, performance, scenario : names; the scenario is empty for the deal as it stands
    given_that_parties_pay : whether it was asked to leave out defaults of whoever owes recoveries
    """

    deal: str
    pool: str
    performance: str
    scenario: str
    given_that_parties_pay: bool
    warnings: tuple[str, ...]

    @property
    def _subject(self) -> str:
        return self.pool


def losses(
    deal: PathLike,
    scenario: PathLike | None = None,
    *,
    performance: PathLike,
    pool: PathLike | None = None,
    given_that_parties_pay: bool = False,
) -> PoolLosses:
    """The law of the loss of a deal's pool, from probabilities and losses of its obligors alone.

    deal, scenario, performance, pool : as :func:`securitize.run` takes them
    given_that_parties_pay : leave out defaults of parties that owe recoveries or hold the pool's cash
    Raises UsageError and DefinitionError as a run does, InfeasibleError with the reasons where more than independent
    defaults moves the pool's cash, CalculationError where the deterministic path collects nothing.
    """
    prepared = prepare(deal, scenario, pool, Draw(performance, 1))
    assert prepared.random is not None  # a performance was named
    calculation, model = calculate(prepared), prepared.random
    if given_that_parties_pay:
        model = given_parties_pay(model)
    found = pool_defaults(calculation, model)
    if found.planned <= 0:
        raise CalculationError("the deterministic path collects nothing: there is no share of it to lose")
    obligors = dated_losses(found)
    every = tuple(obligors.values())
    law, expected = loss_law(model.copula, every), expected_losses(every, list(found.defaults.probability))
    defaulted, currency, name = (
        default_probabilities(model.copula, every),
        prepared.deal.currency,
        prepared.pool.name,
    )
    made = {
        "pool_loss": tables.pool_loss(found, law, expected, defaulted, name, currency),
        "pool_loss_levels": tables.pool_loss_levels(found, law, currency),
        "pool_loss_bands": tables.pool_loss_bands(found, law),
        "pool_loss_obligors": tables.pool_loss_obligors(found, obligors, expected, currency),
    }
    return PoolLosses(
        prepared.deal.name,
        name,
        str(prepared.about.get("performance", "")),
        str(prepared.about.get("scenario") or ""),
        given_that_parties_pay,
        prepared.warnings,
        tables={name: build(name, columns) for name, columns in made.items()},
    )


def dated_losses(found: PoolDefaults) -> dict[str, DatedLoss]:
    """Of each obligor its thresholds, its loading, and its losses on the days of each collection period."""
    ends = found.defaults.ends - found.first
    laws = {}
    for row, (name, risk) in enumerate(found.defaults.obligors.items()):
        taken = found.taken[name]
        # The days of a period are those after its start, up to its end.
        amounts = tuple(
            taken[start + 1 : end + 1]
            for start, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
        )
        laws[name] = DatedLoss(np.asarray(found.defaults.thresholds[row]), risk.loading, amounts)
    return laws
