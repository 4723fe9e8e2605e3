"""Both sides in one world: markets, early and late payments, renewals, assets, refunds, by-products."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast, get_args

import numpy as np
import pytest

from securitize.definitions.financing.financing import Refund
from securitize.definitions.scenarios.deal_stresses import DEAL_STRESSES
from securitize.definitions.scenarios.effects import BOTH_SIDES
from securitize.definitions.scenarios.scenario import PoolStress, Scenario
from securitize.engine.prepare.prepared import Prepared
from securitize.financing.alternatives import borrowed, offers
from securitize.financing.cost import cost_of
from securitize.financing.debts import Debt
from securitize.financing.sides import Side
from securitize.library import template
from securitize.performance.resolved import IndexChange, LateWindow, NamedPrepayment
from securitize.reports.one_sided import print_one_sided
from securitize.studies.savings.company_savings import compare
from securitize.studies.savings.inputs import _one_sided, financing_inputs, inputs_of
from securitize.studies.savings.savings import savings
from tests.financing.made import DRAWN, SETTLED, D, alternative, cost, debt, history, terms
from tests.financing.test_remaining import written
from tests.stress.mid_life import at_closing

CUT_OFF = dt.date(2025, 3, 14)
HALF = dt.date(2022, 10, 14)
#: What is changed of the prime rate of 3.10%, and its value when drawn and a year later (3.00% as published).
MARKETS: dict[str, tuple[tuple[IndexChange, ...], float, float]] = {
    "up-200": ((IndexChange(CUT_OFF, "shift", 2_000_000),), 0.051, 0.050),
    "down-100": ((IndexChange(CUT_OFF, "shift", -1_000_000),), 0.021, 0.020),
    "set": ((IndexChange(CUT_OFF, "set", 1_500_000),), 0.015, 0.015),
    "later": ((IndexChange(dt.date(2025, 9, 14), "shift", 2_000_000),), 0.031, 0.050),
    "floor": ((IndexChange(CUT_OFF, "shift", -4_000_000),), 0.0, 0.0),
}


def interest(side: Side) -> list[tuple[dt.date, int]]:
    return [(row.date, -row.amount) for row in side.cash if row.group == "interest"]


def test_five_markets_move_both_sides() -> None:
    """Company o2 borrows at the prime rate and 1.2%, its loan at that and 0.5%; o3's is renewed after a year."""
    name = str(template("pledged-loan"))
    prepared = at_closing(name)[0]
    bank = alternative(
        day_count="ACT/360", interest_every="3M", tenor="1Y",
        rate={"kind": "lpr", "index": "LPR-1Y", "margin": D("0.005")},
    )  # fmt: skip
    for label, (changes, drawn, renewed) in MARKETS.items():
        moved = replace(prepared, performance=replace(prepared.performance, index=changes))
        found = inputs_of(moved, written(name))
        o2, o3 = found.debts[1], found.debts[2]
        days = [79, 92, 91, 90]  # 14 March, 1 June, 1 September, 1 December, 1 March
        own = sum(round(25_000_000_00 * n * round((drawn + 0.012) * 1e8) / 365e8) for n in days)
        assert sum(amount for _, amount in o2.interest) == pytest.approx(own, abs=2), label
        lent = interest(borrowed(bank, o2, found.terms[1], found.index_history))
        quarters = [CUT_OFF, dt.date(2025, 6, 14), dt.date(2025, 9, 14), dt.date(2025, 12, 14), o2.settled]
        assert lent == [
            (until, round(25_000_000_00 * (until - since).days * (drawn + 0.005) / 360))
            for since, until in pairwise(quarters)
        ], label
        after = [
            row
            for row in interest(borrowed(bank, o3, found.terms[2], found.index_history))
            if row[0].year == 2026
        ]
        owed = dict(o3.balances)[dt.date(2026, 6, 1)]
        since, until = dt.date(2026, 6, 14), dt.date(2026, 9, 14)
        paid = owed - dict(o3.balances)[dt.date(2026, 9, 1)]
        assert dict(after)[until] == round(
            (owed * (until - since).days - paid * 13) * (renewed + 0.005) / 360
        ), label


def test_what_only_the_deal_meets_is_not_compared() -> None:
    found = offers(alternative(), [debt()], [terms()], history(), one_sided="why")[0]
    assert (found.side, found.reason, found.why) == (None, "one side only", "why")

    def why(*stresses: dict[str, Any]) -> str | None:
        scenario = Scenario.model_validate({"name": "x", "stress": stresses})
        found = SimpleNamespace(definitions=SimpleNamespace(scenario=SimpleNamespace(model=scenario)))
        return _one_sided(cast(Prepared, found))

    market, failed = (
        {"driver": "lpr", "shift": D("0.02")},
        {"driver": "patent-failure", "right": "p", "at": HALF},
    )
    assert why(market) is None
    assert why({"driver": "interest-rates", "shift": D("0.01")}) is None
    assert "patent-failure" in str(why(market, failed))
    one_sided = {one.model_fields["driver"].annotation for one in (*get_args(PoolStress), *DEAL_STRESSES)}
    one_sided -= {one.model_fields["driver"].annotation for one in BOTH_SIDES}
    assert sorted(get_args(one)[0] for one in one_sided) == [
        "issuer-call", "party-default", "patent-failure", "provider-default", "provider-late", "provider-rating",
        "put", "royalty-base", "servicer-failure", "settlement",
    ]  # fmt: skip


def repaid_early(agreed: Debt, *rows: tuple[dt.date, int]) -> Debt:
    """The same, with principal repaid early, the rest when it was agreed."""
    left = agreed.principal - sum(amount for _, amount in rows)
    last = ((agreed.settled, left),) if left else ()
    streams = tuple((day, "prepayment", amount) for day, amount in rows)
    return replace(agreed, repayments=(*rows, *last), streams=streams, on_time=None, agreed=agreed)


def test_an_early_repayment_repays_the_loan_that_day_with_its_fee() -> None:
    """4 of 10 million after half a year: a loan at 6%, paid at the end, and 1% of what is repaid early."""
    owed = repaid_early(debt(), (HALF, 400_000_000))
    for repayment in ("bullet", "as-securitization"):
        found = borrowed(alternative(repayment=repayment, prepayment_fee=D("0.01")), owed, terms(), history())
        assert found.facility.balances == ((DRAWN, 10**9), (HALF, 600_000_000), (SETTLED, 0))
        fees = [(row.date, row.amount) for row in found.cash if row.component == "prepayment fee"]
        assert fees == [(HALF, -4_000_000)]
        assert interest(found) == [(SETTLED, round((10**9 * 183 + 6 * 10**8 * 182) * 0.06 / 365))]


def test_a_loan_of_another_schedule_ends_when_the_company_settles() -> None:
    """Four instalments of 2.5 million without interest in two years; a half of the rest early, all in December."""
    agreed = debt(settled=dt.date(2024, 4, 14))
    day, gone = dt.date(2022, 11, 20), dt.date(2022, 12, 1)
    owed = repaid_early(agreed, (day, 500_000_000), (gone, 500_000_000))
    free = {"rate": {"kind": "fixed", "rate": D("0")}, "repayment": "level-payment", "interest_every": "6M"}
    found = borrowed(alternative(prepayment_fee=D("0.02"), **free), owed, terms(), history())
    assert found.facility.balances == (
        (DRAWN, 10**9), (HALF, 750_000_000), (day, 375_000_000), (gone, 0),
    )  # fmt: skip
    fees = [(row.date, row.amount) for row in found.cash if row.component == "prepayment fee"]
    assert fees == [(day, -7_500_000), (gone, -7_500_000)]


def test_both_financings_follow_what_the_company_does_on_the_deals_path() -> None:
    """o3 repays all in January 2026, o5 pays the last instalment 60 days late: each alternative on the same day."""
    name, gone, last = str(template("pledged-loan")), dt.date(2026, 1, 15), dt.date(2027, 3, 1)
    prepared = at_closing(name)[0]
    early = NamedPrepayment(np.array([gone.toordinal()], np.int64), None)
    late = (LateWindow(frozenset({"o5"}), last, last, 60),)
    acted = replace(prepared.performance, prepayments={"c3": (early,)}, late=late)
    base, found = (inputs_of(one, written(name)) for one in (prepared, replace(prepared, performance=acted)))
    free = {"rate": {"kind": "fixed", "rate": D("0.04")}, "repayment": "level-payment"}
    made = alternative(**free, interest_every="3M", prepayment_fee=D("0.01"))
    then, now = (borrowed(made, one.debts[2], one.terms[2], one.index_history) for one in (base, found))
    schedule = [row for row in then.facility.balances if row[0] < gone]
    assert now.facility.balances == (*schedule, (gone, 0))
    fee = [row.amount for row in now.cash if row.component == "prepayment fee"]
    assert fee == [-round(schedule[-1][1] / 100)]
    after = borrowed(made, found.debts[4], found.terms[4], found.index_history).facility.settled
    assert after == found.debts[4].settled == last + dt.timedelta(days=60)


def test_what_is_repaid_when_a_loan_ends_anyhow_bears_no_fee() -> None:
    owed = repaid_early(debt(), (HALF, 400_000_000))
    found = borrowed(alternative(tenor="6M", prepayment_fee=D("0.01")), owed, terms(), history())
    assert "prepayment fee" not in {row.component for row in found.cash}


def test_a_late_company_is_late_with_its_loan() -> None:
    """The year's interest of 6% and the principal 90 days late; the fee in advance in time: 1.06 after 455 days."""
    late = (LateWindow(frozenset({"company"}), SETTLED, SETTLED, 90),)
    fee = {"guarantee": {"component": "guarantee fee", "rate": D("0.01"), "of": "balance", "due": "yearly"}}
    owed = replace(debt(), on_time=debt(), agreed=debt(), late=late)
    for costs in ({}, fee):
        found = borrowed(alternative(costs=costs), owed, terms(), history())
        after = SETTLED + dt.timedelta(days=90)
        assert (found.facility.settled, found.facility.balances[-1]) == (after, (after, 0))
        assert interest(found) == [(after, 60_000_000)]
        assert [row.date for row in found.cash if row.group == "guarantee"] == ([DRAWN] if costs else [])
        if not costs:
            assert cost_of(found.cash).all_in == pytest.approx(1.06 ** (365 / 455) - 1, abs=1e-10)
    other = replace(owed, late=(replace(late[0], obligors=frozenset({"another"})),))
    assert borrowed(alternative(), other, terms(), history()).facility.settled == SETTLED


@pytest.mark.parametrize(
    ("changes", "days"),
    [
        ({"component": "appraisal fee"}, [DRAWN]),
        ({"component": "appraisal fee", "renewal": "each"}, [DRAWN, HALF]),
        ({"component": "arrangement fee"}, [DRAWN, HALF]),
        ({"component": "arrangement fee", "renewal": "once"}, [DRAWN]),
        ({"component": "legal fee", "renewal": "once", "due": "settled"}, [SETTLED]),
    ],
)
def test_a_renewed_loan_is_appraised_once_or_as_told(changes: dict[str, Any], days: list[dt.date]) -> None:
    made = alternative(tenor="6M", costs={"x": {"amount": D("100"), **changes}})
    found = borrowed(made, debt(), terms(), history())
    assert [row.date for row in found.cash if row.component == "x"] == days


def test_what_comes_back_each_year_is_not_paid_once() -> None:
    with pytest.raises(ValueError, match="paid once, due yearly"):
        cost(rate=D("0.01"), due="yearly", renewal="once")


def test_a_break_even_that_cannot_be_proved_does_not_take_the_costs_with_it(tmp_path: Path) -> None:
    file = tmp_path / "late.toml"
    file.write_text(
        'name = "late"\nattributes = { size = "sme" }\n[facility]\ncompany = "one"\nprincipal = 10_000_000\n'
        'drawn = 2023-01-15\nsettled = 2026-01-15\ninterest_every = "12M"\ncoupon = 0.2\n'
        "[refund]\nrate = 1.0\nmonths = 96\n"
    )
    found = savings(file, against=["unsecured-loan"], refund="deal")
    rows: Any = found.table("savings")
    with_ = rows[(rows["policy"] == "with") & (rows["level"] == "company")].iloc[0]
    assert with_["securitization_bp"] == pytest.approx(1378.194, abs=5e-4)
    assert any("break-even" in one for one in found.warnings)
    assert with_[["break_even_rate_bp", "break_even_fee_bp"]].isna().any()


def test_a_refund_pays_whom_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    inputs = financing_inputs("longhua-1-2021")
    assert isinstance(inputs.financing.refund, Refund)
    told: dict[str, set[str]] = {}
    for refund in ("none", "deal", "both"):
        found = compare(inputs, ["pledge-loan-guarantee"], refund=refund)
        told[refund] = {name for (name, when), one in found.sides.items() if when == "with" and one.subsidies}
    assert told == {
        "none": set(), "deal": {"securitization"}, "both": {"securitization", "pledge-loan-guarantee"}
    }  # fmt: skip
    print_one_sided(savings("longhua-1-2021", against=["pledge-loan-guarantee"], refund="deal"))
    said = capsys.readouterr().out
    assert said.startswith("ONE SIDE ONLY: the refund of longhua-1-2021 pays the securitization")
