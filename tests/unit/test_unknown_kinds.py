"""A kind or word that was added to a vocabulary alone is refused by name, before anything is calculated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Literal

import numpy as np
import pytest

from securitize.assets import claims, royalty_rates
from securitize.definitions.checks.curves import numbers_of, points_of
from securitize.definitions.checks.exactness import highest_rate
from securitize.definitions.checks.money import bears_interest
from securitize.definitions.deals.deal import Deal
from securitize.definitions.figures import Model
from securitize.definitions.scenarios.effects import effects_of
from securitize.definitions.scenarios.scenario import Scenario
from securitize.market import bootstrap
from securitize.market.bootstrap import term_structure
from securitize.market.calendars import BusinessCalendar
from securitize.market.day_counters import day_counter
from securitize.market.day_counts import accrual, days_360
from securitize.market.today import Today
from securitize.performance.conversion import period_rates
from securitize.performance.parties import party_struck
from securitize.performance.random.model import resolve_copula
from securitize.performance.random.sampling import resolve_sampling
from securitize.risk.break_criteria import breaks
from securitize.waterfall import formulas, period_inputs, rates, resolve, trigger_inputs
from securitize.waterfall.rules import fees, note_books, reserves, steps
from tests.properties.comparison import as_tuples, schedule_of
from tests.properties.generated_deals import numbered_deal

DAY, LATER = dt.date(2024, 1, 1), dt.date(2024, 7, 1)


class Stub(Model):
    """A member that nobody knows."""

    kind: Literal["stub"] = "stub"
    support: str = "stub"
    at: dt.date = DAY


#: Stands for any member and for what a rule looks at before it asks for the kind.
STUB: Any = Stub()
WORD: Any = "stub"


def around(**values: Any) -> Any:
    return SimpleNamespace(**values)


def books_of(**note: Any) -> Any:
    """Books with one note, A, and whatever its rules look at."""
    variable = around(now=0)
    kept = around(balance=variable, on_deferred=variable, deferred=variable, current=variable)
    terms = around(note=around(**note))
    return around(
        recorder=None,
        notes={"A": kept},
        resolved=around(notes={"A": terms}, fees={"A": around(fee=STUB)}, deal=around(rounding="down")),
        in_full=lambda _: 0,
    )


SCHEDULE: Any = around(periods=1, payment=(LATER,), payment_dates=())
PAYEE: Any = around(kind="stub", name="A")
DISPATCHES: dict[str, Callable[[], object]] = {
    "driver": lambda: effects_of(Scenario.model_construct(stress=(STUB,))),
    "driver on fixings": lambda: period_inputs._stressed("SHIBOR", DAY, 0, [STUB], DAY, Today(0, DAY, DAY)),
    "rate": lambda: rates.rate_on(STUB, DAY),
    "rate, the highest": lambda: highest_rate(STUB),
    "coupon": lambda: bears_interest(around(coupon=STUB, coupon_steps=(), new_coupons=())),
    "principal, scheduled": lambda: resolve._scheduled_balances(around(principal=STUB), WORD),
    "principal, due": lambda: steps._principal_due(books_of(principal=STUB), "A"),
    "interest order": lambda: note_books.in_order_paid(around(interest_order="stub"), [], WORD),
    "payee, due": lambda: steps._due(books_of(), PAYEE, WORD),
    "payee, paid": lambda: steps._apply(books_of(), PAYEE, WORD, WORD),
    "split": lambda: steps._split(WORD, [], around(split="stub")),
    "limit": lambda: steps._limit(WORD, around(amount=None, percent=1, of="stub"), WORD, WORD),
    "leftover": lambda: formulas._counted_before(0, WORD, 1, WORD, WORD),
    "fee": lambda: fees._net_fee(books_of(), "A"),
    "fee, its base": lambda: fees._base(books_of(), around(base=frozenset({"stub"}))),
    "fee, its window": lambda: resolve._window(around(window="stub"), WORD),
    "target": lambda: reserves._target(books_of(), STUB),
    "fee, on its dates": lambda: resolve._resolve_fee(STUB, around(dates=around(closing=DAY)), SCHEDULE),
    "driver on parties": lambda: party_struck(STUB, around(support={})),
    "target in proportion": lambda: reserves._proportional(books_of(), STUB),
    "interpolation": lambda: bootstrap._fixed(WORD, [], [], WORD),
    "interpolation, bootstrapped": lambda: bootstrap._bootstrapped(DAY, [], WORD),
    "royalties before": lambda: royalty_rates._Sums(WORD, np.zeros(1, np.int64)).before(WORD),
    "royalty by rate": lambda: royalty_rates._Walk._by_rate(
        around(contract=around(rate=STUB)), DAY, np.zeros(1, np.int64)
    ),
    "royalty at least": lambda: royalty_rates._Walk._at_least(
        around(contract=around(minimum=around(per="stub"))), 0, WORD, WORD
    ),
    "target, its base": lambda: reserves._percent(books_of(), around(of=frozenset({"stub"}))),
    "trigger, its measure": lambda: trigger_inputs._covered(WORD, around(measure="stub")),
    "curve": lambda: term_structure(STUB, DAY, WORD),
    "curve, its quotes": lambda: list(points_of(STUB)),
    "curve, its numbers": lambda: list(numbers_of(STUB)),
    "day count": lambda: accrual(WORD, DAY, LATER),
    "day count of 360": lambda: days_360(WORD, DAY, LATER),
    "day count of a curve": lambda: day_counter(WORD),
    "calendar": lambda: BusinessCalendar(WORD),
    "adjustment": lambda: BusinessCalendar("weekends").adjust(DAY, WORD),
    "repayment": lambda: claims.schedule_claim(around(repayment=STUB, opening=0)),
    "royalty rate": lambda: royalty_rates.rate_on(STUB, DAY),
    "conversion": lambda: period_rates(np.array([1]), DAY, LATER, WORD),
    "copula": lambda: resolve_copula(around(copula=STUB)),
    "sampling": lambda: resolve_sampling(WORD, WORD),
    "criterion": lambda: breaks(WORD, {}, "A", WORD),
}


@pytest.mark.parametrize("dispatch", DISPATCHES)
def test_each_rule_refuses_what_it_does_not_know(dispatch: str) -> None:
    with pytest.raises((AssertionError, KeyError), match="stub"):
        DISPATCHES[dispatch]()


@pytest.mark.parametrize("place", ["coupon", "principal"])
def test_a_deal_with_an_unknown_kind_is_not_calculated(place: str) -> None:
    case = numbered_deal(0)
    deal, pool = Deal.model_validate(as_tuples(case.deal)), case.pools[0]
    notes = {name: note.model_copy(update={place: STUB}) for name, note in deal.notes.items()}
    with pytest.raises(AssertionError, match=r"stub|Stub"):
        resolve.resolve_deal(
            deal.model_copy(update={"notes": notes}),
            schedule_of(case),
            pool["performing"][0],
            pool["scheduled"],
        )
