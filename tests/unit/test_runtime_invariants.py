"""Each runtime invariant speaks, by its name, when the books that it watches are broken."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pytest

from benchmarks.deals import benchmark_deal, benchmark_pool
from securitize.base.arithmetic import Int64
from securitize.base.errors import CalculationError
from securitize.definitions.deals.deal import Deal
from securitize.market.schedules import Schedule
from securitize.performance.parties import account_pays
from securitize.waterfall.execute import MachineName, pay
from securitize.waterfall.expressions import Recorder, Value
from securitize.waterfall.plan import build_plan
from securitize.waterfall.resolve import resolve_deal
from securitize.waterfall.resolved import ResolvedDeal, held, recovered
from securitize.waterfall.rules import (
    after_payments,
    before_payments,
    invariants,
    record_payment_date,
    steps,
    triggers,
)
from securitize.waterfall.rules.books import Books

Break = Callable[[Books], None]


def resolved() -> ResolvedDeal:
    raw, dates = benchmark_deal()
    raw["limits"] = {"all": {"amount": 10**9, "per": "life"}}
    raw["priority"]["normal"][1]["limits"] = ("all",)
    raw["notes"]["A"]["puts"] = ({"date": dates["payment"][4], "share": Decimal("0.1")},)
    undertaking = raw["support"]["undertaking"]
    undertaking["interest"] = {"kind": "fixed", "rate": Decimal("0.05"), "day_count": "ACT/360"}
    undertaking["undrawn_fee"] = {"rate": Decimal("0.002"), "day_count": "ACT/360"}
    raw["issuer_call"] = {"date": dates["payment"][8], "price": Decimal("1.02")}
    raw["principal_deficiency"] = {"notes": ("B", "A"), "debits": "defaulted", "account": "collection"}
    undertaking["party"], raw["accounts"]["collection"]["party"] = "guarantor", "bank"
    raw["parties"] = (
        {"role": "guarantor", "name": "G", "id": "guarantor", "capacity": 10**9},
        {"role": "account bank", "name": "B", "id": "bank"},
    )
    schedule = Schedule(tuple(dates["payment"]), tuple(dates["accrual"]), tuple(dates["collection"]))
    pays = {account_pays("collection"): [10**8] * 6 + [3 * 10**7] * 14}
    return resolve_deal(Deal.model_validate(raw), schedule, 310_000_000_00, [15_500_000_00] * 20, pays)


def delivered() -> dict[str, Int64]:
    """What the pool brings, of which a failed bank held some, and a party with a capacity owes some."""
    pool = benchmark_pool(0, 64)
    some = np.full_like(pool["recovery"], 100)
    return {**pool, held("collection"): some, recovered("guarantor"): np.minimum(some, pool["recovery"])}


def run_broken(before_close: Break, after_close: Break, machine: MachineName = "numpy") -> None:
    """One date as the engine records it, its books broken before or after they are closed."""
    books = Books.open(resolved())
    before_payments(books)
    for name, mask in triggers.priorities_in_force(books).items():
        steps.record_priority(books, name, mask)
    before_close(books)
    after_payments(books)
    after_close(books)
    invariants.check_period(books)
    pay(build_plan(books.recorder, []), delivered(), machine=machine)


def nothing(books: Books) -> None:
    """The books as they are."""


def add(kind: str, name: str, variable: str, amount: int) -> Break:
    def broken(books: Books) -> None:
        kept = getattr(getattr(books, kind)[name], variable)
        kept.now = kept.now + amount

    return broken


def put(kind: str, name: str, variable: str, amount: int) -> Break:
    def broken(books: Books) -> None:
        getattr(getattr(books, kind)[name], variable).now = books.recorder.constant(amount)

    return broken


def wrong_interest(amount: int) -> Break:
    def broken(books: Books) -> None:
        note = books.notes["A"]
        note.accrued = note.accrued + amount
        note.current.now = note.current.now + amount

    return broken


def unlatched(books: Books) -> None:
    breached = books.triggers["defaults"].breached
    breached.now = ~breached.opening


def over_the_limit(books: Books) -> None:
    books.limits["all"].now = books.recorder.constant(-1)


def change(kind: str, name: str, attribute: str, amount: int) -> Break:
    def broken(books: Books) -> None:
        kept = getattr(books, kind)[name]
        setattr(kept, attribute, getattr(kept, attribute) + amount)

    return broken


def negative_distribution(books: Books) -> None:
    books.distribution.now = books.recorder.constant(-1)


CASES: list[tuple[str, Break, Break]] = [
    ("sources are uses", nothing, add("fees", "tax", "paid", 1)),
    ("account collection rolls forward", nothing, add("accounts", "collection", "came_in", 1)),
    ("account reserve is empty after the legal final", nothing, add("accounts", "reserve", "balance", 1)),
    ("note A: balance rolls forward", nothing, add("notes", "A", "principal_paid", 1)),
    ("note A: repaid, lost and outstanding are the face", nothing, add("notes", "A", "balance", 1)),
    ("note B: interest rolls forward", nothing, add("notes", "B", "interest_paid", 1)),
    ("note A: interest is exact", wrong_interest(1), nothing),
    ("note A: interest is exact", wrong_interest(-1), nothing),
    ("fee manager rolls forward", nothing, add("fees", "manager", "unpaid", 1)),
    ("fee manager: the cap is kept", nothing, put("fees", "manager", "cap_left", -1)),
    ("support undertaking rolls forward", nothing, add("support", "undertaking", "paid_in_all", 1)),
    ("support undertaking: the limit is kept", nothing, put("support", "undertaking", "paid_in_all", 10**12)),
    ("note A: the amount put is not negative", nothing, put("notes", "A", "put", -1)),
    ("note A: the premium is not negative", nothing, put("notes", "A", "premium", -1)),
    ("note A: the premium rolls forward", nothing, add("notes", "A", "premium", 1)),
    ("note A: the deficiency is not negative", nothing, put("notes", "A", "deficiency", -1)),
    ("note A: the deficiency is within the balance", nothing, put("notes", "A", "deficiency", 10**12)),
    ("note A: unpaid interest is not negative", nothing, put("notes", "A", "deferred", -1)),
    ("note A: balance is not negative", nothing, put("notes", "A", "balance", -1)),
    ("account reserve is not negative", nothing, put("accounts", "reserve", "balance", -1)),
    ("fee tax: unpaid is not negative", nothing, put("fees", "tax", "unpaid", -1)),
    ("fee tax: accrued is not negative", nothing, put("fees", "tax", "pending", -1)),
    (
        "support undertaking: outstanding is not negative",
        nothing,
        put("support", "undertaking", "paid_in_all", -1),
    ),
    ("support undertaking: interest is not negative", nothing, put("support", "undertaking", "interest", -1)),
    ("support undertaking: interest rolls forward", nothing, add("support", "undertaking", "interest", 1)),
    ("support undertaking: the fee is not negative", nothing, put("support", "undertaking", "fee", -1)),
    ("support undertaking: the fee rolls forward", nothing, add("support", "undertaking", "fee", 1)),
    (
        "account collection: what its bank keeps is not negative",
        nothing,
        change("accounts", "collection", "lost", -(10**12)),
    ),
    (
        "account collection: its bank keeps no more than was there and came in",
        nothing,
        change("accounts", "collection", "lost", 10**12),
    ),
    (
        "party guarantor: no more recoveries are paid than are due",
        nothing,
        change("parties", "guarantor", "recoveries", 1),
    ),
    (
        "party guarantor: recoveries are not negative",
        nothing,
        change("parties", "guarantor", "recoveries", -(10**6)),
    ),
    ("party guarantor: the capacity is kept", nothing, put("parties", "guarantor", "recovered", 10**12)),
    ("party guarantor: what it has paid rolls forward", nothing, add("parties", "guarantor", "recovered", 1)),
    ("the principal distribution amount is not negative", nothing, negative_distribution),
    ("limit all is kept", nothing, over_the_limit),
    ("trigger defaults stays breached", nothing, unlatched),
    ("note A: nothing is owed after a redemption by call", nothing, add("notes", "A", "premium", 1)),
    ("fee tax: nothing is owed after a redemption by call", nothing, add("fees", "tax", "pending", 1)),
    (
        "support undertaking: a redemption by call pays what it charges",
        nothing,
        add("support", "undertaking", "interest", 1),
    ),
]


@pytest.mark.parametrize(
    ("name", "before", "after"), CASES, ids=[f"{k} {case[0]}" for k, case in enumerate(CASES)]
)
@pytest.mark.parametrize("machine", ["numpy", "compiled"])
def test_a_broken_book_is_named(
    name: str, before: Break, after: Break, machine: MachineName, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One fault breaks several identities; with the others left out, this one must see it alone.
    for check in ("require_zero", "require_not_negative"):
        monkeypatch.setattr(Recorder, check, only(name, getattr(Recorder, check)))
    with pytest.raises(CalculationError, match=f"runtime invariant does not hold: {name}"):
        run_broken(before, after, machine)


def only(name: str, original: Callable[..., None]) -> Callable[..., None]:
    """The check of one invariant, silent for all others."""

    def check(recorder: Recorder, invariant: str, value: Value) -> None:
        if invariant == name:
            original(recorder, invariant, value)

    return check


def test_the_books_as_they_are_break_nothing() -> None:
    run_broken(nothing, nothing)
    run_broken(nothing, nothing, "compiled")


STEPS = {
    "nobody is paid more than is due": {"available": 2, "asked": 1, "due": 1, "paid": 2, "supported": 0},
    "a payment is not negative": {"available": 2, "asked": 1, "due": 1, "paid": -1, "supported": 0},
    "support is not negative": {"available": 2, "asked": 1, "due": 1, "paid": 1, "supported": -1},
    "no more is paid than is available": {"available": 1, "asked": 2, "due": 2, "paid": 2, "supported": 0},
    "no shortfall while money is left": {"available": 2, "asked": 2, "due": 2, "paid": 1, "supported": 0},
}


@pytest.mark.parametrize("name", STEPS)
def test_a_step_that_breaks_a_rule_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for check in ("require_zero", "require_not_negative"):
        monkeypatch.setattr(Recorder, check, only(f"step normal.0: {name}", getattr(Recorder, check)))
    books = Books.open(resolved())
    said = {key: books.recorder.constant(value) for key, value in STEPS[name].items()}
    invariants.check_step(
        books,
        "normal.0",
        available=said["available"],
        asked=said["asked"],
        dues=[said["due"]],
        paid=[said["paid"]],
        supported=[said["supported"]],
        slack=books.recorder.constant(0),
    )
    with pytest.raises(CalculationError, match=name):
        pay(build_plan(books.recorder), {"interest": np.zeros((1, 20), np.int64)})


def test_every_invariant_of_the_engine_is_broken_here() -> None:
    told = build_plan(record_payment_date(resolved())).checks
    shown = {_kind(case[0]) for case in CASES} | {_kind(f"step x: {name}") for name in STEPS}
    assert {_kind(name) for name in told} - shown == set()


def _kind(invariant: str) -> str:
    """An invariant without the names in it."""
    return re.sub(r"^(account|note|fee|support|party|limit|trigger|step) \S+?(:?) ", r"\1\2 ", invariant)
