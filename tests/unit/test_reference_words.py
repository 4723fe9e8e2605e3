"""The reference interpreter refuses a word that it does not know by name, wherever it reads one."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from datetime import date, timedelta
from typing import Any, ClassVar, cast

import pytest

from securitize.reference import (
    accounts,
    dates,
    fees,
    limits,
    notes,
    numbers,
    rates,
    scenario,
    state,
    steps,
    triggers,
    vehicle,
)
from securitize.reference.day_counts import Conventions, days_360, year_part
from securitize.reference.interpreter import run
from tests.unit.test_reference_interpreter import parse, pool

FIRST, FIFTH = date(2021, 1, 1), timedelta(days=73)
DAYS = [FIRST + FIFTH * t for t in range(4)]
SCHEDULE = {"payment": DAYS[1:], "accrual": DAYS, "collection": DAYS}
POOL = pool(performing=[1000_00, 900_00, 500_00, 50_00], interest=[50_00] * 3, principal=[30_00] * 3)
FIXINGS = {"fixings": {"accounts.reserve": [0, 0, 0]}}

REFUSED = re.compile("no such .*: stub")

#: Every vocabulary that the interpreter reads; the notes lack money, so that all of it is asked for.
DEAL = """
rounding = "half-even"

[dates]
closing = 2021-01-01
legal_final = 2021-08-08

[accounts.main]
kind = "collection"
interest = { kind = "fixed", rate = 0.01, day_count = "ACT/360" }

[accounts.reserve]
kind = "reserve"
opening = 10
target = { kind = "percent", rate = 0.1, of = "pool", zero_at = ["legal-final"] }
interest = { kind = "floating", index = "SHIBOR" }

[collections]
interest = "main"

[principal_distribution]
streams = ["principal"]

[notes.A]
rank = 1
balance = 900
day_count = "ACT/365F"
coupon = { kind = "step-up", rate = 0.5, steps = [{ from = 2021-05-01, rate = 0.6 }] }
principal = { kind = "collected" }
interest_on_unpaid = "coupon"
interest_order = "current-first"
unpaid_interest = "deferred"

[notes.B]
rank = 2
balance = 100
coupon = { kind = "zero" }
principal = { kind = "bullet", date = 2021-08-08 }
interest_on_unpaid = { kind = "fixed", rate = 0.1 }

[principal_deficiency]
notes = ["A"]
debits = "defaulted-less-recoveries"
account = "main"

[fees.trustee]
kind = "fixed"
amount = 1
payable = "3M"
while = "always"
cap = { amount = 5, per = "year" }

[fees.servicer]
kind = "percent-of-balance"
rate = 0.01
base = "pool"
day_count = "30E/360"
window = "collection-period"
payable = "3M"

[fees.agent]
kind = "percent-of-collections"
rate = 0.01
streams = ["interest"]

[support.line]
kind = "liquidity-line"
rating = "AA"
limit = 10
limit_per_payment = 5
interest = { kind = "fixed", rate = 0.01 }
undrawn_fee = { rate = 0.01, day_count = "ACT/360" }

[triggers.cover]
kind = "coverage"
measure = "DSCR"
rank = 2
threshold = 1.5
test = "before-payment"
effect = "this-payment"
with_support = true
priority = "default"

[triggers.short]
kind = "unpaid-interest"
notes = ["A"]

[triggers.behind]
kind = "unpaid-principal"
notes = ["A"]

[triggers.both]
kind = "combination"
of = ["cover", "short"]
rule = "any"

[triggers.rated]
kind = "provider-rating"
support = "line"
below = "A"

[limits.costs]
percent = 0.5
of = "collections"
per = "year"

[clean_up_call]
threshold = 0.9
condition = "repays-notes"

[[priority.normal]]
name = "costs"
pay = ["fee:trustee", "fee:servicer"]
limits = ["costs"]

[[priority.default]]
name = "interest"
pay = ["interest:A"]
support = ["line"]

[[priority.default]]
name = "costs"
pay = ["fee:agent", "fee:trustee"]
split = "pari-passu"
leftover = "largest"
limit = { percent = 0.5, of = "available" }

[[priority.default]]
name = "principal"
pay = ["principal:A"]

[[priority.default]]
name = "reserve"
pay = ["reserve:reserve"]
"""


def put(deal: dict[str, Any], path: tuple[str | int, ...], word: str) -> dict[str, Any]:
    """The deal with another word at a place."""
    changed = deepcopy(deal)
    inner: Any = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = word
    return changed


def words_in(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The places of a deal at which a word stands, names of its own things left out."""
    entries = list(
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    if not entries and isinstance(value, str):
        return [path]
    return [place for key, inner in entries for place in words_in(inner, (*path, key))]


#: Keys, and tables, whose texts are names of the deal or of the market.
NAMES = {"name", "index", "account", "support", "collections", "limits", "notes", "of"}
PLACES = [
    place
    for place in words_in(parse(DEAL))
    if NAMES.isdisjoint({place[-1], place[-2] if len(place) > 1 else ""})
]
PLACES += [("accounts", "reserve", "target", "of"), ("limits", "costs", "of")]
PLACES += [("priority", "default", 1, "limit", "of")]
assert len(set(PLACES)) == len(PLACES)


def test_the_deal_itself_runs() -> None:
    assert run(parse(DEAL), SCHEDULE, POOL | FIXINGS)["priority"] == ["default"] * 3


@pytest.mark.parametrize("place", PLACES, ids=lambda place: ".".join(map(str, place)))
def test_an_unknown_word_of_a_deal_is_refused(place: tuple[str | int, ...]) -> None:
    with pytest.raises(ValueError, match=REFUSED):
        run(put(parse(DEAL), place, "stub"), SCHEDULE, POOL | FIXINGS)


@pytest.mark.parametrize("table", ["collections", "priority"])
def test_an_unknown_key_of_a_closed_table_is_refused(table: str) -> None:
    deal = parse(DEAL)
    deal[table]["stub"] = []
    with pytest.raises(ValueError, match=REFUSED):
        run(deal, SCHEDULE, POOL | FIXINGS)


NOTE = state.NoteState({"principal": {"kind": "stub"}, "balance": 1, "rank": 1}, 1_00)
FEE = state.FeeState({"kind": "stub"})
TRIGGER = state.TriggerState({"kind": "stub"})


class _Vehicle:
    """What the rules below look at before they read the word."""

    everything_due = final = redeemed = False
    t, performing = 1, (1, 1)
    notes = support = {"x": NOTE}
    accounts = fees = {"x": FEE}
    main = "x"
    a = DAYS
    deal: ClassVar[dict[str, Any]] = {"priority": {"normal": []}}

    def collected(self) -> int:
        """Nothing is."""
        return 0


VEHICLE = cast(vehicle.Vehicle, _Vehicle())

DISPATCHES: dict[str, Callable[[], object]] = {
    "rate, steps": lambda: rates.step_dates(VEHICLE, {"kind": "stub"}),
    "rate in force": lambda: rates.rate_on(VEHICLE, "", {"kind": "stub"}, 1, FIRST),
    "rounding": lambda: numbers.product(1, 1, 1, "stub"),
    "leftover": lambda: numbers.allocate(1, [1], "stub"),
    "frequency": lambda: dates.months_of("stub"),
    "day count": lambda: year_part("stub", FIRST, DAYS[1], (FIRST, DAYS[1]), Conventions(FIRST)),
    "days of a year of 360": lambda: days_360("stub", FIRST, DAYS[1], FIRST),
    "principal due": lambda: notes.principal_due(VEHICLE, NOTE),
    "principal with a schedule": lambda: notes.scheduled_on(VEHICLE, NOTE, 1, final=False),
    "principal, its schedule": lambda: NOTE.has_schedule,
    "principal, its distribution": lambda: NOTE.shares_collections,
    "interest, its parts": lambda: notes.parts_paid(NOTE, "stub"),
    "fee": lambda: fees.net_fee(VEHICLE, FEE),
    "fee, payable": lambda: fees.is_payable(VEHICLE, FEE),
    "fee, its notes": lambda: fees.notes_bearing(VEHICLE, state.FeeState({"kind": "", "notes": "stub"})),
    "driver": lambda: scenario.deal_under(
        {"dates": {"closing": FIRST}}, [{"driver": "stub"}], {"payment": DAYS[1:]}
    ),
    "fee, its balance": lambda: fees.balance_charged(VEHICLE, "stub"),
    "trigger": lambda: triggers.breaches(VEHICLE, TRIGGER),
    "trigger, its moment": lambda: TRIGGER.moment,
    "trigger, its moment after": lambda: state.TriggerState({"kind": "reserve", "test": "stub"}).moment,
    "measure": lambda: state.TriggerState({"kind": "coverage", "measure": "stub"}).after_only,
    "measure before the payments": lambda: triggers.coverage_fails(VEHICLE, {"measure": "stub", "rank": 1}),
    "trigger, its notes": lambda: triggers.notes_fail(VEHICLE, {"kind": "stub", "notes": []}),
    "rating": lambda: triggers.place_of("stub"),
    "payee": lambda: steps.kind_and_name("stub:x"),
    "payee, due": lambda: steps.due_to_note(VEHICLE, "stub", "x"),
    "payee, paid": lambda: steps.apply_payment(VEHICLE, "stub:x", 0, 0),
    "payee, paid to a note": lambda: steps.pay_note(VEHICLE, "stub", "x", 0),
    "renewal of a limit": lambda: limits.renews(VEHICLE, "stub"),
    "target, its base": lambda: accounts.percent(VEHICLE, {"of": "stub", "rate": 1}),
    "account": lambda: state.AccountState({"kind": "stub"}, 0).kind,
    "support": lambda: state.SupportState({"kind": "stub"}).reinstates,
}


@pytest.mark.parametrize("dispatch", DISPATCHES)
def test_each_rule_refuses_an_unknown_word_for_itself(dispatch: str) -> None:
    with pytest.raises(ValueError, match=REFUSED):
        DISPATCHES[dispatch]()


def test_a_payee_without_a_rule_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "PAYEES", ("stub",))
    for rule in (
        lambda: steps.due_of(VEHICLE, "stub:x", 0),
        lambda: steps.apply_payment(VEHICLE, "stub:x", 0, 0),
    ):
        with pytest.raises(ValueError, match=REFUSED):
            rule()
