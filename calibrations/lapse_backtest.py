"""Lapse curves fitted with what was known on a day, against what happened after it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibrations.lapse_sample import FOLLOWED_TO, Sample, known_on, on_clock
from securitize.base.arrays import Float64
from securitize.patents import backtest
from securitize.patents.lapse import (
    CREDIBILITY,
    CURVES,
    LEAST_YEARS,
    Index,
    fit_curves,
    lapse_probability,
    risk_time,
)

AS_OF = np.datetime64("2007-12-31", "D")


@dataclass(frozen=True, slots=True)
class BackTest:
    """Predictions for the patents in force on a day, each of (patents,) but ``fitted``.

    model    : by owner, origin and age
    constant : one hazard for all, lapses over patent-years since the grant: the baseline
    decision : one hazard for all on the clock of renewal decisions: a stronger baseline
    happened : whether the lapse was published by the end
    curve    : position in ``lapse.CURVES``
    fitted   : patents and lapses in the fit, hazard of ``constant``
    """

    model: Float64
    constant: Float64
    decision: Float64
    happened: NDArray[np.bool_]
    curve: Index
    fitted: tuple[int, int, float]


def back_test(
    sample: Sample,
    as_of: np.datetime64 = AS_OF,
    until: np.datetime64 = FOLLOWED_TO,
    credibility: float = CREDIBILITY,
    least_years: float = LEAST_YEARS,
) -> BackTest:
    """Fit on ``as_of`` and predict the lapses published by ``until``."""
    known = known_on(sample, as_of)
    entry, leave = on_clock(known)
    seen = known.granted
    lapsed = known.lapsed[seen]
    curves = fit_curves(
        entry[seen],
        leave[seen],
        lapsed,
        sample.owner[seen],
        sample.foreign[seen],
        least_years=least_years,
        credibility=credibility,
    )
    years = (known.exit_age - known.grant_age)[seen].sum()
    hazard = lapsed.sum() / years
    decision = lapsed.sum() / (leave - entry)[seen].sum()
    alive = known.in_force
    grant_age = known.grant_age[alive]
    start, end = (risk_time(sample.age(day)[alive], grant_age) for day in (as_of, until))
    horizon = (until - as_of).astype(np.float64) / 365.25
    curve = sample.curve[alive]
    return BackTest(
        model=lapse_probability(curves.hazard, curve, start, end),
        constant=np.full(int(alive.sum()), -np.expm1(-hazard * horizon)),
        decision=-np.expm1(-decision * (end - start)),
        happened=sample.lapse[alive] <= until,
        curve=curve,
        fitted=(int(seen.sum()), int(lapsed.sum()), float(hazard)),
    )


def scores(test: BackTest) -> dict[str, float]:
    """The figures that are committed."""
    happened = test.happened
    share = float(happened.mean())
    brier, constant = (backtest.brier_score(p, happened) for p in (test.model, test.constant))
    saved, error = backtest.skill_error(test.model, test.constant, happened)
    saved_decision, error_decision = backtest.skill_error(test.model, test.decision, happened)
    return {
        "patents": happened.size,
        "lapsed": share,
        "predicted": float(test.model.mean()),
        "brier": brier,
        "brier_constant": constant,
        "brier_decision": backtest.brier_score(test.decision, happened),
        "brier_hindsight": share * (1 - share),
        "skill": backtest.skill(brier, constant),
        "saved": saved,
        "saved_error": error,
        "saved_decision": saved_decision,
        "saved_decision_error": error_decision,
        "discrimination": backtest.discrimination(test.model, happened),
        "calibration_error": backtest.calibration_error(test.model, happened),
    }


def report(sample: Sample) -> str:
    """The tables of the back-test."""
    test = back_test(sample)
    figures = scores(test)
    count, lapses, hazard = test.fitted
    table = backtest.decile_table(test.model, test.happened)
    lines = [
        f"Back-test as of {AS_OF}: fitted on {count} granted patents with {lapses} published lapses;",
        f"predicted for the {figures['patents']} then in force, until {FOLLOWED_TO - 1}.",
        "",
        "decile  patents  lowest  predicted  highest  actual",
    ]
    for k in range(table.count.size):
        row = (table.lowest[k], table.predicted[k], table.highest[k], table.actual[k])
        lines.append(
            f"{k + 1:6d}  {table.count[k]:7d}  {row[0]:6.3f}  {row[1]:9.3f}  {row[2]:7.3f}  {row[3]:6.3f}"
        )
    lines += [
        "",
        "Brier score",
        *(
            f"{name:<38} {value:.4f}"
            for name, value in (
                ("model", figures["brier"]),
                (f"constant hazard, {hazard:.4f} a year", figures["brier_constant"]),
                ("constant on the decision clock", figures["brier_decision"]),
                ("one probability, chosen in hindsight", figures["brier_hindsight"]),
                ("saved against the constant hazard", figures["saved"]),
                ("standard error of that", figures["saved_error"]),
                ("saved against that on the clock", figures["saved_decision"]),
                ("standard error of that", figures["saved_decision_error"]),
            )
        ),
        f"{'skill against the constant hazard':<38} {figures['skill']:.1%}",
        f"{'discrimination':<38} {figures['discrimination']:.3f}",
        f"{'calibration error':<38} {figures['calibration_error']:.3f}",
        "",
        f"{'curve':<30} patents  predicted  actual  Brier  constant",
    ]
    for curve, name in enumerate(CURVES):
        own = test.curve == curve
        if own.any():
            p, b, y = test.model[own], test.constant[own], test.happened[own]
            lines.append(
                f"{name:<30} {own.sum():7d}  {p.mean():9.3f}  {y.mean():6.3f}  "
                f"{backtest.brier_score(p, y):5.3f}  {backtest.brier_score(b, y):8.3f}"
            )
    lines += ["", "years ahead  predicted  actual  Brier  constant  decision"]
    for years in (1, 2, 3, 5):
        ahead = back_test(sample, until=AS_OF + np.timedelta64(round(years * 365.25), "D"))
        each = scores(ahead)
        lines.append(
            f"{years:11d}  {each['predicted']:9.3f}  {each['lapsed']:6.3f}  {each['brier']:5.3f}  "
            f"{each['brier_constant']:8.3f}  {each['brier_decision']:8.3f}"
        )
    lines += ["", "credibility  Brier  same, last band carried on within each curve"]
    for expected in (5.0, 10.0, 20.0, 40.0):
        brier = scores(back_test(sample, credibility=expected))["brier"]
        carried = scores(back_test(sample, credibility=expected, least_years=0.0))["brier"]
        lines.append(f"{expected:11.0f}  {brier:.4f}  {carried:.4f}")
    return "\n".join(lines)
