"""What policies pay, by hand, and in the closed forms of the rules that were published."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import securitize
from securitize.base.errors import DefinitionError
from securitize.definitions.loading import load_policy
from securitize.definitions.policies.policy import Policy
from securitize.definitions.register import register
from securitize.financing.all_in import all_in_rate, dated
from securitize.financing.facility import DatedCost, Facility
from securitize.financing.policies.evaluate import outcome, subsidies
from securitize.library import find_policy, list_shipped
from tests.unit.mutations import GOOD, edited

DRAWN, SETTLED, WAN = dt.date(2025, 3, 1), dt.date(2026, 3, 1), 10_000_00


def prime_rate(index: str, day: dt.date) -> int:
    return 3_100_000


def loan(wan: int, **changed: Any) -> Facility:
    """A bullet loan of a year at 5%, interest without VAT."""
    principal = wan * WAN
    found = Facility(
        company="c1", instrument="securitization", supports=frozenset(), place="Shenzhen Nanshan", drawn=DRAWN,
        settled=SETTLED, principal=principal, balances=((DRAWN, principal), (SETTLED, 0)),
        costs=(DatedCost("interest", SETTLED, principal // 20, principal // 20 * 6 // 100),), revenue=None,
        issue_size=None, attributes={},
    )  # fmt: skip
    return replace(found, **changed)


def shipped(name: str) -> Policy:
    return load_policy(find_policy(name)).model


def paid(name: str, *facilities: Facility, **options: Any) -> list[int]:
    return [one.amount for one in subsidies(shipped(name), facilities, prime_rate=prime_rate, **options)]


@pytest.mark.parametrize(
    ("wan", "net"), [(1000, "0.0150"), (3000, "0.021667"), (5000, "0.0230"), (8000, "0.0275")]
)
def test_nanshan_refunds_by_marginal_bands(wan: int, net: str) -> None:
    (refund,) = paid("shenzhen-nanshan-2025", loan(wan))
    tenths = 7 * min(wan, 1000) + 5 * max(min(wan, 5000) - 1000, 0) + 3 * max(wan - 5000, 0)
    assert refund == Fraction(5, 100) * Fraction(tenths, 10) * WAN
    simple = Fraction(5, 100) - Fraction(refund, wan * WAN)
    assert float(simple) == pytest.approx(float(net), abs=1e-6)


@pytest.mark.parametrize("wan", [1000, 3000, 5000, 8000])
def test_a_refund_after_settlement_leaves_a_higher_rate(wan: int) -> None:
    facility = loan(wan)
    (one,) = subsidies(shipped("shenzhen-nanshan-2025"), (facility,), prime_rate=prime_rate)
    assert one.date == dt.date(2026, 6, 1)
    principal, interest = facility.principal, facility.principal // 20
    net = 0.05 - one.amount / principal
    # The root of U = (U + interest) v - refund v^(1 + 92/365), found by halving: an oracle of its own.
    low, high = -0.5, 0.5
    for _ in range(200):
        middle = (low + high) / 2
        v = 1 / (1 + middle)
        value = principal - (principal + interest) * v + one.amount * v ** (1 + 92 / 365)
        low, high = (low, middle) if value > 0 else (middle, high)
    cash = ((DRAWN, principal), (SETTLED, -principal - interest))
    found = all_in_rate(dated(cash, DRAWN), dated(((one.date, one.amount),), DRAWN))
    assert found is not None
    assert found == pytest.approx(low, abs=1e-10)
    assert found > net
    assert found == pytest.approx(net, abs=0.002)


def test_the_revenue_cap_bites_above_ten_million_only() -> None:
    small = loan(1000, revenue=1_000_000_00)
    assert paid("shenzhen-nanshan-2025", small) == [350_000_00]
    large = loan(1001, revenue=1_000_000_00)
    (one,) = subsidies(shipped("shenzhen-nanshan-2025"), (large,), prime_rate=prime_rate)
    assert (one.amount, one.capped_by) == (8_000_00, ("revenue",))
    assert one.before_caps > 350_000_00
    enough = loan(1001, revenue=100_000_000_00)
    (one,) = subsidies(shipped("shenzhen-nanshan-2025"), (enough,), prime_rate=prime_rate)
    assert (one.amount, one.capped_by) == (one.before_caps, ())


def test_nansha_pays_guarantee_or_insurance_not_both() -> None:
    costs = (
        DatedCost("appraisal fee", DRAWN, 30_000_00, 0),
        DatedCost("guarantee fee", DRAWN, 80_000_00, 0),
        DatedCost("insurance premium", DRAWN, 200_000_00, 0),
        DatedCost("interest", SETTLED, 500_000_00, 0),
    )
    one = loan(1000, instrument="pledge-loan", place="Nansha, Guangzhou", costs=costs)
    found = outcome(shipped("guangzhou-nansha-2024"), (one,), prime_rate=prime_rate)
    by_rule = {each.rule: each.amount for each in found.paid}
    # Interest counts at most at the prime rate: 3.1% of ten million.
    assert by_rule == {"appraisal": 15_000_00, "insurance": 50_000_00, "interest": 155_000_00}
    assert [each.why for each in found.refused] == ["not together with insurance"]


def test_shares_of_the_issue_are_paid_once_up_to_the_cap() -> None:
    companies = [loan(1000, company=f"c{k}", place="Guangzhou", issue_size=301_000_000_00) for k in range(3)]
    assert paid("guangzhou-issuer", *companies) == [3_010_000_00]
    companies = [replace(one, issue_size=500_000_000_00) for one in companies]
    (one,) = subsidies(shipped("guangzhou-issuer"), companies, prime_rate=prime_rate)
    assert (one.amount, one.company, one.recipient, one.capped_by) == (
        4_000_000_00,
        None,
        "issuer",
        ("issue",),
    )


def test_fujian_pays_more_where_the_loan_is_guaranteed() -> None:
    plain = loan(500, instrument="pledge-loan", place="Fujian")
    assert paid("fujian", plain) == [int(Fraction(500 * WAN * 31, 1000) / 5)]
    assert paid("fujian", replace(plain, supports=frozenset({"guarantee"}))) == [77_500_00]
    assert paid(
        "fujian", replace(plain, principal=5000 * WAN, balances=((DRAWN, 5000 * WAN), (SETTLED, 0)))
    ) == [200_000_00]


def test_dates_and_places_that_do_not_fit_are_refused_or_marked() -> None:
    policy = shipped("shenzhen-nanshan-2025")
    settled = dt.date(2023, 4, 14)
    costs = (DatedCost("interest", settled, 500_000_00, 0),)
    old = loan(1000, drawn=dt.date(2022, 4, 14), settled=settled, costs=costs)
    away = loan(1000, place="Wuhan")
    found = outcome(policy, (old, away), prime_rate=prime_rate)
    assert found.paid == ()
    assert [one.why for one in found.refused] == [
        "holds from 2025-01-01, the money is drawn on 2022-04-14",
        "for companies of Nanshan, this one is of Wuhan",
    ]
    pretended = subsidies(policy, (old, away, loan(1000)), prime_rate=prime_rate, as_if=True)
    assert [one.as_if for one in pretended] == [True, True, False]


def written(tmp_path: Path, *rules: str) -> Policy:
    file = tmp_path / "mine.toml"
    file.write_text('name = "mine"\nsources = ["made up"]\n' + "\n".join(rules))
    return load_policy(file).model


RULE = '[rules.r]\nof = "principal"\nrate = 0.1\ninstruments = ["securitization"]\npaid = {{ when = "drawn" }}\n{}\n'


@pytest.mark.parametrize(
    ("when_short", "amounts"),
    [("pro-rata", [250_000_00, 750_000_00]), ("first-come", [500_000_00, 500_000_00])],
)
def test_a_budget_is_shared_out(tmp_path: Path, when_short: str, amounts: list[int]) -> None:
    policy = written(tmp_path, RULE.format(f'budget = {{ amount = 1_000_000, when_short = "{when_short}" }}'))
    found = subsidies(policy, (loan(500), loan(1500, company="c2")), prime_rate=prime_rate)
    assert [one.amount for one in found] == amounts
    assert found[1].capped_by == ("budget",)


def test_a_cap_of_a_company_and_year_counts_all_its_loans(tmp_path: Path) -> None:
    policy = written(tmp_path, RULE.format('caps = [{ amount = 700_000, per = "company-year" }]'))
    twice = (loan(500), loan(500), loan(500, drawn=dt.date(2026, 1, 5)), loan(500, company="c2"))
    assert [one.amount for one in subsidies(policy, twice, prime_rate=prime_rate)] == [
        500_000_00, 200_000_00, 500_000_00, 500_000_00,
    ]  # fmt: skip


@pytest.mark.parametrize("file", list_shipped("policy"), ids=lambda file: file.name)
def test_every_shipped_policy_says_where_its_numbers_come_from(file: Any) -> None:
    loaded = load_policy(file.path)
    kinds = {figure.kind for figure in register(loaded, stated=True)}
    assert kinds <= {"published", "derived", "assumed"}


BREAKS = [
    ("rate = { value = 0.02", "rate = { value = 2", "SEC112"),
    ("{ up_to = 10_000_000, rate = 0.7 }, ", "{ up_to = 60_000_000, rate = 0.7 }, ", "SEC661"),
    (", { rate = 0.3 }]", "]", "SEC661"),
    ("{ up_to = 50_000_000, rate = 0.5 }", "{ rate = 0.5 }", "SEC661"),
    ("caps = [{ amount = 1_000_000", "caps = [{ amount = -1", "SEC114"),
    ("budget = { amount = 10_000_000", "budget = { amount = -1", "SEC114"),
    ('components = ["interest"]', 'components = ["intrest"]', "SEC124"),
    ('instruments = ["pledge-loan"]', 'instruments = ["pledge"]', "SEC124"),
    ("until = 2029-12-31", "until = 2019-12-31", "SEC663"),
    ("until = 2030-12-31", "until = 2010-12-31", "SEC663"),
    ("insurer = 0.16", "insurer = 0.17", "SEC664"),
    ('pool = "fund"', 'pool = "nobody"', "SEC664"),
    ("bands = [", "rate = 0.1\nbands = [", "SEC660"),
    ('of = "principal"', 'of = "principal"\nvat = "included"', "SEC662"),
    ('of = "principal"', 'of = "issue-size"', "SEC662"),
]


@pytest.mark.parametrize(("before", "after", "code"), BREAKS)
def test_bad_policies_are_told_with_their_line(tmp_path: Path, before: str, after: str, code: str) -> None:
    assert before in (GOOD / "policy.toml").read_text()
    with pytest.raises(DefinitionError) as told:
        load_policy(edited("policy.toml", tmp_path, (before, after)))
    assert told.value.problems[-1].code == code
    assert all(problem.line > 0 for problem in told.value.problems)


def test_savings_are_compared_with_policy_on_both_sides() -> None:
    found = securitize.savings(
        "guangzhou-2019", against=["pledge-loan-guarantee"], policies=["guangzhou-huangpu"]
    )
    rows: Any = found.table("subsidies")
    assert set(rows["side"]) == {"securitization", "pledge-loan-guarantee"}
    assert not rows["as_if"].any()
    saved: Any = found.table("savings")
    both = saved[saved["company"] == "o11"].set_index("policy")
    assert both.loc["with", "securitization_bp"] < both.loc["without", "securitization_bp"]
    assert both.loc["with", "alternative_bp"] < both.loc["without", "alternative_bp"]
    public: Any = found.table("public_cost")
    public = public.set_index("side")
    amounts = rows.groupby("side")["amount"].sum()
    assert (public["paid"] == amounts.loc[public.index]).all()


def test_a_policy_that_does_not_hold_yet_is_refused_with_its_line() -> None:
    with pytest.raises(DefinitionError) as told:
        securitize.savings("nanshan-5-2022", policies=["shenzhen-nanshan-2025"])
    (problem,) = told.value.problems
    assert (problem.code, problem.path) == ("SEC666", "from")
    assert problem.line > 0
    found = securitize.savings("nanshan-5-2022", policies=["shenzhen-nanshan-2025"], as_if=True)
    assert found.table("subsidies")["as_if"].all()
    assert any(line.startswith("AS IF") for line in found.warnings)
