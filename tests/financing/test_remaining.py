"""What remains of a company's cost in mid-life: by hand, against the deal told from closing, and a side against itself.

Source: ``docs/reference/financing-cost.md``, section 9.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

import pytest

from securitize.base.errors import UsageError
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.financing.financing import Financing
from securitize.definitions.loading import load_alternative, load_financing
from securitize.engine.drawing import drawing
from securitize.engine.prepare.prepared import Prepared
from securitize.financing.alternatives import borrowed, offers
from securitize.financing.comparison import no_subsidies
from securitize.financing.cost import cost_of
from securitize.financing.remaining import remaining
from securitize.financing.sides import Side, opened_with
from securitize.library import find_financing_of, list_alternatives
from securitize.studies.savings.break_evens import SecuritizationSides
from securitize.studies.savings.company_savings import compare
from securitize.studies.savings.inputs import FinancingInputs, inputs_of
from securitize.studies.savings.saving_paths import saving_paths
from tests.financing.made import D, alternative, debt, financing, history, side, terms
from tests.stress.mid_life import after, at_closing

#: 40 days into the second half-year of a year from 2022-04-14.
IN_BETWEEN = dt.date(2022, 11, 23)


@cache
def written(deal: str) -> Loaded[Financing]:
    prepared = at_closing(deal)[0]
    return load_financing(find_financing_of(prepared.definitions.deal.path, prepared.deal.name))


def inputs(deal: str, prepared: Prepared) -> FinancingInputs:
    return inputs_of(prepared, written(deal))


def test_accrued_interest_and_fees_of_the_past_are_no_cost() -> None:
    """10,000,000 at 4.5%, half-yearly, a fee of 1% when drawn: after 40 days of 182 the rest costs 4.5%, simple."""
    owed = debt(interest_every="6M")
    whole = side(owed, financing({"appraisal": {"component": "appraisal fee", "rate": D("0.01")}}))
    cut = remaining(whole, IN_BETWEEN)
    interest = sum(-row.amount for row in whole.charged if row.date > IN_BETWEEN)
    accrued = round(interest * 40 / 182)
    assert sum(row.amount for row in cut.cash if row.date == IN_BETWEEN) == 1_000_000_000 + accrued
    found = cost_of(cut.cash, ())
    assert found.money == interest - accrued
    # One payment after 142 days: (P + I) / (P + accrued) to the power of 365 / 142.
    ratio = (1_000_000_000 + interest) / (1_000_000_000 + accrued)
    assert found.all_in == pytest.approx(ratio ** (365 / 142) - 1, abs=1e-12)
    assert "appraisal" not in {row.component for row in cut.cash}


def test_a_deposit_that_is_left_is_left_on_the_day_again() -> None:
    owed = debt(interest_every="6M")
    cut = remaining(borrowed(alternative(deposit=D("0.1")), owed, terms(), history()), IN_BETWEEN)
    rows = [(row.date, row.amount) for row in cut.cash if row.group == "deposit"]
    assert rows == [(IN_BETWEEN, -100_000_000), (dt.date(2023, 4, 14), 100_000_000)]


def sides(found: FinancingInputs) -> dict[tuple[str, str], Side]:
    """Each company's side, and that of each alternative that it can have."""
    made = {(one.name, one.company): one for one in SecuritizationSides(found, no_subsidies).unchanged}
    history_of = found.index_history
    for _, path in list_alternatives(found.folder):
        terms_of = load_alternative(path).model
        for offer in offers(terms_of, found.debts, found.terms, history_of, found.since):
            if offer.side is not None:
                made[terms_of.name, offer.company] = offer.side
    return made


def by_date(side_of: Side) -> dict[dt.date, int]:
    found: dict[dt.date, int] = {}
    for row in side_of.cash:
        found[row.date] = found.get(row.date, 0) + row.amount
    return {day: amount for day, amount in found.items() if amount}


@pytest.mark.parametrize(
    ("deal", "period"), [("guangzhou-2019", 3), ("nanshan-5-2022", 1), ("ningbo-1-2024", 2)]
)
def test_a_deal_on_forecast_costs_what_remains_of_the_deal_told_from_closing(deal: str, period: int) -> None:
    """Both sides to the cent by date; what the vehicle paid before is no part of its books."""
    rolled = inputs(deal, after(deal, period))
    assert rolled.since == at_closing(deal)[0].schedule.collection[period]
    from_closing = inputs(deal, at_closing(deal)[0])
    # The books know later index rates than the closing did.
    from_closing = replace(from_closing, since=rolled.since, known_on=rolled.known_on)
    told, rest = sides(from_closing), sides(rolled)
    assert told.keys() == rest.keys()
    assert len({name for name, _ in told}) > 1
    for key, one in told.items():
        assert by_date(rest[key]) == by_date(one), key
        assert min(by_date(one)) == rolled.since
        found = cost_of(rest[key].cash, ())
        assert found.all_in == pytest.approx(cost_of(one.cash, ()).all_in, abs=1e-9)
        assert sum(share.rate or 0 for share in found.shares) == pytest.approx(found.all_in, abs=1e-9)


def test_a_claim_that_owes_less_by_the_books_is_compared_on_what_it_owes() -> None:
    """By 100,000.00 on either side, whatever it repaid; alternatives that repay as the securitization does."""
    deal, period = "nanshan-5-2022", 1
    less = 10_000_000
    told, rest = (sides(inputs(deal, one)) for one in (after(deal, period), after(deal, period, less=less)))
    assert told.keys() == rest.keys()
    alike = {
        key
        for key, one in told.items()
        if one.facility.balances == told["securitization", key[1]].facility.balances
    }
    assert len({name for name, _ in alike}) > 1
    for key in alike:
        one = told[key]
        gap = opened_with(one.cash) - opened_with(rest[key].cash)
        assert gap > 0
        assert gap % less == 0
        assert cost_of(rest[key].cash, ()).all_in == pytest.approx(cost_of(one.cash, ()).all_in, abs=3e-4)


def test_that_nobody_owes_any_more_is_told() -> None:
    deal = "guangzhou-2019"
    with pytest.raises(UsageError, match="no company owes principal any more"):
        inputs(deal, after(deal, at_closing(deal)[0].schedule.periods - 1))


def test_what_is_asked_of_the_whole_life_is_refused() -> None:
    found = inputs("nanshan-5-2022", after("nanshan-5-2022", 1))
    comparison = compare(found, ["pledge-loan-pool"])
    assert {row.securitization.cash[0].date for row in comparison.compared} == {found.since}
    drawn = drawing("assumed-small-companies", 10, 1)
    assert drawn is not None
    with pytest.raises(UsageError, match="leave out --performance"):
        saving_paths(comparison, drawn)
