"""A deal rolled after events inside an instalment period goes on, and is stressed, as one that foresaw them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest

from securitize.definitions.performance import ClaimOf, Performance
from securitize.definitions.pools.claims import Failure
from securitize.engine.prepare.dates import on_dates
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.studies.roll.roll import roll
from tests.golden.test_roll_recoveries import going_on, same_lines, stressed, written
from tests.stress.mid_life import as_realised

PERIOD = 2


def guaranteed(deal: Prepared, claim: str) -> Prepared:
    """The deal with one recovery in half a year's time, of principal alone or with its interest."""
    recovery = {"source": "guarantee", "rate": Decimal("0.8"), "lag": "6M", "claim": claim}
    given = Performance.model_validate({"recoveries": (recovery,)})
    told = (deal.deal.performance or given).model_copy(update={"recoveries": given.recoveries})
    file = replace(deal.definitions.deal, model=deal.deal.model_copy(update={"performance": told}))
    return on_dates(replace(deal.definitions, deal=file))


def inside(deal: Prepared, name: str, period: int) -> dt.date:
    """A day of a collection period that is no instalment's."""
    dates = set(deal.pool.contracts[name].instalment_dates())
    end = deal.schedule.collection[period]
    return next(day for n in range(9, 60) if (day := end - dt.timedelta(days=n)) not in dates)


def repurchasing(deal: Prepared, name: str) -> Prepared:
    """The deal with a contract whose originator buys back what is invalid, if it names rights."""
    contract = deal.pool.contracts[name]
    if not contract.collateral:
        return deal
    fails = Failure(invalidity="repurchase")
    told = {**deal.pool.contracts, name: contract.model_copy(update={"failure": fails})}
    file = replace(deal.definitions.pool, model=deal.pool.model_copy(update={"contracts": told}))
    return on_dates(replace(deal.definitions, pool=file))


def rolls_as_foreseen(name: str, claim: str, file: Path) -> None:
    """Prepayments in part and of all, a repurchase and a default before the roll; two more events after it."""
    deal = name if name[-1].isdigit() else f"deals/templates/{name}"
    base = guaranteed(as_realised(prepare(deal)), claim)
    names = list(base.pool.contracts)
    first, second, third, last = names[0], names[1], names[2], names[-1]
    base = repurchasing(base, third)
    day = {one: inside(base, one, PERIOD) for one in names}
    part = {"driver": "prepayment", "contract": first, "at": day[first]}
    past: list[dict[str, object]] = [
        {**part, "amount": Decimal(12_345)},
        {**part, "amount": Decimal("0.01")},
        {"driver": "prepayment", "contract": second, "at": day[second]},
        {"driver": "default", "contract": last, "at": day[last]},
    ]
    if rights := base.pool.contracts[third].collateral:
        past.append({"driver": "patent-failure", "right": rights[0], "at": day[third], "cause": "invalidity"})
    future: list[dict[str, object]] = [
        {**part, "at": inside(base, first, PERIOD + 1), "amount": Decimal(500)},
        {"driver": "default", "contract": first, "at": inside(base, first, PERIOD + 2)},
    ]
    rolled = roll(base, written(stressed(base, past), PERIOD, file))
    assert rolled.warnings == ()
    (unpaid,) = [one.interest for one in rolled.restated[last].defaults]
    assert (unpaid > 0) is (
        claim == "principal-and-interest" and base.pool.contracts[last].kind != "supply-chain"
    )
    same_lines(stressed(base, [*past, *future]), stressed(going_on(base, rolled), future), PERIOD)


#: One with fees, one with a trust; the others and the other claim are tried in the deep suite.
OFTEN = [("guangzhou-2019", "principal-and-interest"), ("trust-loan", "principal-and-interest")]
MORE = [
    (name, claim) for name in ("nanshan-5-2022", "lease-back", "supply-chain") for claim in get_args(ClaimOf)
]


@pytest.mark.parametrize(("name", "claim"), OFTEN)
def test_a_roll_after_events_inside_a_period_goes_on_as_foreseen(
    name: str, claim: str, tmp_path: Path
) -> None:
    rolls_as_foreseen(name, claim, tmp_path / "actuals.csv")


@pytest.mark.deep(part="paths")
@pytest.mark.parametrize(("name", "claim"), [*MORE, *((name, "principal") for name, _ in OFTEN)])
def test_every_roll_after_events_inside_a_period_goes_on_as_foreseen(
    name: str, claim: str, tmp_path: Path
) -> None:
    rolls_as_foreseen(name, claim, tmp_path / "actuals.csv")
