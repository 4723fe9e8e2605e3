"""Stresses that find nothing owed from their day on, and criteria that find nothing to look at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from securitize.assets.owed import dues_after
from securitize.assets.resolve import resolve_pool
from securitize.definitions.loading import load_suite
from securitize.definitions.scenarios.deal_stresses import PartyDefaultStress
from securitize.definitions.scenarios.scenario import DefaultStress, Stress
from securitize.engine.prepare.dates import on_dates
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.scenario_batch import evaluate
from securitize.engine.targets import target_of
from securitize.library import find_suite
from securitize.performance.drivers import driver, no_support
from securitize.performance.suites.cases import SuiteCase
from securitize.performance.suites.compose import compose
from securitize.performance.suites.providers import no_providers
from securitize.performance.suites.target import DoesNotApply, Due, Target
from securitize.risk.break_criteria import breaks
from securitize.studies.solvers.break_even import break_evens
from securitize.studies.solvers.reverse import reverse_stresses
from securitize.waterfall.note_states import loses
from tests.stress.mid_life import after, at_closing
from tests.unit.pool_samples import LOAN, SCHEDULE, D, pool

DAY = dt.timedelta(days=1)


def put(stresses: Sequence[str], target: Target, folder: Path) -> SuiteCase:
    """One scenario of these stresses."""
    file = folder / "made.toml"
    written = "".join(f"[[scenarios.stress]]\n{one}\n" for one in stresses)
    head = 'name = "made"\nversion = "1"\n[[scenarios]]\nname = "one"\ntitle = "One"\ntitle_zh = "一"\n'
    file.write_text(head + written)
    loaded = load_suite(file)
    return compose(loaded.model.scenarios[0], loaded.raw["scenarios"][0]["stress"], [], target)


def owing(dues: Mapping[str, Sequence[tuple[dt.date, int]]]) -> Target:
    """Nanshan at closing, 2022-04-14, with contracts of these obligors that owe so much until these days."""
    target = target_of(prepare("nanshan-5-2022"))
    found = {
        name: tuple(Due(day, day, amount) for day, amount in dues.get(one.obligor, ()))
        for name, one in target.pool.contracts.items()
    }
    return replace(target, dues=found)


def test_what_is_struck_is_due_as_written_on_the_day_or_later() -> None:
    # 2020-07-01 to 2021-01-01, the last on a holiday: what is due counts, and of a restated loan in proportion.
    half = {"date": D(2020, 4, 1), "balance": 500_000}
    coming = {"expected": ({"date": D(2020, 9, 1), "stream": "recovery", "amount": 3},)}
    loan = LOAN | {"as_of": half | coming}
    found = dues_after(resolve_pool(pool(a=loan), SCHEDULE, None).contracts[0], D(2020, 4, 1))
    assert [(one.until, one.amount) for one in found] == [
        (D(2020, 7, 1), 500_000),
        (D(2020, 10, 1), 500_000),
        (D(2021, 1, 1), 50_500_000),
        # What is expected of the past is struck by nothing that is still to come.
        (D(2020, 4, 1), 300),
    ]
    assert found[-1].dated == D(2020, 9, 1)


@pytest.mark.parametrize("period", [0, 2])
@pytest.mark.parametrize("deal", ["guangzhou-2019", "nanshan-5-2022"])
def test_a_default_changes_cash_until_the_last_due_date_and_not_a_day_longer(deal: str, period: int) -> None:
    base = at_closing(deal)[0] if period == 0 else after(deal, period)
    target = target_of(base)
    last = {
        name: max(
            due.until
            for contract, dues in target.dues.items()
            if target.pool.contracts[contract].obligor == name
            for due in dues
        )
        for name in target.owed()
    }
    named: list[tuple[Stress, ...]] = [
        (DefaultStress.model_construct(driver="default", obligor=name, at=day),)
        for name, end in last.items()
        for day in (end, end + DAY)
    ]
    defaulted = evaluate(base, named).lines["defaulted",].sum(axis=1)
    assert [bool(one) for one in defaulted] == [True, False] * len(last)
    for name, end in last.items():
        assert name in target.owed(end)
        assert name not in target.owed(end + DAY)


def test_those_that_owe_most_after_the_day_default_and_nobody_else(tmp_path: Path) -> None:
    early, day, late = D(2022, 10, 13), D(2022, 10, 14), D(2023, 3, 30)
    target = owing({"o1": [(early, 900)], "o2": [(day, 5)], "o3": [(early, 500), (late, 7)]})
    found = put(['driver = "largest-obligors"\ncount = 3\nafter = "6M"'], target, tmp_path)
    assert [(one["obligor"], one["at"]) for one in found.stresses] == [("o3", day), ("o2", day)]
    assert found.remarks == ("all 2: 3 are asked for",)
    moved = driver("obligors-out", target)
    assert moved.most == 2


def test_a_default_after_all_is_paid_is_left_out_with_its_day(tmp_path: Path) -> None:
    target = owing({"o1": [(D(2022, 10, 13), 900)]})
    stresses = [
        'driver = "all-providers"',
        'driver = "largest-obligors"\ncount = 2\nafter = "6M"',
        'driver = "group-out"\nby = "region"\nafter = "6M"',
    ]
    found = put(stresses, target, tmp_path)
    assert [one["driver"] for one in found.stresses] == ["provider-default"]
    assert found.left_out == (
        "no obligor owes anything from 2022-10-14 on",
        "no obligor that belongs to such a group owes anything from 2022-10-14 on",
    )
    with pytest.raises(DoesNotApply, match="from 2022-10-14 on"):
        driver("obligors-out", target)


def test_a_deal_near_its_end_has_nobody_left_to_default() -> None:
    # After three quarters today is 2023-01-06; the last instalments are due by 2023-03-30, a payment follows in April.
    rolled = after("nanshan-5-2022", 3)
    loaded, target = load_suite(find_suite("supervisory")), target_of(rolled)
    put_to: dict[str, SuiteCase] = {}
    for place, one in enumerate(loaded.model.scenarios):
        raw = loaded.raw["scenarios"][place].get("stress", ())
        put_to[one.name] = compose(one, raw, [put_to[name] for name in one.with_], target)
    for name in ("largest-out", "three-largest-out", "region-out", "servicer-out"):
        assert not put_to[name].stresses
        assert put_to[name].left_out
    assert [one["driver"] for one in put_to["guarantor-and-two-out"].stresses] == ["provider-default"]
    assert put_to["guarantor-and-two-out"].left_out


SERVICER = 'driver = "servicer-out"\nafter = "6M"\nremittance_days = 30\nlate_days = 60'


@pytest.mark.parametrize(
    ("day", "acts"),
    # It fails on 2022-10-14: cash of 09-15 to 12-13 is held or late.
    [(D(2022, 9, 14), False), (D(2022, 9, 15), True), (D(2022, 12, 13), True), (D(2022, 12, 14), False)],
)
def test_a_servicer_fails_with_what_is_dated_in_its_two_windows(
    day: dt.date, acts: bool, tmp_path: Path
) -> None:
    found = put([SERVICER], owing({"o1": [(day, 5)]}), tmp_path)
    assert bool(found.stresses) is acts
    if not acts:
        assert found.left_out == ("no cash is dated from 2022-09-15 to 2022-12-13",)


def test_a_servicer_may_hold_what_another_stress_makes_late(tmp_path: Path) -> None:
    # Recoveries of nanshan come after two months: 2022-07-14 to 09-14 at the latest, and a day later with a delay.
    target = owing({"o1": [(D(2022, 7, 14), 5)]})
    late = 'driver = "all-payments-late"\ndays = {}'
    assert put([SERVICER, late.format(1)], target, tmp_path).stresses[0]["driver"] == "servicer-failure"
    far = owing({"o1": [(D(2022, 7, 13), 5)]})
    found = put([SERVICER, late.format(1)], far, tmp_path)
    assert [one["driver"] for one in found.stresses] == ["late-payment"]


def test_a_servicer_that_holds_nothing_fails_in_its_other_roles(tmp_path: Path) -> None:
    target = owing({"o1": [(D(2022, 9, 14), 5)]})
    for servicer, acts in ((None, False), ("o1", False), ("guarantor", True)):
        deal = target.deal.model_copy(update={"servicer": servicer})
        case = put([SERVICER], replace(target, deal=deal), tmp_path)
        assert bool(case.stresses) is acts


def guaranteed_by_an_obligor() -> Prepared:
    """Nanshan, whose obligor o1 guarantees the loans; the undertaking's provider is a company of its own."""
    found = prepare("nanshan-5-2022").definitions
    deal = found.deal.model
    assert deal.performance is not None
    recoveries = tuple(one.model_copy(update={"party": "o1"}) for one in deal.performance.recoveries)
    support = {name: one.model_copy(update={"party": None}) for name, one in deal.support.items()}
    performance = deal.performance.model_copy(update={"recoveries": recoveries})
    model = deal.model_copy(update={"performance": performance, "support": support})
    return on_dates(replace(found, deal=replace(found.deal, model=model)))


def test_a_guarantor_that_borrows_too_fails_with_the_other_providers(tmp_path: Path) -> None:
    base = guaranteed_by_an_obligor()
    target = target_of(base)
    found = put(['driver = "all-providers"'], target, tmp_path)
    expected = [("provider-default", "undertaking"), ("party-default", "o1")]
    assert [(one["driver"], one.get("support", one.get("party"))) for one in found.stresses] == expected
    assert [one["driver"] for one in no_providers(target)] == [name for name, _ in expected]
    alone = [one for one in no_support(target) if isinstance(one, PartyDefaultStress)]
    assert [one.party for one in alone] == ["o1"]
    # Another obligor's default is not made good, and the loans of o1 are lost as well.
    other = DefaultStress.model_construct(driver="default", obligor="o2", at=D(2022, 6, 1))
    lines = evaluate(base, [(other,), (*no_support(target), other)]).lines
    recovered, defaulted = lines["collections", "recovery"].sum(axis=1), lines["defaulted",].sum(axis=1)
    assert recovered[0] > 0
    assert recovered[1] == 0
    assert defaulted[1] > defaulted[0]


def test_a_criterion_without_anything_to_look_at_does_not_apply() -> None:
    # The subordinated note is a zero coupon without a schedule.
    prepared = prepare("nanshan-5-2022")
    found = break_evens(
        prepared,
        ["obligors-out"],
        criteria=["interest-unpaid", "coverage-below-1", "loss"],
        supports=["absent"],
    )
    status = {(one.note, one.criterion): (one.status, one.why_not) for one in found}
    assert status["sub", "interest-unpaid"] == ("not-applicable", "sub accrues no interest")
    assert status["sub", "coverage-below-1"][0] == "not-applicable"
    assert {status["A", one][0] for one in ("interest-unpaid", "coverage-below-1")} == {"found"}
    assert status["sub", "loss"][0] == "found"


def test_reverse_stress_of_a_note_without_interest_says_so() -> None:
    written = [one for one in load_suite(find_suite("reverse")).model.reverse if one.driver == "late-payment"]
    found = reverse_stresses(prepare("nanshan-5-2022"), written, supports=["in place"])
    why = {(one.note, one.criterion): one.why_not for one in found}
    assert why.pop(("sub", "interest-unpaid")) == "sub accrues no interest"
    assert set(why.values()) == {None}
    assert all(np.isfinite(one.distance) for one in found if one.distance is not None)


def test_a_default_rate_below_the_deals_own_is_said_to_be_a_relief(tmp_path: Path) -> None:
    target = target_of(prepare("nanshan-5-2022"))
    assert target.deal.performance is not None
    own = target.deal.performance.model_copy(update={"default_rate": (5_000_000, 30_000_000)})
    rated = replace(target, deal=target.deal.model_copy(update={"performance": own}))
    said = "its default rate is below the deal's own, first in period {}"
    for stress, period in (
        ('driver = "default-rate"\nset = 0.2204', 2),
        ('driver = "default-rate"\nset = 0.04', 1),
        ('driver = "default-rate-by-year"\nyears = [0.2, 0.4]\ntimes = 1.4', 2),
    ):
        assert put([stress], rated, tmp_path).remarks == (said.format(period),)
    for stress in ("set = 0.2204\nlast_period = 1", "set = 0.3", "scale = 0.5"):
        assert not put([f'driver = "default-rate"\n{stress}'], rated, tmp_path).remarks


def test_a_note_breaks_by_loss_where_its_state_says_that_it_loses() -> None:
    # Interest that is deferred as allowed, and never paid, is lost though no balance is written off.
    prepared = prepare("nanshan-5-2022")
    lines = dict(evaluate(prepared, [()] * 4).lines)
    shape = lines["note", "A", "written_off"].shape
    for name in ("written_off", "interest_written_off", "unpaid"):
        lines["note", "A", name] = np.zeros(shape, np.int64)
    lines["note", "A", "written_off"][0, -1] = lines["note", "A", "interest_written_off"][1, -2] = 1
    lines["note", "A", "unpaid"][2, -1] = lines["note", "A", "unpaid"][3, -2] = 1
    broken = breaks(evaluate(prepared, [()]).resolved, lines, "A", "loss")
    assert broken.any(axis=1).tolist() == loses(lines, "A").tolist() == [True, True, True, False]
