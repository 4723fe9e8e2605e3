"""Capital of notes as strips of their pool: regulators' worked examples, seasoned deals by hand, each written rule."""

from __future__ import annotations

import datetime as dt
import functools
import math
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from securitize.definitions.loading import load_capital_set
from securitize.definitions.ratings import plain_rating
from securitize.definitions.rules.capital import InternalSet, RatingsSet, StandardisedSet
from securitize.engine.calculation import Calculation, calculate
from securitize.engine.prepare.prepare import prepare
from securitize.library import find_capital_set
from securitize.risk.capital.approaches import PoolCredit, Tranche, by_rating, standardised
from securitize.risk.capital.formula import tranche_capital
from securitize.studies.rules.note_capital import note_capital
from securitize.studies.rules.pool_balance import reserves_today
from securitize.studies.rules.rule_checks import CheckTerms
from tests.stress.mid_life import after, at_closing

POOL = """
name = "strip"
title = "Three invented loans"
currency = "{currency}"
calendar = "none"
synthetic = true
sources = []
[obligors.o1]
[obligors.o2]
[obligors.o3]
"""
LOAN = """
[contracts.{name}]
kind = "pledged-loan"
obligor = "{obligor}"
start = 2024-01-01
principal = {principal}
rate = {{ kind = "fixed", rate = 0.05 }}
day_count = "ACT/365F"
repayment = {{ kind = "bullet" }}
dates = {{ every = "3M", first = 2024-04-01, last = 2026-07-01, adjustment = "unadjusted" }}
"""
DEAL = """
name = "strip"
title = "Strips of a pool"
pool = "strip"
currency = "{currency}"
residual_to = "originator"
sources = []
[dates]
cut_off = 2024-01-01
closing = 2024-01-01
legal_final = 2027-01-01
calendar = "none"
[dates.payment]
every = "3M"
first = 2024-04-01
last = 2026-10-01
adjustment = "unadjusted"
accrual = "unadjusted"
[dates.collection]
days_before = 0
[accounts.collection]
kind = "collection"
[accounts.reserve]
kind = "reserve"
{funding}
[accounts.reserve.target]
kind = "fixed"
amount = 5_000_000
[notes.A]
rank = 1
rating = "AAAsf"
balance = 70_000_000
coupon = {{ kind = "fixed", rate = 0.04 }}
principal = {{ kind = "turbo" }}
[notes.B1]
rank = 2
balance = 10_000_000
coupon = {{ kind = "zero" }}
principal = {{ kind = "turbo" }}
[notes.B2]
rank = 2
balance = 10_000_000
coupon = {{ kind = "zero" }}
principal = {{ kind = "turbo" }}
[notes.sub]
rank = 3
balance = {sub}
coupon = {{ kind = "zero" }}
principal = {{ kind = "turbo" }}
[[priority.normal]]
name = "interest"
pay = ["interest:A"]
from = ["collection", "reserve"]
[[priority.normal]]
name = "principal"
pay = ["principal:A", "principal:B1", "principal:B2", "principal:sub"]
[[priority.normal]]
name = "reserve"
pay = ["reserve:reserve"]
[[priority.normal]]
name = "rest"
pay = ["originator"]
"""
#: c1 has repaid a third, c2 owes 2m that were due, c3 has defaulted: 10m, of which 3m recovered, 1m written off.
BOOKS = {
    "c1": "date = 2024-07-01\nbalance = 40_000_000",
    "c2": "date = 2024-07-01\nbalance = 25_000_000\n"
    'expected = [ { date = 2024-08-01, stream = "principal", amount = 2_000_000 } ]',
    "c3": "date = 2024-07-01\nbalance = 0\n"
    "defaulted = [ { date = 2024-05-01, amount = 10_000_000, recovered = 3_000_000, written_off = 1_000_000 } ]",
}
STATE = """
as_of = 2024-07-01
[notes.A]
balance = {A}
[notes.B1]
balance = 10_000_000
[notes.B2]
balance = 10_000_000
[accounts.reserve]
balance = 3_000_000
"""
BY_NOTES, BY_ORIGINATOR = (f'funding = "{source}"\nopening = 2_000_000' for source in ("proceeds", "outside"))


def a_deal(
    folder: Path,
    *,
    currency: str = "USD",
    funding: str = BY_NOTES,
    sub: int = 8_000_000,
    books: Mapping[str, str] | None = None,
    state: str = "",
) -> Path:
    """A deal folder: loans of 60m, 30m and 10m; notes of 70m, twice 10m and ``sub``."""
    loans = {"c1": ("o1", 60_000_000), "c2": ("o2", 30_000_000), "c3": ("o3", 10_000_000)}
    written = [POOL.format(currency=currency)]
    for name, (obligor, principal) in loans.items():
        written.append(LOAN.format(name=name, obligor=obligor, principal=principal))
        if books:
            written.append(f"[contracts.{name}.as_of]\n{books[name]}\n")
    (folder / "pool").mkdir()
    (folder / "pool" / "pool.toml").write_text("".join(written))
    (folder / "deal.toml").write_text(DEAL.format(currency=currency, funding=funding, sub=sub))
    if state:
        (folder / "state.toml").write_text(state)
    return folder


@functools.cache
def calculated(deal: str) -> Calculation:
    """A deal calculated once, whatever is asked of it."""
    return calculate(prepare(deal))


def capital(deal: Path | str, name: str, **terms: Any) -> dict[str, dict[str, Any]]:
    """Rows of the table by note, of a deal."""
    return capital_of(calculated(str(deal)), name, **terms)


def capital_of(calculation: Calculation, name: str, **terms: Any) -> dict[str, dict[str, Any]]:
    """The same of a calculation."""
    loaded = load_capital_set(find_capital_set(name))
    found = note_capital(calculation, [loaded], CheckTerms(**terms))
    rows = [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]
    return {row["note"]: row for row in rows}


def by_quadrature(pool: float, p: float, attachment: float, detachment: float) -> float:
    """Capital of a strip, told again: the mean over it of 1 below the pool's capital, e^(-x / (p K)) above.

    Gauss-Legendre, 200 points on each side of the kink.
    """
    nodes, weights = np.polynomial.legendre.leggauss(200)
    total = min(max(pool - attachment, 0.0), detachment - attachment)
    low = max(attachment, pool)
    if low < detachment:
        x = (low + detachment) / 2 + nodes * (detachment - low) / 2
        total += float(np.sum(weights * np.exp(-(x - pool) / (p * pool)))) * (detachment - low) / 2
    return total / (detachment - attachment)


def test_the_worked_example_of_the_standardised_approach() -> None:
    """Central Bank of the UAE, guidance on capital, VII. Securitisation, paragraphs 33 to 39 (1 April 2021).

    The pool needs 9%; 1% of it is not known, of the rest 6% is delinquent; a tranche from 5% to 25% weighs 954%.
    """
    rules = load_capital_set(find_capital_set("eu-sec-sa")).model
    assert isinstance(rules, StandardisedSet)
    found = standardised(
        rules, Tranche("B", (0.05, 0.25), False, 3.0, None), PoolCredit(0.09, delinquent=0.06, unknown=0.01)
    )
    assert found is not None
    assert found.pool == pytest.approx(0.1235, abs=5e-5)
    assert round(100 * found.weight) == 954


def test_the_worked_example_of_the_approach_by_ratings() -> None:
    """The same guidance, paragraph 40: BB+, not senior, from 5% to 30%, two years: 0.75 x 497.5% = 373%."""
    rules = load_capital_set(find_capital_set("eu-sec-erba")).model
    assert isinstance(rules, RatingsSet)
    found = by_rating(rules, Tranche("B", (0.05, 0.30), False, 2.0, "BB+"))
    assert found is not None
    assert found.weight == pytest.approx(0.75 * 4.975)
    assert round(100 * found.weight) == 373


@pytest.mark.parametrize("p", [0.5, 1.0])
@pytest.mark.parametrize(
    ("attachment", "detachment"), [(0.0, 0.05), (0.02, 0.08), (0.03446, 1.0), (0.08, 0.1), (0.2, 0.21)]
)
def test_a_strip_against_quadrature(p: float, attachment: float, detachment: float) -> None:
    expected = by_quadrature(0.08, p, attachment, detachment)
    assert tranche_capital(0.08, p, attachment, detachment) == pytest.approx(expected, rel=1e-9)


def test_a_tranche_without_thickness_is_the_limit_of_a_thin_one() -> None:
    for at in (0.03, 0.08, 0.1, 0.4):
        thin = tranche_capital(0.08, 1.0, at, at + 1e-10)
        assert tranche_capital(0.08, 1.0, at, at) == pytest.approx(thin, rel=1e-6)
    assert tranche_capital(0.08, 1.0, 0.1, 0.1) == pytest.approx(math.exp(-0.02 / 0.08))
    assert tranche_capital(0.0, 1.0, 0.1, 0.1) == 0.0


def test_notes_are_strips_of_pool_and_reserves(tmp_path: Path) -> None:
    """100m of loans and 2m in the reserve, notes of 98m: by hand. What was put in at closing is no pool of SSFA."""
    deal = a_deal(tmp_path)
    found = capital(deal, "eu-sec-sa")
    strips = {note: (row["attachment"], row["detachment"]) for note, row in found.items()}
    assert strips["A"] == (32 / 102, 1.0)
    assert strips["B1"] == strips["B2"] == (12 / 102, 32 / 102)
    assert strips["sub"] == (4 / 102, 12 / 102)
    assert {row["pool_balance"] for row in found.values()} == {10_200_000_000}
    assert found["B1"]["risk_weight"] == pytest.approx(12.5 * by_quadrature(0.08, 1.0, 12 / 102, 32 / 102))
    american = capital(deal, "us-ssfa")
    assert (american["A"]["attachment"], american["sub"]["attachment"]) == (0.3, 0.02)
    assert american["sub"]["risk_weight"] == pytest.approx(12.5 * by_quadrature(0.08, 0.5, 0.02, 0.10))


def test_who_filled_the_reserve_moves_the_american_strip_alone(tmp_path: Path) -> None:
    for number, funding in enumerate((BY_NOTES, BY_ORIGINATOR, "")):
        (tmp_path / str(number)).mkdir()
        deal = a_deal(tmp_path / str(number), funding=funding, books=BOOKS, state=STATE.format(A=50_000_000))
        european, american = (capital(deal, name)["A"]["pool_balance"] for name in ("eu-sec-sa", "us-ssfa"))
        assert european == 7_600_000_000
        # 2m of 3m were there at closing; without funding all of it came from collections.
        assert american == (7_400_000_000 if funding else 7_600_000_000)


def test_a_pool_that_is_smaller_than_its_notes(tmp_path: Path) -> None:
    """102m against 130m: the lowest note has nothing behind it but 12m; with 40m less it has nothing at all."""
    deal = a_deal(tmp_path, sub=40_000_000)
    found = capital(deal, "eu-sec-sa")
    assert (found["sub"]["attachment"], found["sub"]["detachment"]) == (0.0, 12 / 102)
    less = capital(deal, "eu-sec-sa", pool_balance=6_000_000_000)
    assert (less["A"]["attachment"], less["A"]["detachment"]) == (0.0, 1.0)
    assert (less["B1"]["attachment"], less["B1"]["detachment"], less["B1"]["risk_weight"]) == (0.0, 0.0, 12.5)


def test_a_seasoned_deal_by_hand(tmp_path: Path) -> None:
    """65m perform, 2m are overdue, 6m in default, 3m in the reserve: 76m behind notes of 50, 20 and 8."""
    deal = a_deal(tmp_path, books=BOOKS, state=STATE.format(A=50_000_000))
    found = capital(deal, "eu-sec-sa")
    assert (found["A"]["attachment"], found["A"]["detachment"]) == (26 / 76, 1.0)
    assert (found["B2"]["attachment"], found["B2"]["detachment"]) == (6 / 76, 26 / 76)
    assert (found["sub"]["attachment"], found["sub"]["detachment"]) == (0.0, 6 / 76)
    # What is in default by the books is W.
    pool = float(Fraction(70, 76) * Fraction(8, 100) + Fraction(6, 76) / 2)
    assert found["B2"]["k_pool"] == pytest.approx(pool)
    assert found["B2"]["risk_weight"] == pytest.approx(12.5 * by_quadrature(pool, 1.0, 6 / 76, 26 / 76))
    assert found["B2"]["as_of"] == dt.date(2024, 7, 1)
    assert capital(deal, "eu-sec-sa", delinquent=0.0)["B2"]["k_pool"] == pytest.approx(0.08)


@pytest.mark.parametrize(
    ("period", "performing", "retained", "owed", "weight"),
    [
        (1, 26_951_012_543, 299_976_992, 26_022_000_000, 1.50408630),
        (6, 12_864_937_182, 1_746_459_237, 12_422_000_000, 0.49129391),
    ],
)
def test_a_rolled_deal_by_hand(period: int, performing: int, retained: int, owed: int, weight: float) -> None:
    """guangzhou-2019 on its books: what performs, what is retained for A, what A is owed; without the money
    retained it would weigh 162.5% and 162.6%."""
    rolled = after("guangzhou-2019", period)
    found = capital_of(calculate(rolled), "eu-sec-sa")
    whole = performing + retained
    point = (whole - owed) / whole
    assert (found["A"]["pool_balance"], found["A"]["reserves"]) == (whole, retained)
    assert found["A"]["attachment"] == found["sub"]["detachment"] == pytest.approx(point)
    assert found["A"]["risk_weight"] == pytest.approx(12.5 * by_quadrature(0.08, 1.0, point, 1.0))
    assert found["A"]["risk_weight"] == pytest.approx(weight, abs=1e-8)
    calculation = at_closing("guangzhou-2019")[1]
    today, dates, lines = rolled.today.notes, rolled.schedule.payment, calculation.lines
    paid = (lines[("note", "A", "principal_paid")] + lines[("note", "A", "interest_paid")])[period:]
    days = [(day - today).days for day in dates[period:]]
    assert found["A"]["tranche_maturity"] == pytest.approx(float(paid @ days / paid.sum()) / 365)


def test_a_fresh_deal_by_hand() -> None:
    """At closing 296m of licence fees stand against 285.8m of A, and nothing is retained."""
    fresh = capital_of(at_closing("guangzhou-2019")[1], "eu-sec-sa")["A"]
    assert fresh["risk_weight"] == pytest.approx(12.5 * by_quadrature(0.08, 1.0, 10.2 / 296, 1.0))
    assert fresh["risk_weight"] == pytest.approx(1.62525, abs=5e-6)


def test_once_a_note_is_repaid_the_next_one_has_the_first_claim(tmp_path: Path) -> None:
    deal = a_deal(tmp_path, books=BOOKS, state=STATE.format(A=0))
    found = capital(deal, "eu-sec-sa-sts", pool_known=True)
    assert (found["A"]["risk_weight"], found["A"]["why_not"]) == (None, "nothing is owed on the note")
    assert found["B1"]["detachment"] == 1.0
    assert found["B1"]["cap"] == found["B2"]["cap"] == 1.0
    assert found["sub"]["cap"] is None


def test_the_cap_is_the_average_of_the_pool_and_holds_below_the_floor(tmp_path: Path) -> None:
    """Article 267: of senior notes, where the pool is known; CBUAE standard, paragraph 60: also below the floor."""
    deal = a_deal(tmp_path, sub=1_000_000)
    heavy = capital(deal, "eu-sec-sa", risk_weight=4.0, pool_known=True)["A"]
    assert heavy["without_cap"] == pytest.approx(12.5 * by_quadrature(0.32, 1.0, 32 / 102, 1.0))
    assert heavy["without_cap"] > heavy["risk_weight"] == heavy["cap"] == 4.0
    light = capital(deal, "eu-sec-sa", risk_weight=0.1, pool_known=True)["A"]
    assert (light["without_cap"], light["risk_weight"]) == (0.15, pytest.approx(0.1))
    assert capital(deal, "eu-sec-sa", risk_weight=4.0)["A"]["cap"] is None
    american = capital(deal, "us-ssfa", risk_weight=4.0, pool_known=True)["A"]
    assert american["cap"] is None
    assert american["risk_weight"] == american["without_cap"]
    internal = capital(deal, "eu-sec-irba", internal=0.3, pool_known=True)["A"]
    assert internal["cap"] == pytest.approx(12.5 * 0.3)


def test_what_is_not_known_counts_whole_and_beyond_the_rules_share_all_weighs_1250(tmp_path: Path) -> None:
    deal = a_deal(tmp_path)
    assert capital(deal, "eu-sec-sa", unknown=0.05)["sub"]["k_pool"] == pytest.approx(0.95 * 0.08 + 0.05)
    above = capital(deal, "eu-sec-sa", unknown=0.0501, pool_known=True)["B1"]
    assert (above["risk_weight"], above["k_pool"]) == (12.5, None)
    assert above["why_not"] == "the delinquency of more than 5% of the pool is not known"
    unknown_senior = capital(deal, "eu-sec-sa", unknown=0.0501, pool_known=True)["A"]
    assert (unknown_senior["risk_weight"], unknown_senior["cap"]) == (12.5, None)
    # 12 CFR 217.43(a) tolerates none.
    assert capital(deal, "us-ssfa", unknown=0.001)["A"]["risk_weight"] == 12.5
    assert capital(deal, "us-ssfa")["A"]["why_not"] is None


def test_a_rating_of_a_national_scale_is_not_mapped_without_a_word(tmp_path: Path) -> None:
    dollars, yuan = tmp_path / "usd", tmp_path / "cny"
    for folder, currency in ((dollars, "USD"), (yuan, "CNY")):
        folder.mkdir()
        a_deal(folder, currency=currency)
    international = capital(dollars, "eu-sec-erba")["A"]
    assert international["risk_weight"] == pytest.approx(
        0.15 + 0.05 * (international["tranche_maturity"] - 1) / 4
    )
    asked = capital(yuan, "eu-sec-erba")["A"]
    assert asked["risk_weight"] is None
    assert "AAAsf may be of a national scale" in asked["why_not"]
    said = capital(yuan, "eu-sec-erba", rating_scale="international", ratings={"A": "BBB+"})["A"]
    assert said["risk_weight"] == pytest.approx(0.75 + 0.15 * (said["tranche_maturity"] - 1) / 4)
    assert capital(dollars, "eu-sec-erba", rating_scale="national")["A"]["risk_weight"] is None
    assert (asked["comparison"], international["comparison"]) == (True, False)
    assert (plain_rating("AAAsf"), plain_rating("Aaa"), plain_rating("D")) == ("AAA", None, "D")
    assert "Aaa is no rating" in capital(dollars, "eu-sec-erba", ratings={"A": "Aaa"})["A"]["why_not"]


def test_a_royalty_has_no_balance_to_attach_to() -> None:
    found = capital("xoma-vabysmo-2023", "eu-sec-sa")
    assert {row["risk_weight"] for row in found.values()} == {None}
    assert all("--pool-balance" in row["why_not"] for row in found.values())
    told = capital("xoma-vabysmo-2023", "eu-sec-sa", pool_balance=20_000_000_000)
    assert all(row["risk_weight"] is not None for row in told.values())


def test_only_sets_of_the_eu_look_through() -> None:
    for name in ("eu-sec-sa", "eu-sec-sa-sts", "eu-sec-erba", "eu-sec-irba", "us-ssfa"):
        rules = load_capital_set(find_capital_set(name)).model
        assert isinstance(rules, StandardisedSet | RatingsSet | InternalSet)
        assert rules.look_through == name.startswith("eu-")


@pytest.mark.parametrize(("rounding", "kept"), [("half-even", 51), ("half-up", 50), ("down", 51)])
def test_a_reserve_in_a_failed_bank_counts_as_the_priority_of_payments_rounds_it(
    rounding: str, kept: int
) -> None:
    """Of 101 fen the bank pays half: it loses the product 50.5, rounded by the deal (section 4 of the page)."""
    fund = SimpleNamespace(is_reserve=True, opening=101, party="bank", funded=True)
    bank = SimpleNamespace(dates=[dt.date(2025, 1, 1).toordinal()], share=[50_000_000])
    prepared: Any = SimpleNamespace(
        deal=SimpleNamespace(accounts={"fund": fund}, rounding=rounding),
        state=None,
        performance=SimpleNamespace(parties={"bank": bank}),
        today=SimpleNamespace(notes=dt.date(2025, 6, 1)),
    )
    assert reserves_today(prepared) == (kept, kept)
