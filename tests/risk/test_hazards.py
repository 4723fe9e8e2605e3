"""Probabilities by year against survival worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from securitize.performance.random.hazards import cumulative_hazard, hazards_of, probability_by

TABLE = (1_000_000, 2_500_000, 2_500_000, 10_000_000)  # 1%, 2.5%, 2.5%, 10%


def test_the_table_holds_at_the_end_of_each_year() -> None:
    ends = np.arange(1, 5) * 365
    found = probability_by(hazards_of(TABLE), ends)
    assert found == pytest.approx(np.array(TABLE) / 1e8, abs=1e-15)
    assert probability_by(hazards_of(TABLE), np.array([0]))[0] == 0


def test_survival_of_part_of_a_year_is_that_power_of_the_year() -> None:
    hazards, share = hazards_of(TABLE), 73 / 365
    for year, (before, after) in enumerate(zip((0, *TABLE), TABLE, strict=False)):
        day = np.array([year * 365 + 73])
        right = 1 - (1 - before / 1e8) * ((1 - after / 1e8) / (1 - before / 1e8)) ** share
        assert probability_by(hazards, day)[0] == pytest.approx(right, abs=1e-15)


def test_the_last_year_holds_for_ever_after() -> None:
    survival = (1 - 0.10) * ((1 - 0.10) / (1 - 0.025)) ** 6
    assert probability_by(hazards_of(TABLE), np.array([10 * 365]))[0] == pytest.approx(
        1 - survival, abs=1e-15
    )


def test_one_year_is_the_constant_hazard_to_the_bit() -> None:
    days = np.arange(1, 3000)
    assert (cumulative_hazard((0.0437,), days) == 0.0437 * days / 365).all()
    same = probability_by((0.0437, 0.0437, 0.0437), days)
    assert same == pytest.approx(-np.expm1(-0.0437 * days / 365), abs=1e-15)
