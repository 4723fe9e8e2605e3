"""What a scenario tells of a re-set coupon, and record dates, on guangzhou-2019."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from securitize.base.errors import DefinitionError
from securitize.definitions.deals.deal import Dates
from securitize.engine.calculation import calculate
from securitize.engine.prepare.prepare import prepare
from securitize.engine.tables.notes import cash_flows
from securitize.market.schedules import deal_schedule
from tests.pricing.test_exercise import NORMAL, PUT, folder

RESET = "reset = { announced = 2021-02-10, RATE lowest = 0.02, highest = 0.06 }"
CALENDAR = 'calendar = "china-exchange"\n'
PUTS = f"puts = [{{ date = 2021-03-11, share = SHARE, {RESET} }}]\n"


def putable(tmp_path: Path, name: str, share: str = "0", rate: str = "") -> Path:
    (tmp_path / name).mkdir()
    puts = PUTS.replace("SHARE", share).replace("RATE", rate)
    return folder(
        tmp_path / name,
        ('rating = "AAA"\nday_count', f'rating = "AAA"\n{puts}day_count'),
        (NORMAL, f"{PUT}{NORMAL}"),
        (
            'calendar = "china-exchange"\n',
            'calendar = "china-exchange"\nrecord = { days_before = 1, days_before_last = 3 }\n',
        ),
    )


def scenario(tmp_path: Path, stress: str) -> Path:
    file = tmp_path / "told.toml"
    file.write_text(f'name = "told"\n[[stress]]\ndriver = "put"\nnote = "A"\n{stress}\n', encoding="utf-8")
    return file


def test_a_coupon_told_by_a_scenario_is_one_of_the_deal(tmp_path: Path) -> None:
    told = scenario(tmp_path, "at = 2021-03-11\nshare = 0.3\nrate = 0.025")
    found = cash_flows(calculate(prepare(putable(tmp_path, "asked"), scenario=told)))
    assert found == cash_flows(calculate(prepare(putable(tmp_path, "said", "0.3", "rate = 0.025,"))))
    assert len(set(found["coupon"])) == 3  # the old one, the new one, and that of the other note


@pytest.mark.parametrize(
    ("stress", "what"),
    [
        ("at = 2021-03-11\nshare = 0\nrate = 0.07", "outside the range"),
        ("at = 2021-09-11\nshare = 0\nrate = 0.03", "no put of A with a re-set"),
    ],
)
def test_a_coupon_that_cannot_be_re_set_is_refused_at_its_line(
    tmp_path: Path, stress: str, what: str
) -> None:
    told = scenario(tmp_path, stress)
    with pytest.raises(DefinitionError) as raised:
        prepare(putable(tmp_path, "deal"), scenario=told)
    [problem] = raised.value.problems
    assert (problem.code, problem.path, problem.line) == ("SEC254", "stress[0].rate", 7)
    assert what in problem.what


def test_record_dates_lie_business_days_before_and_further_before_the_end(tmp_path: Path) -> None:
    """2020-09-11 is a Friday. A ends on Wednesday 2024-09-11: the third business day before is Friday 6."""
    found = cash_flows(calculate(prepare(putable(tmp_path, "deal"))))
    days = {
        (note, paid): record
        for note, paid, record in zip(found["note"], found["payment_date"], found["record_date"], strict=True)
    }
    closing = dict(zip(days, found["closing_balance"], strict=True))
    assert days["A", dt.date(2020, 9, 11)] == dt.date(2020, 9, 10)
    ended = min(day for (note, day), left in closing.items() if note == "A" and left == 0)
    expected = {dt.date(2024, 3, 11): dt.date(2024, 3, 6), dt.date(2024, 9, 11): dt.date(2024, 9, 6)}
    assert days["A", ended] == expected[ended]
    assert days["A", dt.date(2026, 9, 11)] == dt.date(2026, 9, 10)  # it ended before


def test_a_record_date_before_the_last_payment_is_refused() -> None:
    """Weekly payments with a record date six business days before."""
    dates = {
        "cut_off": dt.date(2024, 1, 1),
        "closing": dt.date(2024, 1, 1),
        "legal_final": dt.date(2024, 1, 22),
        "calendar": "weekends",
        "record": {"days_before": 2, "days_before_last": 6},
        "payment": {"dates": (dt.date(2024, 1, 12), dt.date(2024, 1, 22))},
    }
    with pytest.raises(DefinitionError) as raised:
        deal_schedule(Dates.model_validate(dates))
    [problem] = raised.value.problems
    assert (problem.code, problem.path) == ("SEC256", "dates.record.days_before_last")
