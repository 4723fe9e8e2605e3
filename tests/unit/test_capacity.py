"""What one company pays in all its roles has a limit: recoveries first, then supports, on paper."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from securitize.engine.calculation import Calculation, calculate, pay_from
from securitize.waterfall.seasoning import state_after
from tests.unit.bank_deal import bank_out, out, prepared, run, yuan

#: c2 owes 600,000.00 on 15 May; the guarantor's half of it is due on 15 August.
O2_OUT = out("o2", "2020-05-15")
BOTH_OUT = (out("o1", "2020-01-10"), out("o2", "2020-01-10"))
LATER = ('lag = "3M"', 'lag = "6M"')
NO_RESERVE = ("opening = 50_000", "opening = 1_000")
REPAID = (
    '[[priority.normal]]\nname = "principal"',
    """[[priority.normal]]
name = "reimbursement"
pay = ["reimbursement:undertaking"]
[[priority.normal]]
name = "principal\"""",
)


def capacity(amount: str) -> tuple[str, str]:
    return 'id = "guarantor"', f'id = "guarantor", capacity = {amount}'


def party(found: Calculation, line: str) -> list[float]:
    return yuan(found, "party", "guarantor", line)


def test_recoveries_exhaust_it_before_the_undertaking_is_called(tmp_path: Path) -> None:
    found = run(tmp_path, O2_OUT, changes=(capacity("200_000"),))
    assert party(found, "recoveries_due") == [0, 0, 300_000, 0]
    assert party(found, "recoveries") == [0, 0, 200_000, 0]
    assert found.lines[("collections", "recovery")].tolist() == [0, 0, 20_000_000, 0]
    assert party(found, "left") == [200_000, 200_000, 0, 0]
    # In January main has 607,077.98, 9,000.00 are interest, the reserve has 50,000.00: 251,922.02 lack.
    assert yuan(found, "support", "undertaking", "drawn") == [0, 0, 0, 0]
    assert yuan(found, "note", "A", "principal_paid") == [0, 0, 0, 648_077.98]
    assert yuan(found, "note", "A", "written_off") == [0, 0, 0, 251_922.02]


def test_what_the_undertaking_paid_is_not_there_for_recoveries(tmp_path: Path) -> None:
    found = run(tmp_path, *BOTH_OUT, changes=(capacity("100_000"), LATER, NO_RESERVE))
    # July: 1,864.37 in main and 1,000.00 in the reserve towards 9,000.00.
    assert party(found, "supported") == [0, 6_135.63, 0, 0]
    assert party(found, "available") == [100_000, 100_000, 0, 0]
    # October: 500,000.00 are due of the guarantee.
    assert party(found, "recoveries") == [0, 0, 93_864.37, 0]
    assert party(found, "paid") == [0, 6_135.63, 100_000, 100_000]
    assert yuan(found, "note", "A", "written_off")[-1] == 823_923.47


@pytest.mark.parametrize(("reinstates", "again"), [("true", 6_135.63), ("false", 0)])
def test_what_is_reimbursed_is_capacity_again_where_the_support_reinstates(
    reinstates: str, again: float, tmp_path: Path
) -> None:
    line = ('party = "guarantor"\n\n', f'party = "guarantor"\nreinstates = {reinstates}\n\n')
    found = run(tmp_path, *BOTH_OUT, changes=(capacity("100_000"), LATER, NO_RESERVE, REPAID, line))
    assert party(found, "left") == [100_000, 93_864.37, again, 0]
    assert party(found, "supported") == [0, 6_135.63, 0, again]


def test_a_share_is_paid_before_the_capacity_is_looked_at(tmp_path: Path) -> None:
    # The guarantor fails with 30% before the guarantee is due: 90,000.00 are due then, and it has 50,000.00.
    failed = 'driver = "party-default"\nparty = "guarantor"\nat = 2020-08-15\nrecovery = 0.3'
    found = run(tmp_path, O2_OUT, failed, changes=(capacity("50_000"),))
    assert party(found, "recoveries_due") == [0, 0, 90_000, 0]
    assert party(found, "recoveries") == [0, 0, 50_000, 0]


def test_what_a_bank_held_is_at_most_what_came(tmp_path: Path) -> None:
    # The guarantee of 15 August is in the failed bank on 1 September, but only 20,000.00 of it came at all.
    found = run(tmp_path, O2_OUT, bank_out("2020-09-01"), changes=(capacity("20_000"),))
    # 70% of July's 7,552.69 and of all 23,999.99 of the period: no loss of what never came.
    assert yuan(found, "account", "main", "lost") == [0, 0, 22_086.88, 0]


@pytest.mark.parametrize("past", [1, 2, 3])
def test_a_deal_in_mid_life_goes_on_with_what_was_lost_and_paid(past: int, tmp_path: Path) -> None:
    stresses = (*BOTH_OUT, bank_out("2020-07-05"))
    changes = (capacity("100_000"), LATER, NO_RESERVE)
    whole = calculate(prepared(tmp_path, *stresses, changes=changes), states=True)
    state = state_after(whole.resolved, whole.lines, past - 1)
    assert state.accounts["main"].failed is (past > 1)
    # Paid from the books on, what the pool delivers being as it was.
    file = cast(Any, SimpleNamespace(model=state))
    begun = replace(whole.prepared, definitions=replace(whole.prepared.definitions, state=file))
    rest = pay_from(begun, whole.collections)
    for line, values in rest.lines.items():
        assert np.array_equal(values, whole.lines[line][past:]), line
