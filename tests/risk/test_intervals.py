"""95% intervals hold what they are of in 95 of 100 samples, or say why there is none."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import stdtrit

from benchmarks.coverage import covered
from securitize.base.arrays import Float64
from securitize.engine.sampled import interval_over
from securitize.engine.stopping import cautious_error
from securitize.risk.intervals import Interval, point_of
from securitize.risk.order_statistics import quantile, tail_estimates
from securitize.risk.statistics import interval, probability_and_interval

ROUNDS = 1500
#: Of a right interval so many rounds hold 95% within four standard errors of the count.
SLACK = 4 * float(np.sqrt(0.95 * 0.05 / ROUNDS))


def held(one: Interval, right: float) -> bool:
    return one.low is not None and one.high is not None and one.low <= right <= one.high


def test_expected_losses_of_few_unequal_losses() -> None:
    random, paths, chance = np.random.default_rng(1), 1000, 0.085
    found = []
    for _ in range(ROUNDS):
        losses = np.where(random.random(paths) < chance, random.beta(0.5, 2, paths), 0.0)
        found.append(interval_over(losses, None, None, None))
    skewed = [one for one in found if one.kind == "skewed"]
    # Where too few lose it is a bound, which holds nearly always.
    assert np.mean([held(one, chance * 0.2) for one in found]) == pytest.approx(0.955, abs=SLACK)
    # A normal interval is too low: of 5% of samples it ends below the right value.
    assert np.mean([one.high < chance * 0.2 for one in skewed if one.high]) < 0.035
    assert 0 < len(skewed) < ROUNDS
    assert all(one.kind == "bound" and one.low == 0 for one in found if one not in skewed)


@pytest.mark.parametrize("level", [9000, 9500])
def test_shortfalls(level: int) -> None:
    random, paths = np.random.default_rng(level), 500
    right = 1 - np.log(1 - level / 1e4)
    found = [tail_estimates(random.exponential(size=paths), level)[2] for _ in range(ROUNDS)]
    assert np.mean([held(one, right) for one in found]) == pytest.approx(0.95, abs=SLACK)


def test_nothing_is_printed_of_a_tail_of_few_paths() -> None:
    values = np.random.default_rng(2).exponential(size=1000)
    assert tail_estimates(values, 9700)[2].kind == "skewed"
    assert tail_estimates(values, 9900)[2] == Interval(None, None, "too-few-paths")
    # All of the tail in one atom: it is not known how sure that is.
    assert tail_estimates(np.r_[np.zeros(900), np.ones(100)], 9500)[2].kind == "too-few-paths"
    groups = np.arange(1000) % 16
    assert tail_estimates(values, 8000, None, groups)[2].kind == "student-t"
    assert tail_estimates(values, 9000, None, groups)[2].kind == "too-few-paths"
    few = np.ones(1000)
    few[np.argsort(values)[-60:]] = 0.001
    assert tail_estimates(values, 9000, few)[2].kind == "skewed"


def test_sixteen_groups_count_student_t() -> None:
    """Groups that are shifted together: 15 degrees, and a normal point would hold 0.93."""
    random, groups = np.random.default_rng(3), np.arange(480) % 16
    assert point_of(16) == pytest.approx(stdtrit(15, 0.975))
    assert point_of(16) == pytest.approx(2.131449545559323)
    means = shares = bounds = 0
    for _ in range(ROUNDS):
        values: Float64 = np.clip(
            0.5 + (random.normal(size=16) * 0.1)[groups] + random.normal(size=480) * 0.1, 0, 1
        )
        means += held(interval_over(values, None, groups, None), 0.5)
        _, low, high = probability_and_interval(values <= 0.5, None, groups)
        shares += low <= 0.5 <= high
        _, least, most = quantile(values, 5000, None, groups)
        bounds += (least is None or least <= 0.5) and (most is None or most >= 0.5)
    for found in (means, shares, bounds):
        assert found / ROUNDS == pytest.approx(0.95, abs=SLACK)


def test_no_path_that_loses_bounds_the_loss_by_losing_at_all() -> None:
    one = interval_over(np.zeros(4096), None, None, None)
    assert (one.low, one.kind) == (0, "bound")
    assert one.high == interval(0, 4096)[1]
    assert interval_over(np.zeros(1), None, None, None).kind == "too-few-paths"


def test_the_stopping_rule_counts_the_error_of_sixteen_groups_wider() -> None:
    losses, groups = np.tile([0.0, 0.5], 2048), np.arange(4096) % 16
    assert cautious_error(0.01, losses, None, groups) == pytest.approx(
        0.01 * 2.131449545559323 / 1.959963984540054
    )
    assert cautious_error(0.01, losses, None, None) == 0.01


@pytest.mark.deep(part="paths")
def test_intervals_of_a_pool_over_two_hundred_seeds() -> None:
    """The table of docs/model/sampling.md. Quantiles of few obligors lie on atoms, where bounds hold nearly always."""
    for (method, what, tranche), (holds, printed) in covered(4096, range(1, 201)).items():
        if not printed:
            continue
        share = holds / printed
        most = 1.0 if what.startswith("value at risk") else 0.985
        assert 0.93 <= share <= most, (method, what, tranche, share)
