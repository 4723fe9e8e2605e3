"""Policies that pay each year of a loan, by hand: which cost is of which year, caps, three companies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from scipy.optimize import brentq

from securitize.base.dates import add_months
from securitize.base.errors import DefinitionError
from securitize.definitions.loading import load_alternative
from securitize.definitions.policies.policy import Policy
from securitize.financing.alternatives import borrowed
from securitize.financing.comparison import cell, subsidise
from securitize.financing.facility import DatedCost, Facility
from securitize.financing.policies.evaluate import outcome, subsidies
from securitize.financing.sides import Side
from securitize.library import find_alternative
from securitize.studies.savings.break_evens import SecuritizationSides
from securitize.studies.savings.inputs import financing_inputs
from securitize.studies.savings.policies import policies_of
from tests.policies.test_policies import loan, prime_rate, written

D = dt.date
#: Drawn on the last day of a February: the second year begins on the 28th too.
DRAWN, SETTLED = D(2024, 2, 29), D(2026, 7, 10)
FEN = 100


def financing(*costs: DatedCost, **changed: Any) -> Facility:
    balances = ((DRAWN, 10_000_000 * FEN), (SETTLED, 0))
    return loan(1000, drawn=DRAWN, settled=SETTLED, balances=balances, costs=costs, **changed)


def paid(policy: Policy, *facilities: Facility) -> list[tuple[D, int]]:
    return [(one.date, one.amount) for one in subsidies(policy, facilities, prime_rate=prime_rate)]


RULE = """[rules.{0}]
of = "cost"
rate = 0.5
instruments = ["securitization"]
paid = {{ when = "yearly", months = 6 }}
"""
INTEREST = [
    DatedCost("interest", day, amount * FEN, 0)
    for day, amount in ((D(2024, 8, 29), 100), (D(2025, 2, 28), 200), (D(2026, 2, 28), 400), (SETTLED, 800))
]
#: In advance, each for the year that begins on its day; in arrears the same days would be of the year before.
FEES = [
    DatedCost("guarantee fee", day, amount * FEN, 0, advance=True)
    for day, amount in ((DRAWN, 10), (D(2025, 2, 28), 20), (D(2026, 2, 28), 40))
]


def test_a_cost_counts_in_the_year_for_which_it_is_paid(tmp_path: Path) -> None:
    policy = written(tmp_path, RULE.format("r"))
    assert paid(policy, financing(*INTEREST, *FEES)) == [
        (D(2025, 8, 28), (100 + 200 + 10) * 50),
        (D(2026, 8, 28), (400 + 20) * 50),
        (D(2027, 1, 10), (800 + 40) * 50),
    ]


def test_nothing_counts_outside_the_months_or_the_validity(tmp_path: Path) -> None:
    twelve = written(tmp_path, RULE.format("r") + "most_months = 12\n")
    assert paid(twelve, financing(*INTEREST, *FEES)) == [(D(2025, 8, 28), 310 * 50)]
    at_once = written(tmp_path, RULE.format("r").replace("yearly", "settled") + "most_months = 12\n")
    assert paid(at_once, financing(*INTEREST, *FEES)) == [(D(2027, 1, 10), 310 * 50)]
    ends = written(tmp_path, "until = 2026-02-28", RULE.format("r"))
    assert paid(ends, financing(*INTEREST, *FEES)) == [
        (D(2025, 8, 28), 310 * 50),
        (D(2026, 8, 28), 420 * 50),
        (D(2027, 1, 10), 40 * 50),
    ]


def test_interest_at_the_prime_rate_is_of_each_year(tmp_path: Path) -> None:
    policy = written(tmp_path, RULE.format("r").replace('"cost"', '"prime-rate-interest"'))
    days = [(D(2025, 2, 28) - DRAWN).days, 365, (SETTLED - D(2026, 2, 28)).days]
    assert days == [365, 365, 132]
    amounts = [10_000_000 * FEN * 31 * n // (1000 * 365 * 2) for n in days]
    assert [amount for _, amount in paid(policy, financing())] == amounts


def test_a_calendar_year_of_payment_has_one_cap(tmp_path: Path) -> None:
    """A second loan of the company, three months later: 2026 pays both second and first years, up to 250 in all."""
    policy = written(tmp_path, RULE.format("r") + 'caps = [{ amount = 250, per = "company-year" }]\n')
    later = D(2025, 5, 6)
    over = D(2026, 5, 6)
    other = financing(DatedCost("interest", over, 100 * FEN, 0))
    other = replace(other, drawn=later, settled=over, balances=((later, 10**9), (over, 0)))
    assert paid(policy, financing(*INTEREST, *FEES), other) == [
        (D(2025, 8, 28), 155 * FEN),
        (D(2026, 8, 28), 210 * FEN),
        (D(2026, 11, 6), 40 * FEN),  # of 50, what 2026 has left
        (D(2027, 1, 10), 250 * FEN),  # of 420
    ]


def test_of_rules_that_exclude_one_another_all_years_count(tmp_path: Path) -> None:
    """One year pays most by itself, 420 by interest; both together pay more by the other rule."""
    each, once = RULE.format("each"), RULE.format("once").replace("yearly", "settled")
    policy = written(
        tmp_path, each + 'one_of = "g"\n', once + 'one_of = "g"\ncaps = [{ amount = 500, per = "company" }]\n'
    )
    found = outcome(policy, [financing(*INTEREST, *FEES)], prime_rate=prime_rate)
    assert [(one.rule, one.amount) for one in found.paid] == [
        ("each", 155 * FEN), ("each", 210 * FEN), ("each", 420 * FEN)
    ]  # fmt: skip
    assert [one.why for one in found.refused] == ["not together with each"]


def test_a_share_of_the_principal_is_not_paid_yearly(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as told:
        written(tmp_path, RULE.format("r").replace('"cost"', '"principal"'))
    assert told.value.problems[0].code == "SEC662"


def own_yearly(side: Side, drawn: D, settled: D) -> list[tuple[D, int]]:
    """Half of interest and guarantee fee without VAT, year by year and six months later, at most a million each."""
    found, k = [], 0
    while add_months(drawn, 12 * k) < settled:
        since, until = add_months(drawn, 12 * k), min(add_months(drawn, 12 * (k + 1)), settled)
        counted = 0
        for cost in side.facility.costs:
            if cost.component == "interest" and since < cost.date <= until:
                counted += cost.amount
            if cost.component == "guarantee fee" and since <= cost.date < until:
                counted += cost.amount
        found.append((add_months(until, 6), min(counted // 2, 1_000_000 * FEN)))
        k += 1
    return found


def own_rate(side: Side, subsidies_: Sequence[tuple[D, int]]) -> float:
    rows = [(row.date, row.amount) for row in side.cash] + list(subsidies_)
    first = min(day for day, _ in rows)
    return float(
        brentq(lambda y: sum(a * (1 + y) ** (-(day - first).days / 365) for day, a in rows), 0.001, 0.2)
    )


@pytest.mark.parametrize(("realised", "lends_at"), [(False, 0.04369), (True, 0.04190)])
def test_three_companies_of_huangpu_are_paid_each_year(realised: bool, lends_at: float) -> None:
    """o1 pays 3.196% where all was paid at the end it paid 4.756%.

    Its loan, appraised each year, costs 4.369% by the prime rate that is known as it draws, 4.190% by those that came.
    """
    inputs = financing_inputs("guangzhou-2019")
    if realised:
        inputs = replace(inputs, known_on=None)
    asked = policies_of(inputs, ["guangzhou-huangpu"])[0]
    loans = load_alternative(find_alternative("pledge-loan-guarantee")).model
    each = {**loans.costs, "appraisal": loans.costs["appraisal"].model_copy(update={"renewal": "each"})}
    loans = loans.model_copy(update={"costs": each})
    mine = SecuritizationSides(inputs, asked).side("with")
    rates: dict[str, list[float]] = {}
    for k in (0, 1, 10):
        owed = inputs.debts[k]
        lent = borrowed(loans, owed, inputs.terms[k], inputs.index_history)
        theirs = subsidise([lent], "with", asked)
        for side, found in ((mine.sides[owed.company], mine), (lent, theirs)):
            own = own_yearly(side, owed.drawn, owed.settled)
            assert [(r.date, r.amount) for r in found.by_company[owed.company]] == [r for r in own if r[1]]
            rate = cell([side], "with", found).all_in
            assert rate == pytest.approx(own_rate(side, own), abs=1e-9)
            rates.setdefault(owed.company, []).append(rate or 0.0)
    assert rates["o1"] == [pytest.approx(0.03196, abs=5e-6), pytest.approx(lends_at, abs=5e-6)]
    assert all(len(mine.by_company[name]) >= 5 for name in rates)
