"""A deal in yen pays whole yen: all amounts a hundredfold, it pays a hundred times what it pays in yuan, to the yen.

The relation of scaling the unit of account, exact because both round to their own unit: of the engine, the reference
interpreter and the collections of pools.
"""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from securitize.assets.collections import project
from securitize.assets.remaining import remaining_contracts
from securitize.assets.resolve import resolve_pool
from securitize.definitions.checks.whole_amounts import amounts_of
from securitize.definitions.deals.deal import Deal
from securitize.definitions.performance import Performance
from securitize.engine.reference_case import differences
from securitize.performance.resolved import ServicerFailure
from securitize.performance.stresses import resolve_performance
from tests.properties.comparison import as_tuples, engine_lines
from tests.properties.generated_deals import GeneratedDeal, numbered_deal
from tests.unit.pool_samples import LICENCE, LOAN, SCHEDULE, pool

#: Of a generated pool, by period; and those by account or party.
MONEY, BY_NAME = ("performing", "defaulted", "scheduled", "sales", "forecast_sales"), ("held", "recovered")

FEN = Decimal("0.01")


def hundredfold(raw: dict[str, Any], model: Any) -> dict[str, Any]:
    """The raw file with every amount a hundredfold, in yen."""
    found = copy.deepcopy(raw)
    for path, minor in amounts_of(model, None, ()):
        here: Any = found
        for key in path[:-1]:
            here = here.get(key, {}) if isinstance(here, dict) else here[key]
        # What is not written is 0.
        written = here.get(path[-1]) if isinstance(here, dict) else here[path[-1]]
        if written is None:
            assert not minor, path
            continue
        if isinstance(written, dict):
            written["value"] = Decimal(minor)
        else:
            here[path[-1]] = Decimal(minor)
    return {**found, "currency": "JPY"}


def listed(value: Any) -> Any:
    """Tuples as lists, which can be written into."""
    if isinstance(value, dict):
        return {key: listed(each) for key, each in value.items()}
    return [listed(each) for each in value] if isinstance(value, list | tuple) else value


def in_yen(case: GeneratedDeal) -> GeneratedDeal:
    """The deal a hundredfold in yen, and what its pools deliver."""
    deal = hundredfold(listed(case.deal), Deal.model_validate(as_tuples(case.deal)))
    for note in deal["notes"].values():
        if "certificates" in note:
            note["certificates"]["unit"] = 100 * note["certificates"]["unit"]
    pools = [
        pool
        | {"streams": {stream: [100 * each for each in cash] for stream, cash in pool["streams"].items()}}
        | {name: [100 * each for each in pool[name]] for name in MONEY if name in pool}
        | {
            group: {name: [100 * each for each in values] for name, values in pool[group].items()}
            for group in BY_NAME
            if group in pool
        }
        for pool in case.pools
    ]
    return replace(case, deal=as_tuples(deal), pools=pools)


def test_a_pool_in_yen_delivers_whole_yen() -> None:
    """Level and equal instalments, defaults, recoveries and prepayments by rate, of amounts that nothing divides."""
    loan = LOAN | {"principal": Decimal("1000003.37"), "repayment": {"kind": "level-payment"}}
    licence = LICENCE | {"lump_sum": Decimal("777777.77")}
    given = Performance.model_validate(
        {
            "default_rate": (Decimal("0.031"),),
            "prepayment_rate": (Decimal("0.07"),),
            "recoveries": ({"rate": Decimal("0.37"), "lag": "4M", "source": "pledge"},),
        }
    )
    yuan = pool(a=loan, b=licence)
    yen = pool(a=loan | {"principal": Decimal(100000337)}, b=licence | {"lump_sum": Decimal(77777777)})
    yen = yen.model_copy(update={"currency": "JPY"})
    delivered = [
        project(resolve_pool(each, SCHEDULE, None), resolve_performance(given, None, each, SCHEDULE)).streams
        for each in (yuan, yen)
    ]
    for stream, cash in delivered[1].items():
        assert cash.tolist() == (100 * delivered[0][stream]).tolist(), stream
    assert all(delivered[0][stream].any() for stream in ("interest", "principal", "prepayment", "recovery"))


def test_what_a_failed_servicer_keeps_of_yen_is_whole_yen() -> None:
    terms = LOAN | {"repayment": {"kind": "level-payment"}}
    yuan, yen = (pool(a=terms | {"principal": each}) for each in (Decimal("1000003.37"), Decimal(100000337)))
    found = []
    for each in (yuan, yen.model_copy(update={"currency": "JPY"})):
        servicer = (ServicerFailure(dt.date(2020, 8, 1), dt.date(2020, 6, 1), 31_415_927, 20),)
        performance = replace(resolve_performance(Performance(), None, each, SCHEDULE), servicer=servicer)
        resolved = resolve_pool(each, SCHEDULE, None)
        delivered = project(resolved, performance)
        left = remaining_contracts(resolved, performance, delivered, SCHEDULE.collection[1])["a"]
        found.append(
            (left.collected, left.commingled, sum(each.sum() for each in delivered.streams.values()))
        )
    assert found[0][1] > 0
    assert found[1] == tuple(100 * amount for amount in found[0])


@pytest.mark.parametrize("part", range(2))
def test_a_deal_in_yen_pays_whole_yen(part: int) -> None:
    for number in range(part, 60, 2):
        case = numbered_deal(number)
        yen = engine_lines(in_yen(case))
        assert not differences(in_yen(case), yen), number
        # A certificate is paid a whole yen at least, in yuan less than a fen: there the two differ as they should.
        if any(
            note["certificates"]["unit"] < FEN
            for note in case.deal["notes"].values()
            if "certificates" in note
        ):
            continue
        yuan = engine_lines(case)
        for line, values in yen.items():
            assert (values == 100 * yuan[line]).all() or (values == yuan[line]).all(), (number, line)
