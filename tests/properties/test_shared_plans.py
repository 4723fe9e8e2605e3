"""A plan that is recorded once for all deals of the same words pays each of them what its own plan would."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from securitize.base.arithmetic import Int64
from securitize.base.errors import CalculationError
from securitize.waterfall.execute import MachineName, pay
from securitize.waterfall.expressions import Recorder
from securitize.waterfall.plan import Line, Plan, build_plan
from securitize.waterfall.prologue import Prologue
from securitize.waterfall.resolved import ResolvedDeal, after_periods
from securitize.waterfall.rules import record_payment_date
from securitize.waterfall.shared_plans import SharedPlans
from securitize.waterfall.terms import Term, taken_apart
from tests.properties.comparison import engine_inputs, resolved
from tests.properties.generated_deals import numbered_deal
from tests.properties.pairs import pair

#: Pairs of a batch; batches of the deep suite.
BATCH, DEEP = 20, 100
Paid = dict[Line, Int64] | str


def paid(plan: Callable[[], Plan], inputs: dict[str, Int64], machine: MachineName) -> Paid:
    """Every line, or how it was refused."""
    try:
        return pay(plan(), inputs, machine=machine)
    except CalculationError as error:
        return str(error)


def assert_alike(shared: Paid, fresh: Paid, what: object) -> None:
    """The same lines, each with the same amounts."""
    if isinstance(shared, str) or isinstance(fresh, str):
        assert shared == fresh, what
        return
    assert list(shared) == list(fresh), what
    differing = [line for line, values in fresh.items() if not np.array_equal(values, shared[line])]
    assert not differing, (what, differing[:5])


def assert_shared_as_fresh(
    number: int,
    one: ResolvedDeal,
    other: ResolvedDeal,
    inputs: dict[str, Int64],
    *,
    with_totals: bool = False,
) -> bool:
    """Record one deal, and pay the other by both routes; returns whether it took the recording of the first."""
    plans = SharedPlans()
    plans.rules_of(one, with_totals=with_totals)
    machines: tuple[MachineName, ...] = ("numpy", "compiled") if number % 4 == 0 else ("numpy",)
    for machine in machines:
        shared = paid(lambda: plans.rules_of(other, with_totals=with_totals).plan(), inputs, machine)
        fresh = paid(lambda: build_plan(record_payment_date(other, with_totals=with_totals)), inputs, machine)
        assert_alike(shared, fresh, (number, machine))
    return plans.recorded == 1


def count_shared(batch: int) -> int:
    """Pairs of a batch that shared a recording."""
    found = ((number, pair(number)) for number in range(batch * BATCH, (batch + 1) * BATCH))
    return sum(
        assert_shared_as_fresh(number, each[2], each[3], engine_inputs(each[1]))
        for number, each in found
        if each is not None
    )


@pytest.mark.parametrize(
    "batch", [0, *(pytest.param(batch, marks=pytest.mark.deep(part="mutants")) for batch in range(1, DEEP))]
)
def test_a_shared_plan_pays_what_a_new_one_would(batch: int) -> None:
    assert count_shared(batch) >= BATCH // 10


def test_a_deal_in_mid_life_shares_by_the_same_words() -> None:
    chosen, shared = random.Random(7), 0
    for number in range(12):
        case = numbered_deal(number, 2)
        deal = resolved(case)
        if deal.periods < 3:
            continue
        names = [f"balance.{name}" for name in deal.deal.notes]
        names += [
            f"{what}.{name}" for name in deal.deal.notes for what in ("deferred", "capitalised", "repaid")
        ]
        one, other = (
            after_periods(
                deal, 1, {name: chosen.choice((1, 100, 100, 7_300, 7_301) * 9 + (0,)) for name in names}
            )
            for _ in range(2)
        )
        inputs = {name: np.ascontiguousarray(values[:, 1:]) for name, values in engine_inputs(case).items()}
        shared += assert_shared_as_fresh(number, one, other, inputs, with_totals=True)
    assert shared


#: A deal with certificates, a reserve, a fee with tax, a trigger, and steps that are shared.
NUMBER = 1


def one_deal() -> ResolvedDeal:
    return resolved(numbered_deal(NUMBER, 2))


def with_note(deal: ResolvedDeal, **changes: Any) -> ResolvedDeal:
    """The deal with changed terms of its first note."""
    name, first = next(iter(deal.notes.items()))
    note = first.note.model_copy(update=changes)
    notes = {**deal.notes, name: replace(first, note=note)}
    return replace(
        deal, notes=notes, deal=deal.deal.model_copy(update={"notes": {**deal.deal.notes, name: note}})
    )


def test_a_word_more_or_less_is_another_structure() -> None:
    deal = one_deal()
    name = next(iter(deal.notes))
    step = deal.priorities["normal"][0]
    others = {
        "rounding": replace(
            deal,
            deal=deal.deal.model_copy(
                update={"rounding": "down" if deal.deal.rounding != "down" else "half-up"}
            ),
        ),
        "rank": with_note(deal, rank=deal.notes[name].note.rank + 1),
        "interest_order": with_note(
            deal,
            interest_order="current-first"
            if deal.notes[name].note.interest_order == "deferred-first"
            else "deferred-first",
        ),
        "unpaid_interest": with_note(
            deal, unpaid_interest="deferred" if deal.notes[name].note.capitalises else "capitalised"
        ),
        "varying": replace(deal, varying=frozenset({*deal.varying, "rating.nobody"})),
        "steps": replace(deal, priorities={**deal.priorities, "normal": deal.priorities["normal"][:-1]}),
        "split": replace(
            deal,
            priorities={
                **deal.priorities,
                "normal": (
                    replace(step, step=step.step.model_copy(update={"debits_deficiency": True})),
                    *deal.priorities["normal"][1:],
                ),
            },
        ),
    }
    keys = {what: taken_apart(other).key for what, other in others.items()}
    assert taken_apart(one_deal()).key == taken_apart(deal).key
    assert [what for what, key in keys.items() if key == taken_apart(deal).key] == []
    assert len(set(keys.values())) == len(keys)


def test_a_number_more_or_less_is_the_same_structure() -> None:
    deal = one_deal()
    name = next(iter(deal.notes))
    other = with_note(deal, balance=deal.notes[name].note.balance + 100)
    assert taken_apart(other).key == taken_apart(deal).key


def test_a_rule_cannot_look_at_a_number() -> None:
    words = taken_apart(one_deal()).words
    balance: Any = next(iter(words.notes.values())).note.balance
    looks: list[Callable[[], object]] = [
        lambda: bool(balance),
        lambda: balance == 0,
        lambda: balance > 0,
        lambda: int(balance),
        lambda: balance + 1,
        lambda: balance in {1: 2},
        lambda: max(balance, 1),
    ]
    for look in looks:
        with pytest.raises(TypeError):
            look()


def test_what_no_rule_reads_is_not_there() -> None:
    words = taken_apart(one_deal()).words
    for part, name in ((words.deal, "dates"), (next(iter(words.notes.values())).note, "title")):
        with pytest.raises(AttributeError):
            getattr(part, name)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("denominator", 0, "notes.N0.rate.denominator"),
        ("numerator", -1, "notes.N0.rate.numerator"),
        ("numerator", 2**53, "notes.N0.rate.numerator"),
    ],
)
def test_a_binding_refuses_what_is_not_exact_and_names_it(field: str, value: int, said: str) -> None:
    deal = next(
        found
        for found in (resolved(numbered_deal(number, 2)) for number in range(20))
        if found.notes["N0"].rate.floating is None
        and found.notes["N0"].rate.numerator.any()
        and not found.notes["N0"].note.coupon_steps
    )
    plans = SharedPlans()
    plans.rules_of(deal)
    first = deal.notes["N0"]
    array = getattr(first.rate, field).copy()
    array[-1] = value
    rate = replace(first.rate, **{field: array})
    bad = replace(deal, notes={**deal.notes, "N0": replace(first, rate=rate, whole_rate=rate)})
    for routes in (plans, SharedPlans(0)):
        with pytest.raises(CalculationError, match=said):
            routes.rules_of(bad)
    plans.rules_of(deal)
    assert plans.recorded <= 2


def test_sparsity_is_looked_at_again() -> None:
    """0 and -1 in every period fall away, and are not taken for what is so in some; by hand."""
    numbers = np.array([[5, 6], [0, 0]], np.int64)
    r = Recorder(2, numbered=numbers, paths=("a", "b"))
    x = r.input("x")
    r.store(("sum",), x + r.constant(Term(1, "b")))
    r.store(("less",), x - r.constant(Term(0, "a")) * 2)
    assert [each.op.name for each in r.instructions] == ["STORE", "SUB", "STORE"]
    prologue = Prologue(r)
    assert prologue.values(np.array([[5, 6], [0, 1]], np.int64)) is None
    assert prologue.values(np.array([[0, 0], [0, 0]], np.int64)) is None
    assert prologue.values(np.array([[-1, -1], [0, 0]], np.int64)) is None
    found = prologue.values(np.array([[7, 0], [0, 0]], np.int64))
    assert found is not None
    plan = build_plan(r)
    assert found[[prologue.row[number] for number in plan.operands]].tolist() == [[0, 0], [14, 0]]


def test_recordings_are_bounded_and_the_least_lately_used_goes() -> None:
    deals = [resolved(numbered_deal(number, 2)) for number in (1, 2, 3)]
    plans = SharedPlans(2)
    for place in (0, 1, 0, 2, 0, 1):
        plans.rules_of(deals[place])
    assert (plans.recorded, plans.bound) == (4, 2)
    never = SharedPlans(0)
    never.rules_of(deals[0])
    never.rules_of(deals[0])
    assert (never.recorded, never.bound) == (2, 0)


def test_threads_share_one_cache() -> None:
    case = numbered_deal(NUMBER, 2)
    deal, inputs, plans = resolved(case), engine_inputs(case), SharedPlans()
    name = next(iter(deal.notes))
    variants = [with_note(deal, balance=deal.notes[name].note.balance + 100 * k) for k in range(8)]
    with ThreadPoolExecutor(4) as pool:
        found = list(
            pool.map(lambda each: pay(plans.rules_of(each).plan(), inputs, machine="numpy"), variants)
        )
    for each, lines in zip(variants, found, strict=True):
        assert_alike(lines, pay(build_plan(record_payment_date(each)), inputs, machine="numpy"), name)
