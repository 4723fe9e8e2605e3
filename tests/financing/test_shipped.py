"""Shipped deals and cases: additivity to the cent, break-evens by running again, published costs solved."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq

from securitize.assets.proceeds import proceeds
from securitize.base.errors import DefinitionError, UsageError
from securitize.base.money import RATE_UNITS
from securitize.definitions.loading import load_alternative, load_financing
from securitize.definitions.pools.contracts import Receivable
from securitize.engine.calculation import calculate
from securitize.engine.prepare.prepare import prepare
from securitize.financing.comparison import POLICIES
from securitize.library import find_financing, list_alternatives, list_financings, template
from securitize.studies.savings.company_savings import Comparison, compare
from securitize.studies.savings.inputs import FinancingInputs, financing_inputs, plan_costs
from securitize.studies.savings.published_cost import solve_term
from securitize.studies.savings.savings import savings
from tests.financing.made import financing as made_financing

DEALS = ("guangzhou-2019", "nanshan-5-2022", "ningbo-1-2024")
CASES = ("hti-1-2019", "longhua-1-2021", "ctex-1-2021")


@cache
def compared(name: str) -> Comparison:
    return compare(financing_inputs(name))


@pytest.mark.parametrize("name", DEALS)
def test_what_companies_pay_is_what_the_vehicle_pays_and_the_margin_to_the_cent(name: str) -> None:
    inputs, calculation = financing_inputs(name), calculate(prepare(name))
    for owed, parts in zip(inputs.debts, inputs.parts, strict=True):
        sums: dict[dt.date, int] = {}
        for row in parts:
            sums[row.date] = sums.get(row.date, 0) - row.amount
        assert {day: amount for day, amount in sums.items() if amount} == dict(owed.interest)
    lines, deal = calculation.lines, calculation.prepared.deal
    paid = {fee: int(lines[("fee", fee, "paid")].sum()) for fee in deal.fees}
    paid["coupon"] = sum(int(lines[("note", note, "interest_paid")].sum()) for note in deal.notes)
    paid |= {cost.name: cost.amount for cost in deal.closing.costs}
    for component, amount in paid.items():
        borne = -sum(row.amount for rows in inputs.parts for row in rows if row.component == component)
        assert borne == amount, component


@pytest.mark.parametrize("name", DEALS)
def test_cash_of_companies_is_what_the_pool_collects(name: str) -> None:
    inputs, calculation = financing_inputs(name), calculate(prepare(name))
    collected = sum(int(cash.sum()) for cash in calculation.collections.streams.values())
    assert collected == sum(a for owed in inputs.debts for _, a in (*owed.repayments, *owed.interest))


@pytest.mark.parametrize("name", [*DEALS, *CASES])
def test_each_cell_is_the_sum_of_its_parts_and_the_root_that_scipy_finds(name: str) -> None:
    found = compared(name)
    cells = [*found.offered.values(), *(row.securitization for row in found.compared)]
    assert len(cells) >= 8
    for one in cells:
        assert one.cost is not None
        assert one.all_in is not None
        assert sum(share.rate or 0.0 for share in one.cost.shares) == pytest.approx(one.all_in, abs=1e-12)
        assert sum(share.money for share in one.cost.shares) == one.cost.money
        assert -one.cost.money == sum(row.amount for row in (*one.cash, *one.subsidies))
        since = min(row.date for row in one.cash)
        rows = [((row.date - since).days / 365, row.amount) for row in (*one.cash, *one.subsidies)]

        def value(rate: float, rows: list[tuple[float, int]] = rows) -> float:
            return float(sum(amount * (1 + rate) ** -year for year, amount in rows))

        # Below the rate without subsidies the value changes its sign once here.
        assert brentq(value, -0.02, 0.2, xtol=1e-14) == pytest.approx(one.all_in, abs=1e-10)


@pytest.mark.parametrize("name", [*DEALS, *CASES])
def test_break_evens_hold_when_run_again(name: str) -> None:
    for row in compared(name).compared:
        if row.level == "deal":
            continue
        for found in (row.coupon, row.fee, row.subsidy):
            assert found is not None
            # One unit of a rate, or of money, and what rounding each of some sixty amounts to the cent moves.
            assert abs(found.there) < 2e-7
            assert found.beyond < found.there
        assert row.coupon is not None
        assert row.saving is not None
        assert (row.coupon.value > 0) == ((row.saving.rate or 0.0) > 0)


@pytest.mark.parametrize("name", [*DEALS, *CASES])
def test_break_evens_against_their_values_in_closed_form(name: str) -> None:
    """Without policy the value at the alternative's rate is straight in each change, but for rounding to the cent."""
    found = compared(name)
    owed = {one.company: one for one in found.inputs.debts}
    for row in found.compared:
        if row.level != "company" or row.policy == "with":
            continue
        assert row.best is not None
        assert row.best.all_in is not None
        assert row.coupon is not None
        assert row.fee is not None
        assert row.subsidy is not None
        debt, y = owed[row.company], 1 + row.best.all_in
        value = sum(
            one.amount * y ** (-(one.date - debt.drawn).days / 365) for one in row.securitization.cash
        )
        dates = [debt.drawn, *(day for day, _ in debt.interest)]
        unit = sum(
            debt.balance_days(since, until) / 365 * y ** (-(until - debt.drawn).days / 365)
            for since, until in pairwise(dates)
        )
        # Half a cent on each of some twenty payments, in units of 1e-8 of what one unit pays.
        slack = 2 + 10 * RATE_UNITS / unit
        assert abs(row.coupon.value - value / unit * RATE_UNITS) < slack
        assert abs(row.fee.value - value / debt.principal * RATE_UNITS) < slack
        assert abs(row.subsidy.value - value * y ** ((debt.settled - debt.drawn).days / 365)) < 2


def test_who_pays_by_a_rate_of_default_is_not_asked() -> None:
    base, stressed = financing_inputs("nanshan-5-2022"), financing_inputs("nanshan-5-2022", "default-rate-10")
    assert stressed.debts == base.debts


@pytest.fixture
def of_template(tmp_path: Path) -> Callable[[str], FinancingInputs]:
    """The companies of a template's deal, with nothing paid beside the contracts."""

    def made(name: str) -> FinancingInputs:
        folder = template(name)
        deal = tomllib.loads((folder / "deal.toml").read_text(encoding="utf-8"))["name"]
        file = tmp_path / f"{name}.toml"
        file.write_text(f'name = "{name}"\ndeal = "{deal}"\n', encoding="utf-8")
        return financing_inputs(folder, financing=file)

    return made


@pytest.mark.parametrize("name", ["licence-back", "pledged-loan"])
def test_a_template_with_a_financing_is_compared(name: str) -> None:
    found = compare(financing_inputs(template(name)))
    rows = [row for row in found.compared if row.level == "company"]
    assert rows
    assert all(row.saving is not None and row.saving.rate is not None for row in rows)


def test_a_receivable_costs_its_discount(of_template: Callable[[str], FinancingInputs]) -> None:
    found, pool = of_template("supply-chain"), prepare(template("supply-chain")).pool
    for owed in found.debts:
        contracts = [one for one in pool.contracts.values() if one.proceeds_to == owed.company]
        amounts = sum(one.amount for one in contracts if isinstance(one, Receivable))
        left = sum(amount for _, amount in owed.deposits)
        assert owed.principal == left + sum(proceeds(one) for one in contracts)
        assert sum(amount for _, amount in owed.repayments) == owed.principal
        assert sum(amount for _, amount in owed.interest) == amounts - owed.principal
        assert not owed.defaults


def test_a_trust_is_paid_by_the_company(of_template: Callable[[str], FinancingInputs]) -> None:
    found, prepared = of_template("trust-loan"), prepare(template("trust-loan"))
    claims = prepared.resolved_pool.claims
    kept = 0
    for owed in found.debts:
        own = [one for one in claims if one.contract.obligor == owed.company]
        assert sum(amount for _, amount in owed.interest) == sum(sum(one.scheduled.interest) for one in own)
        kept += sum(
            one.scheduled.interest[k] - one.interest_received(k)
            for one in own
            for k in range(len(one.adjusted))
        )
    collected = calculate(prepared).collections.streams["interest"].sum()
    assert kept > 0
    assert sum(amount for owed in found.debts for _, amount in owed.interest) - kept == collected


@pytest.mark.parametrize("name", ["lease-back", "licence-back", "pledged-loan"])
def test_companies_of_a_template_pay_all_that_it_collects(
    name: str, of_template: Callable[[str], FinancingInputs]
) -> None:
    found, calculation = of_template(name), calculate(prepare(template(name)))
    collected = sum(int(cash.sum()) for cash in calculation.collections.streams.values())
    assert collected == sum(a for owed in found.debts for _, a in (*owed.repayments, *owed.interest))
    assert all(owed.principal == sum(a for _, a in owed.repayments) for owed in found.debts)


def test_what_support_costs_is_a_guarantee() -> None:
    terms = SimpleNamespace(notes={"A": None}, fees={}, support={"line": None})
    lines = {
        ("note", "A", "interest_paid"): np.array([5, 6]),
        ("note", "A", "premium_paid"): np.array([0, 1]),
        ("support", "line", "fee_paid"): np.array([2, 0]),
        ("support", "line", "interest_paid"): np.array([0, 3]),
    }
    calculation: Any = SimpleNamespace(prepared=SimpleNamespace(deal=terms), lines=lines)
    found = plan_costs(calculation, made_financing())
    assert [(one.group, one.component, one.paid) for one in found] == [
        ("coupon", "coupon", (5, 7)),
        ("guarantee", "line", (2, 3)),
    ]


def test_what_the_platform_hands_on_stands_under_its_own_name(tmp_path: Path) -> None:
    """0.2% a year of the balance moves from the margin; the whole stays."""
    text = find_financing("nanshan-5-2022").read_text(encoding="utf-8")
    more = '\n[included.counter]\ncomponent = "counter-guarantee fee"\nrate = 0.002\n'
    (tmp_path / "more.toml").write_text(text + more, encoding="utf-8")
    before, after = (
        financing_inputs("nanshan-5-2022"),
        financing_inputs("nanshan-5-2022", financing=tmp_path / "more.toml"),
    )
    for owed, old, new in zip(before.debts, before.parts, after.parts, strict=True):
        assert sum(row.amount for row in old) == sum(row.amount for row in new)
        counter = -sum(row.amount for row in new if row.component == "counter")
        expected = 0.002 * owed.balance_days(owed.drawn, owed.settled) / 365
        assert counter == pytest.approx(expected, abs=3)


def test_a_case_by_hand() -> None:
    """4.00%, a guarantee of 0.5% for 366 days of which 365 and one more are paid, 0.3% at once; plain sum."""
    row = compared("hti-1-2019").compared[0]
    assert row.securitization.cost is not None
    years = 366 / 365
    expected = 0.04 + 0.005 + 0.003 / years
    # Each of nine amounts is rounded to the cent, of 8.27 million.
    assert row.securitization.cost.simple == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize(
    ("name", "term", "expected"),
    [
        ("hti-1-2019", "platform_margin", 0.05 - 0.04 - 0.005 - 0.003 * 365 / 366),
        ("hti-1-2019", "guarantee", 0.05 - 0.04 - 0.003 * 365 / 366),
        ("hti-1-2019", "coupon", 0.05 - 0.005 - 0.003 * 365 / 366),
        ("longhua-1-2021", "platform_margin", 0.0246 / 0.5 - 0.038 - 0.003 - 0.003),
        ("longhua-1-2021", "refund", 1 - 0.0246 / 0.044),
    ],
)
def test_a_missing_term_from_the_published_cost_in_closed_form(name: str, term: str, expected: float) -> None:
    found = solve_term(compared(name), term)
    (one,) = found.found
    assert one.value is not None
    assert one.value / RATE_UNITS == pytest.approx(expected, abs=2e-8)
    assert one.cost == pytest.approx(one.target, abs=2e-8)
    assert one.judged == ("as expected" if found.expected else "nothing was expected")


def test_of_a_published_range_both_ends_are_solved_and_judged() -> None:
    found = solve_term(compared("ctex-1-2021"), "platform_margin")
    assert [one.target for one in found.found] == [0.03, 0.04]
    assert [one.judged for one in found.found] == ["below what was expected", "as expected"]


def test_an_effective_cost_is_solved_too(tmp_path: Path) -> None:
    """The margin at which the effective rate, found by scipy on the cash, is 5%."""
    text = (
        find_financing("hti-1-2019")
        .read_text(encoding="utf-8")
        .replace('basis = "simple"', 'basis = "effective"')
    )
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    (one,) = solve_term(compare(financing_inputs(tmp_path / "mine.toml")), "platform_margin").found
    inputs = financing_inputs("hti-1-2019")
    owed = inputs.debts[0]
    dates = [owed.drawn, *(day for day, _ in owed.interest)]

    def value(margin: float) -> float:
        found = 0.997 - 1.05 ** (-366 / 365)
        for since, until in pairwise(dates):
            years = (until - owed.drawn).days / 365
            found -= (0.04 + margin) * (until - since).days / 365 * 1.05**-years
        # A guarantee of 0.5% of 365 days at once, and of one day more on the anniversary: one year, exactly.
        return float(found - 0.005 * (366 / 365))

    assert one.value is not None
    assert one.value / RATE_UNITS == pytest.approx(brentq(value, 0.0, 0.01), abs=3e-8)


@pytest.mark.parametrize(
    ("name", "term", "decimals"),
    [
        ("hti-1-2019", "platform_margin", 2),
        ("hti-1-2019", "guarantee", 2),
        ("longhua-1-2021", "platform_margin", 2),
        ("longhua-1-2021", "refund", 1),
        ("ctex-1-2021", "platform_margin", 2),
        ("ctex-1-2021", "refund", 1),
    ],
)
def test_the_model_card_tells_what_is_solved(name: str, term: str, decimals: int) -> None:
    card = (Path(__file__).parents[2] / "docs/model/financing.md").read_text(encoding="utf-8")
    values = [one.value for one in solve_term(compared(name), term).found]
    told = " to ".join(f"{(value or 0) / 1e6:.{decimals}f}%" for value in values)
    assert f"| {told} |" in card


def test_what_cannot_be_solved_is_said() -> None:
    with pytest.raises(UsageError, match="terms are platform_margin, coupon, guarantee, closing"):
        solve_term(compared("hti-1-2019"), "weather")
    with pytest.raises(UsageError, match="nothing of a published cost"):
        solve_term(compared("nanshan-5-2022"), "coupon")


def test_every_number_says_where_it_comes_from() -> None:
    for name in (*DEALS, *CASES):
        found = compared(name).register
        assert [figure.path for figure in found if figure.kind == "stated" and "lpr" not in figure.path] == []
        assert all(figure.source for figure in found if figure.kind in ("published", "derived"))
        files = {figure.file for figure in found}
        assert {f"scenarios/alternatives/{one}.toml" for one, _ in list_alternatives()} <= files


def test_every_shipped_file_loads_under_its_name() -> None:
    for name, file in list_financings():
        assert load_financing(file).model.name == name
    for name, file in list_alternatives():
        assert load_alternative(file).model.name == name
    kinds = {load_alternative(file).model.instrument for _, file in list_alternatives()}
    assert len(kinds) == 6


def test_tables_tell_the_same_as_the_cells() -> None:
    made = savings("longhua-1-2021", against=["unsecured-loan", "pledge-loan-guarantee"], refund="deal")
    rows = made.arrow("savings").to_pylist()
    assert {row["alternative"] for row in rows} == {"pledge-loan-guarantee"}
    whole = {
        (row["policy"], row["side"]): row
        for row in made.arrow("financing_cost").to_pylist()
        if row["group"] == "all" and row["level"] == "company"
    }
    for row in rows:
        if row["level"] == "company":
            here, there = (whole[row["policy"], side] for side in ("securitization", "pledge-loan-guarantee"))
            # Two roundings of a difference of numbers below 1,000, each of 1e-13 at most.
            assert row["saving_bp"] == pytest.approx(there["rate_bp"] - here["rate_bp"], abs=1e-9)
    flows = made.arrow("company_cash_flows").to_pylist()
    here = whole["with", "securitization"]
    assert here["money"] == -sum(row["amount"] for row in flows if row["side"] == "securitization")
    offers = {row["alternative"]: row for row in made.arrow("offers").to_pylist()}
    assert offers["unsecured-loan"]["reason"] == "amount too large"
    assert len(made.table("subsidies")) == 1
    assert POLICIES == ("without", "with")


def test_royalties_that_were_sold_save_nothing() -> None:
    with pytest.raises(UsageError, match="royalty that was sold"):
        financing_inputs("xoma-vabysmo-2023", financing="guangzhou-2019")


def test_a_financing_of_another_deal_is_refused_with_its_line() -> None:
    with pytest.raises(DefinitionError) as raised:
        financing_inputs("nanshan-5-2022", financing="ningbo-1-2024")
    codes = {problem.code for problem in raised.value.problems}
    assert codes == {"SEC655"}
    assert all(problem.line for problem in raised.value.problems)
