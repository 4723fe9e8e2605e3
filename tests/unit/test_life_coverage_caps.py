"""Life coverage of a fee capped per year: what `fee-excess:` paid used nothing of the cap; worked by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from securitize.waterfall.life_coverage import life_coverage
from tests.unit.test_life_coverage import small, told


def test_an_excess_that_was_paid_uses_nothing_of_the_cap() -> None:
    """45 a date, at most 60 a year under `fee:trustee`, of which its step pays 30 and the excess the rest."""
    fees = {"trustee": {"kind": "fixed", "amount": 45, "cap": {"amount": 60, "per": "year"}}}
    steps = (
        {"name": "fees", "pay": ("fee:trustee",), "limit": {"amount": 30}},
        {"name": "interest", "pay": ("interest:A",)},
        {"name": "excess", "pay": ("fee-excess:trustee",)},
        *small()["priority"]["normal"][2:],
    )
    deal, lines, given = told([10_000, 50_000, 60_000], fees=fees, priority={"normal": steps})
    # 45 falls due on the first date: the capped step pays 30, the excess 15. 30 of the cap are left for August.
    assert lines["fee", "trustee", "paid"][0, 0] == 4_500
    assert lines["fee", "trustee", "cap_left"][0, 0] == 3_000
    found = life_coverage(deal, lines, given, dt.date(2020, 1, 1))[1]
    first = 1 + 0.073 * 182 / 365
    second = first * (1 + 0.073 * 184 / 365)
    # August: 45, 30 within the cap; February 2021, a new cap: the 15 left and 45.
    assert found.fees[0, 1] == pytest.approx(3_000 / first + 6_000 / second, rel=1e-9)
