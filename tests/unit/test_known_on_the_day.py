"""What was known of an index on the day: rows published later are held, realised where a deal says so, and told.

Right values by hand: the loan prime rate of one year was 3.45% on 2024-02-20, 3.35% on 2024-07-22, 3.10% on 2024-10-21.
"""

from __future__ import annotations

import datetime as dt
import shutil
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

import securitize
from securitize.definitions.loading import load_alternative
from securitize.definitions.scenarios.market import Market
from securitize.engine.calculation import calculate
from securitize.engine.drawing import Draw
from securitize.engine.prepare.prepare import prepare
from securitize.financing.alternatives import offers
from securitize.financing.cost import cost_of
from securitize.library import find_alternative, template
from securitize.market.lpr import IndexHistory
from securitize.studies.savings.inputs import financing_inputs
from tests.golden.test_random_royalties import drawn_paths

D = dt.date
#: A quarterly floater at the index, with a short first period, over a change of the rate on each of two resets.
DEAL = """
name = "floater"
title = "Floater"
currency = "CNY"
pool = "floater"
residual_to = "originator"
{fixings}
[dates]
cut_off = 2024-03-15
closing = 2024-03-15
legal_final = 2025-08-01
[dates.payment]
every = "3M"
first = 2024-05-01
last = 2025-08-01
[accounts.collection]
kind = "collection"
[notes.A]
rank = 1
balance = 100_000_000
day_count = "ACT/365F"
coupon = {{ kind = "floating", index = "LPR-1Y", margin = 0.0 }}
principal = {{ kind = "bullet", date = 2025-08-01 }}
[[priority.normal]]
name = "interest"
pay = ["interest:A"]
[[priority.normal]]
name = "principal"
pay = ["principal:A"]
[[priority.normal]]
name = "rest"
pay = ["originator"]
"""
DATES = [
    D(2024, 5, 1),
    D(2024, 8, 1),
    D(2024, 11, 1),
    D(2025, 2, 1),
    D(2025, 5, 1),
    D(2025, 8, 1),
]
#: Of the resets on closing and on every payment date but the last, as published since.
CAME = [345, 345, 335, 310, 310, 310]


def floater(folder: Path, fixings: str = "") -> Path:
    cash = "\n".join(
        f"  {{ date = {day}, interest = 5000000, principal = {100_000_000 if day == DATES[-1] else 0} }},"
        for day in DATES
    )
    (folder / "pool").mkdir(parents=True)
    (folder / "pool/pool.toml").write_text(
        'name = "floater"\ntitle = "t"\ncurrency = "CNY"\nsynthetic = true\n[obligors.o1]\ntitle = "O"\n'
        '[collateral.q1]\nkind = "invention"\nowner = "o1"\n[contracts.c1]\nkind = "projected"\nobligor = "o1"\n'
        f'collateral = ["q1"]\nstart = 2024-03-15\ncash = [\n{cash}\n]\n'
    )
    (folder / "deal.toml").write_text(DEAL.format(fixings=fixings))
    return folder


def fixings_of(deal: Path, known_on: D | None = None) -> list[int]:
    return [rate // 10_000 for rate in prepare(deal, known_on=known_on).period_inputs["fixing.notes.A"]]


def test_a_run_holds_what_was_known_at_closing_and_a_replay_takes_what_came(tmp_path: Path) -> None:
    held, realised = floater(tmp_path / "held"), floater(tmp_path / "came", 'fixings = "realised"')
    assert fixings_of(held) == [345] * 6
    assert fixings_of(realised) == CAME
    assert fixings_of(realised, D(2024, 8, 30)) == CAME
    assert [one for one in prepare(held).warnings if "LPR" in one] == [
        "the LPR is held as known on 2024-03-15 for resets up to 2025-05-01"
    ]
    assert [one for one in prepare(realised).warnings if "LPR" in one] == [
        "fixings are realised: the LPR of after 2024-03-15 is used, up to 2025-05-01"
    ]


@pytest.mark.parametrize(
    ("known_on", "expected"),
    [
        (D(2024, 7, 19), [345] * 6),  # the Friday before the change
        (D(2024, 7, 22), [345, 345, 335, 335, 335, 335]),
        (D(2024, 10, 21), CAME),
        (D(2024, 2, 19), [345] * 6),
    ],
)
def test_a_price_knows_what_its_market_date_knows(tmp_path: Path, known_on: D, expected: list[int]) -> None:
    assert fixings_of(floater(tmp_path / "deal"), known_on) == expected


def test_a_floater_without_margin_is_at_par_on_its_closing(tmp_path: Path) -> None:
    """Discounted at the index that it pays, by its own day count, period after period: 100 to 1e-10."""
    found = securitize.price(floater(tmp_path / "deal"), market="2024-03-15", price=100)
    (note,) = found.notes
    value, growth, before = 0.0, 1.0, D(2024, 3, 15)
    for day, cash in zip(note.flows.dates, note.flows.cash, strict=True):
        growth *= 1 + 0.0345 * (day - before).days / 365
        value, before = value + cash / growth, day
    assert value == pytest.approx(100, abs=2e-6)  # cents of 100m
    assert note.flows.dates == tuple(DATES)


def test_a_mid_life_deal_knows_what_its_books_know(tmp_path: Path) -> None:
    deal = floater(tmp_path / "deal")
    (deal / "state.toml").write_text("as_of = 2024-11-01\n")
    assert fixings_of(deal) == CAME
    # A market of before the books makes nothing unknown that the books hold.
    assert fixings_of(deal, D(2024, 8, 30)) == CAME


def test_a_loan_of_a_comparison_pays_the_rate_known_on_the_day() -> None:
    """A guaranteed pledge loan of the first company, appraised each year, at 4.25% and a margin: the case's 7.215%."""
    inputs = financing_inputs("guangzhou-2019")
    loan = load_alternative(find_alternative("pledge-loan-guarantee")).model
    each = {**loan.costs, "appraisal": loan.costs["appraisal"].model_copy(update={"renewal": "each"})}
    loan = loan.model_copy(update={"costs": each})
    (offer, *_) = offers(loan, inputs.debts, inputs.terms, inputs.index_history)
    assert offer.side is not None
    found = cost_of(offer.side.cash, ())
    assert found is not None
    assert found.all_in == pytest.approx(0.07215, abs=5e-6)


def test_both_sides_of_a_comparison_know_the_day_of_the_first_draw(tmp_path: Path) -> None:
    """A company drew five months before the notes were sold, and the rate changed in between."""
    deal = tmp_path / "deal"
    shutil.copytree(template("pledged-loan"), deal)
    pool = deal / "pool/pool.toml"
    pool.write_text(pool.read_text().replace("start = 2025-03-14", "start = 2024-10-14"))
    inputs = financing_inputs(deal)
    assert (inputs.known_on, inputs.index_history.value("LPR-1Y", D(2025, 6, 1))) == (
        D(2024, 10, 14),
        3_350_000,
    )
    text = (deal / "deal.toml").read_text()
    (deal / "deal.toml").write_text(text.replace('\npool = "', '\nfixings = "realised"\npool = "', 1))
    assert financing_inputs(deal).known_on is None


def test_a_volatility_moves_a_rate_from_the_information_date_on(tmp_path: Path) -> None:
    """Without reversion log(1 + rate of one year) a year ahead has the standard deviation of x: the volatility."""
    file = tmp_path / "restless.toml"
    file.write_text(
        'name = "restless"\nhazard = 0.0\nloading = 0.0\n[rates.LPR-1Y]\ntenor = "1Y"\nvolatility = 0.02\n'
    )
    prepared = prepare(template("trust-loan"), draw=Draw(file, 1000))
    drawn = drawn_paths(prepared, 0, 1000).period_inputs["fixing.notes.A2"]
    assert np.ptp(drawn[:, 0]) == 0  # reset on the closing: known
    spread = np.log1p(drawn[:, -1] / 1e8).std()
    assert spread == pytest.approx(0.02, rel=0.08)
    assert calculate(prepared).lines[("note", "A2", "interest_paid")].sum() > 0


def test_days_after_the_last_known_rate_are_told() -> None:
    rows = [
        {
            "date": D(2020, 4, 20),
            "one_year": Decimal("0.0385"),
            "five_year": Decimal("0.0465"),
            "source": "x",
        },
        {
            "date": D(2021, 12, 20),
            "one_year": Decimal("0.0380"),
            "five_year": Decimal("0.0465"),
            "source": "x",
        },
    ]
    others = {"FR007": ({"date": D(2021, 6, 1), "rate": Decimal("0.02"), "source": "x"},)}
    market = Market.model_validate(
        {"name": "m", "lpr": tuple(rows), "lpr_until": D(2022, 1, 19), "indices": others}
    )
    after, inside = IndexHistory(market, D(2023, 1, 1)), IndexHistory(market, D(2021, 1, 1))
    asked = [D(2023, 6, 1)]
    assert after.warnings(asked) == (
        "the LPR is known until 2022-01-19; its last value is held for resets up to 2023-06-01",
    )
    assert after.last("LPR-1Y") == (D(2022, 1, 19), 3_800_000)
    assert inside.warnings(asked) == ("the LPR is held as known on 2021-01-01 for resets up to 2023-06-01",)
    assert inside.last("LPR-1Y") == (D(2021, 1, 1), 3_850_000)
    assert inside.warnings([D(2021, 1, 1)]) == ()
    assert after.warnings(asked, "FR007") == (
        "the FR007 is known until 2021-06-01; its last value is held for resets up to 2023-06-01",
    )
