"""Result tables of random paths against one another, against replays, and against QuantLib."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import QuantLib as ql  # noqa: N813

import securitize
from securitize.engine.note_values import PAID
from securitize.engine.prepare.prepare import prepare
from securitize.store.run import Run
from securitize.studies.run.path_replay import replayed

HARSH = """
name = "harsh"
hazard = { value = 0.12, kind = "assumed", source = "harsh enough to reach every note" }
loading = 0.5
"""
PATHS, KEPT = 3000, 40


@pytest.fixture(scope="module", params=["plain", "antithetic", "sobol", "importance"])
def done(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "harsh.toml").write_text(HARSH)
    return securitize.run(
        "nanshan-5-2022", performance=folder / "harsh.toml", paths=PATHS, seed=5, sampling=request.param,
        keep_paths=KEPT, output=folder / "run",
    )  # fmt: skip


def rows(run: Run, table: str) -> Any:
    return run.arrow(table).to_pandas()


def test_contributions_sum_to_the_expected_loss(done: Run) -> None:
    risk, found = rows(done, "note_risk").set_index("note"), rows(done, "loss_contributions")
    assert (risk["expected_loss"] > 0).any()
    for note, each in found.groupby("note"):
        assert each["contribution"].sum() == pytest.approx(
            risk.loc[note, "expected_loss"], rel=1e-12, abs=1e-14
        )
        assert (each["contribution"] >= 0).all()
        if risk.loc[note, "expected_loss"]:
            assert each["share"].sum() == pytest.approx(1, rel=1e-12)


def test_distributions_hold_every_path_once(done: Run) -> None:
    risk, found = rows(done, "note_risk").set_index("note"), rows(done, "loss_distribution")
    for (of, name), each in found.groupby(["of", "name"]):
        assert each["probability"].sum() == pytest.approx(1, rel=1e-12)
        assert each["exceedance"].to_numpy() == pytest.approx(
            1 - each["probability"].cumsum().to_numpy(), abs=1e-12
        )
        # Controls correct the mean of importance sampling, not the distribution.
        if of == "note" and done.about["sampling"] != "importance":
            mean = (each["probability"] * each["mean_loss"].fillna(0)).sum()
            assert mean == pytest.approx(risk.loc[name, "expected_loss"], rel=1e-12)


def test_the_estimate_settles_at_what_all_paths_say(done: Run) -> None:
    risk, found = rows(done, "note_risk").set_index("note"), rows(done, "convergence")
    assert sorted(set(found["paths"])) == [1024, 2048, PATHS]
    last = found[found["paths"] == PATHS].set_index("note")
    for column in (
        "expected_loss", "expected_loss_error", "default_probability", "default_probability_low",
        "default_probability_high",
    ):  # fmt: skip
        assert (last[column] == risk[column]).all()


def test_tails_are_in_order_and_end_at_the_published_one(done: Run) -> None:
    risk, found = rows(done, "note_risk").set_index("note"), rows(done, "loss_tails")
    for (of, name), each in found.groupby(["of", "name"]):
        assert each["value_at_risk"].is_monotonic_increasing
        assert (each["expected_shortfall"] >= each["value_at_risk"] - 1e-12).all()
        if of == "note":
            at = each[each["level"] == 9900].iloc[0]
            assert at["value_at_risk"] == risk.loc[name, "loss_quantile_99"]
            assert at["expected_shortfall"] == pytest.approx(
                risk.loc[name, "expected_shortfall_99"], rel=1e-12
            )


def test_kept_flows_are_those_of_the_replay(done: Run) -> None:
    notes, pool = rows(done, "path_note_cash_flows"), rows(done, "path_collections")
    assert sorted(set(notes["path"])) == list(range(KEPT))
    for path in (0, 7, KEPT - 1):
        alone = replayed(done, path)
        flows = rows(alone, "note_cash_flows").reset_index(drop=True)
        kept = notes[notes["path"] == path].reset_index(drop=True)
        assert (kept["note"] == flows["note"]).all()
        for column in (
            "interest_paid", "principal_paid", "residual_paid", "unpaid_interest", "written_off", "closing_balance",
        ):  # fmt: skip
            assert (kept[f"{column}_minor"] == (flows[column] * 100).astype("int64")).all(), column
        collected = rows(alone, "payment_dates")["collections"]
        streams = ["interest", "principal", "prepayment", "recovery", "fee", "royalty"]
        mine = pool[pool["path"] == path][[f"{stream}_minor" for stream in streams]].sum(axis=1)
        assert (mine.to_numpy() == (collected * 100).astype("int64").to_numpy()).all()


def test_values_and_yields_are_those_of_quantlib_on_the_kept_flows(done: Run) -> None:
    flows, measures = (
        rows(done, "path_note_cash_flows"),
        rows(done, "path_measures").set_index(["path", "note"]),
    )
    base = rows(done, "note_cash_flows")
    day = prepare("nanshan-5-2022").deal.dates.closing
    closing = ql.Date(day.day, day.month, day.year)
    count = ql.Actual365Fixed()
    for note, told in base.groupby("note"):
        par = float(told["opening_balance"].iloc[0])
        given_leg = leg(told, [float(x) for x in paid(told, "")])
        rate = ql.CashFlows.yieldRate(
            given_leg, par, count, ql.Compounded, ql.Annual, False, closing, closing, 1e-11, 1000
        )
        for path in range(KEPT):
            mine = flows[(flows["note"] == note) & (flows["path"] == path)]
            amounts = [float(x) / 100 for x in paid(mine, "_minor")]
            row = measures.loc[(path, note)]
            cash = leg(mine, amounts)
            worth = ql.CashFlows.npv(
                cash, ql.InterestRate(rate, count, ql.Compounded, ql.Annual), False, closing, closing
            )
            # Half a minor unit is rounded away.
            assert row["present_value_minor"] / 100 == pytest.approx(worth, abs=0.0051)
            if sum(amounts):
                worth = ql.CashFlows.npv(
                    cash,
                    ql.InterestRate(float(row["yield"]), count, ql.Compounded, ql.Annual),
                    False,
                    closing,
                    closing,
                )
                assert worth == pytest.approx(par, rel=1e-12)
            else:
                assert np.isnan(row["yield"])


def paid(frame: Any, ending: str) -> Any:
    return sum(frame[f"{what}{ending}"] for what in PAID)


def leg(frame: Any, amounts: list[float]) -> ql.Leg:
    days = [ql.Date(day.day, day.month, day.year) for day in frame["payment_date"]]
    return ql.Leg([ql.SimpleCashFlow(amount, day) for amount, day in zip(amounts, days, strict=True)])


def test_quantiles_of_all_paths_are_numpys(tmp_path: Path) -> None:
    (tmp_path / "harsh.toml").write_text(HARSH)
    done = securitize.run(
        "nanshan-5-2022", performance=tmp_path / "harsh.toml", paths=500, keep_paths=500, store=False
    )
    kept, found = rows(done, "path_note_cash_flows"), rows(done, "path_quantiles")
    notes = found[found["quantity"] == "note"]
    assert set(found["paths"]) == {500}
    for (name, measure, period), each in notes.groupby(["name", "measure", "period"]):
        amounts = kept[(kept["note"] == name) & (kept["period"] == period)][f"{measure}_minor"].to_numpy()
        for row in each.itertuples():
            right = np.quantile(amounts, row.level / 10_000, method="inverted_cdf")
            assert int(row.quantile * 100) == right
            assert row.low is None or row.low <= row.quantile
            assert row.high is None or row.high >= row.quantile
        assert each["mean"].iloc[0] == pytest.approx(amounts.mean() / 100, rel=1e-12)


def test_paths_like_the_measured_one_are_worth_par(tmp_path: Path) -> None:
    (tmp_path / "calm.toml").write_text('name = "calm"\nhazard = 0\nloading = 0\n')
    done = securitize.run("guangzhou-2019", performance=tmp_path / "calm.toml", paths=300, store=False)
    base = rows(done, "note_measures").set_index("note")
    for note, each in rows(done, "path_measures").groupby("note"):
        assert set(each["present_value_minor"]) == {int(base.loc[note, "balance"] * 100)}
        assert each["yield"].nunique() == 1
    risk = rows(done, "note_risk")
    assert risk["present_value"].to_numpy() == pytest.approx(1, rel=1e-12)


def test_of_one_path_no_error_is_told(tmp_path: Path) -> None:
    (tmp_path / "harsh.toml").write_text(HARSH)
    done = securitize.run("nanshan-5-2022", performance=tmp_path / "harsh.toml", paths=1, store=False)
    for table, columns in (
        ("note_risk", ["expected_loss_low", "expected_loss_high", "present_value_error"]),
        ("loss_tails", ["expected_shortfall_error"]),
        ("loss_contributions", ["contribution_error"]),
        ("path_quantiles", ["mean_error"]),
    ):
        assert rows(done, table)[columns].isna().all(axis=None), table
