"""Small financings made for tests, through the models that read files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from securitize.definitions.financing.alternative import Alternative
from securitize.definitions.financing.costs import CompanyCost
from securitize.definitions.financing.financing import Financing
from securitize.definitions.scenarios.market import Market
from securitize.financing.cash import Cash
from securitize.financing.debts import Debt, simple_debt
from securitize.financing.facility import Facility, Subsidy
from securitize.financing.sides import Side, securitized
from securitize.financing.terms import CompanyTerms
from securitize.market.lpr import IndexHistory

DRAWN, SETTLED = dt.date(2022, 4, 14), dt.date(2023, 4, 14)
D = Decimal


def facility(**changes: Any) -> dict[str, Any]:
    """Of 10,000,000 for a year at 4% and 0.5%, paid at the end."""
    given: dict[str, Any] = {"principal": 10_000_000, "drawn": DRAWN, "settled": SETTLED, "coupon": D("0.04")}
    return {**given, "platform_margin": D("0.005"), **changes}


def financing(costs: Mapping[str, Any] | None = None, **changes: Any) -> Financing:
    """A financing of such a facility."""
    given = {"name": "made", "facility": facility(), "costs": dict(costs or {})}
    return Financing.model_validate({**given, **changes})


def cost(component: str = "guarantee fee", **changes: Any) -> CompanyCost:
    """A cost that a company pays."""
    return CompanyCost.model_validate({"component": component, **changes})


def alternative(**changes: Any) -> Alternative:
    """A loan at 6%, interest each year, days over 365."""
    given = {"name": "loan", "instrument": "pledge-loan", "rate": {"kind": "fixed", "rate": D("0.06")}}
    return Alternative.model_validate({**given, "day_count": "ACT/365F", "interest_every": "12M", **changes})


def terms(company: str = "company", **changes: Any) -> CompanyTerms:
    """What is known of a company."""
    given: dict[str, Any] = {"place": "", "revenue": None, "appraised_value": None, "attributes": {}}
    return CompanyTerms(company, **{**given, **changes})


def debt(principal: int = 1_000_000_000, company: str = "company", **changes: Any) -> Debt:
    """A facility's debt, principal in minor units."""
    made = financing(facility=facility(principal=D(principal) / 100, company=company, **changes))
    assert made.facility is not None
    return simple_debt(made.facility)[0]


def side(owed: Debt, made: Financing, **changes: Any) -> Side:
    """The securitization's side, all interest as coupon."""
    parts = [Cash(day, "coupon", "coupon", -amount) for day, amount in owed.interest]
    return securitized(owed, parts, terms(owed.company), made, None, **changes)


def history(*rates: tuple[dt.date, str]) -> IndexHistory:
    """Loan prime rates by date."""
    rows = tuple(
        {"date": day, "one_year": D(rate), "five_year": D(rate), "source": "made"}
        for day, rate in rates or ((dt.date(2020, 1, 1), "0.04"),)
    )
    return IndexHistory(Market.model_validate({"name": "made", "lpr": rows}))


def refunding(share: float, on: dt.date) -> Any:
    """A policy that refunds a share of every facility's cost to its company, on one day."""

    def paid(facilities: Sequence[Facility]) -> tuple[Subsidy, ...]:
        return tuple(
            Subsidy("made", "half", one.company, "company", "interest", on, amount, amount, (), False)
            for one in facilities
            for amount in [round(share * sum(cost.amount for cost in one.costs))]
        )

    return paid
