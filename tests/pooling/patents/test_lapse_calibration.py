"""The committed lapse figures against the real sample; the back-test, and that it does not look ahead."""

from __future__ import annotations

import time
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calibrations import lapse
from calibrations.lapse_backtest import AS_OF, BackTest, back_test, report, scores
from calibrations.lapse_sample import FILE, FOLLOWED_TO, Sample, known_on, read_sample
from securitize.patents.backtest import decile_table
from securitize.patents.lapse import CURVES
from tests.pooling.shared_data import shared_data

CARD = Path(__file__).resolve().parents[3] / "docs/model/lapse-and-value.md"


@pytest.fixture(scope="module")
def data() -> Path:
    for name in (lapse.REFERENCE, lapse.OECD, lapse.FIELDS):
        shared_data(name)
    return shared_data(FILE).parent


@pytest.fixture(scope="module")
def sample(data: Path) -> Sample:
    return read_sample(data)


def compare(written: Any, computed: Any, path: str) -> None:
    if isinstance(computed, dict):
        for key, value in computed.items():
            compare(written[key], value, f"{path}.{key}")
    elif isinstance(computed, list):
        assert written == pytest.approx(computed, abs=2e-5), path
    else:
        assert written == (computed if isinstance(computed, str) else pytest.approx(computed, abs=2e-4)), path


def test_committed_figures_are_what_the_calibration_computes(data: Path) -> None:
    figures = lapse.derive(data)
    text = lapse.TARGET.read_text(encoding="utf-8")
    written = tomllib.loads(text)
    compare(written, figures, "")
    # And nothing more: the same keys, line by line.
    assert [line.split("=")[0] for line in text.splitlines()] == [
        line.split("=")[0] for line in lapse.toml_text(figures).splitlines()
    ]


def test_exposures_and_lapses_agree_with_the_table_by_plain_age(data: Path, sample: Sample) -> None:
    """Same definition: exposure to the digit printed there, every lapse."""
    for group, (years, lapses) in lapse.against_reference(data, sample).items():
        assert years <= 0.0501, group
        assert lapses == 0, group


def test_models_of_durations_agree_with_the_known_fits(sample: Sample) -> None:
    """Known: Weibull 9.82 and 1.49 (AIC 11,175), log-logistic 10,989, log-normal 1.966 and .815 (10,904)."""
    fits = lapse.durations(sample)["from-grant"]
    assert {name: round(fit.aic) for name, fit in fits.items()} == {
        "log-normal": 10_904,
        "log-logistic": 10_989,
        "weibull": 11_175,
    }
    assert (round(fits["log-normal"].location, 3), round(fits["log-normal"].spread, 3)) == (1.966, 0.815)
    assert round(float(np.exp(fits["weibull"].location)), 2) == 9.82
    assert round(1 / fits["weibull"].spread, 2) == 1.49


def test_no_lapse_was_published_before_the_clock_of_its_patent_runs(sample: Sample) -> None:
    """The clock's rule of thumb is a fact of the sample: nothing before the second anniversary after the grant."""
    lapsed = ~np.isnat(sample.lapse)
    age = sample.age(sample.lapse)[lapsed]
    assert (age > np.ceil(sample.age(sample.grant)[lapsed]) + 1).all()
    share = age - np.floor(age)
    assert ((share >= 1 / 12) & (share <= 3 / 12)).mean() > 0.93


def test_nothing_after_the_day_enters_the_fit(sample: Sample) -> None:
    """Another future gives the same predictions: later lapses moved or gone, later grants with other owners."""
    rng = np.random.default_rng(1)
    later = sample.lapse > AS_OF
    moved = AS_OF + rng.integers(1, 3000, sample.lapse.size).astype("timedelta64[D]")
    lapse_days = np.where(later | np.isnat(sample.lapse), moved, sample.lapse)
    lapse_days[rng.random(lapse_days.size) < 0.3 * later] = np.datetime64("NaT")
    unborn = sample.grant > AS_OF
    assert unborn.sum() > 50
    other = replace(
        sample,
        lapse=lapse_days,
        owner=np.where(unborn, rng.integers(-1, 3, unborn.size), sample.owner),
        foreign=np.where(unborn, rng.random(unborn.size) < 0.5, sample.foreign),
        grant=np.where(unborn, sample.grant + 200, sample.grant),
    )
    one, two = back_test(sample), back_test(other)
    assert (one.happened != two.happened).any()
    for name in ("model", "constant", "decision", "curve"):
        assert (getattr(one, name) == getattr(two, name)).all(), name
    assert one.fitted == two.fitted


def test_the_past_does_enter_the_fit(sample: Sample) -> None:
    """The other side of the test above: a lapse known on the day that is taken away changes the predictions."""
    known = np.flatnonzero(known_on(sample, AS_OF).lapsed)
    fewer = sample.lapse.copy()
    fewer[known[::10]] = np.datetime64("NaT")
    assert back_test(replace(sample, lapse=fewer)).model.mean() < back_test(sample).model.mean()


def test_back_test_beats_the_constant_hazard(sample: Sample, data: Path) -> None:
    """By decile and by Brier score, from the file to the tables within 20 seconds."""
    start = time.perf_counter()
    test: BackTest = back_test(read_sample(data))
    figures, table = scores(test), decile_table(test.model, test.happened)
    text = report(sample)
    assert time.perf_counter() - start < 20
    print(text)
    assert test.happened.size == 1915
    assert figures["brier"] < figures["brier_constant"] - 10 * figures["saved_error"]
    assert figures["brier"] < figures["brier_decision"]
    # Even the best single probability, chosen by who knows the future, is worse.
    assert figures["brier"] < figures["brier_hindsight"]
    # Upper half of the predictions lapsed more often than the lower half, by a fifth of all.
    assert table.actual[5:].mean() - table.actual[:5].mean() > 0.2
    assert np.corrcoef(table.predicted, table.actual)[0, 1] > 0.9


def test_where_the_back_test_is_weak_is_said(sample: Sample) -> None:
    """The model card names the owners for whom the constant hazard would have been the better prediction."""
    test = back_test(sample)
    worse = [
        name
        for curve, name in enumerate(CURVES)
        if (own := test.curve == curve).any()
        and ((test.model[own] - test.happened[own]) ** 2).mean()
        > ((test.constant[own] - test.happened[own]) ** 2).mean()
    ]
    assert worse == ["domestic-company"]
    assert all(name in CARD.read_text(encoding="utf-8") for name in worse)


def test_the_model_card_shows_what_is_computed(sample: Sample) -> None:
    card = CARD.read_text(encoding="utf-8").splitlines()
    missing = [line for line in report(sample).splitlines() if line not in card]
    assert not missing


def test_the_sample_is_what_its_source_says(sample: Sample) -> None:
    assert sample.filing.size == 2398
    assert int((~np.isnat(sample.lapse)).sum()) == 1728
    assert (sample.grant > sample.filing).all()
    assert not (sample.lapse <= sample.grant).any()
    assert str(sample.lapse[~np.isnat(sample.lapse)].max()) == "2017-08-25" < str(FOLLOWED_TO)
