"""Break-evens, reverse stress, sizing: just inside holds, just outside breaks, by ordinary runs of scenario files."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from securitize.base.errors import InfeasibleError, UsageError
from securitize.definitions.deals.notes import ScheduledPrincipal
from securitize.definitions.loading import load_suite
from securitize.definitions.suites.suite import DriverName
from securitize.engine.calculation import Calculation, calculate
from securitize.engine.changed_input import with_value
from securitize.engine.life import life_of
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.scenario_batch import evaluate
from securitize.engine.targets import target_of
from securitize.library import find_suite
from securitize.performance.drivers import Driver, driver, no_support
from securitize.risk.break_criteria import breaks
from securitize.risk.marginal_laws import MarginalLaw
from securitize.studies.solvers.break_even import DriverBreakEven, break_evens
from securitize.studies.solvers.reverse import CRITERIA, law_of, reverse_stresses
from securitize.studies.solvers.size import (
    SizingTarget,
    goal_of,
    measured,
    meets,
    size_note,
    size_number,
    size_together,
    with_balances,
)

FIVE = ("guangzhou-2019", "nanshan-5-2022", "ningbo-1-2024", "biopharma-2000", "xoma-vabysmo-2023")


def scenario_file(prepared: Prepared, moved: Driver, steps: int, support: str, folder: Path) -> Path:
    """What reaches the value, as a person would write it."""
    value = moved.value(steps)
    names = {
        "default-rate": f'driver = "default-rate"\nshift = {value}',
        "prepayment-rate": f'driver = "prepayment-rate"\nshift = {value}',
        "recovery-rate": f'driver = "recovery-rate"\nscale = {value}',
        "late-payment": f'driver = "late-payment"\nfrom = 1950-01-01\nto = 2199-12-31\ndays = {value}',
        "royalty-base": f'driver = "royalty-base"\nscale = {value}',
    }
    tables = [names[moved.name]] if steps and moved.name in names else []
    if moved.name == "obligors-out":
        tables = [
            f'driver = "default"\nobligor = "{one.obligor}"\nat = {one.at}'  # type: ignore[union-attr]
            for one in moved.stresses(steps)
        ]
    if steps and moved.name == "default-path":
        (path,) = moved.stresses(steps)
        rates = [float(rate) / 1e8 for rate in path.set_]  # type: ignore[union-attr]
        tables = [f'driver = "default-rate"\nset = {rates}\nlast_period = {len(rates)}']
    share = value if moved.name == "support" else Decimal(0) if support == "absent" else None
    if share is not None:
        tables += [
            f'driver = "provider-default"\nsupport = "{name}"\nat = {prepared.deal.dates.closing}\nrecovery = {share}'
            for name in prepared.deal.support
        ]
    file = folder / f"{moved.name}-{steps}-{support.replace(' ', '-')}.toml"
    file.write_text('name = "made"\n' + "".join(f"\n[[stress]]\n{table}\n" for table in tables))
    return file


def broken(calculation: Calculation, one: DriverBreakEven) -> bool:
    lines = {line: values[np.newaxis, :] for line, values in calculation.lines.items()}
    life = partial(life_of, calculation)
    return bool(breaks(calculation.resolved, lines, one.note, one.criterion, life).any())


def prove(deal: str, folder: Path) -> int:
    """Every break-even of a deal by two runs of files; returns how many there are."""
    prepared = prepare(deal)
    target, runs = target_of(prepared), {}
    found = [one for one in break_evens(prepared) if one.status == "found"]
    for one in found:
        moved = driver(one.driver, target)
        assert one.steps is not None
        assert one.inside == moved.value(one.steps - 1)
        assert one.outside == moved.value(one.steps)
        for steps, wanted in ((one.steps - 1, False), (one.steps, True)):
            key = (one.driver, steps, one.support)
            if key not in runs:
                runs[key] = calculate(
                    prepare(deal, scenario_file(prepared, moved, steps, one.support, folder))
                )
            assert broken(runs[key], one) is wanted, one
    return len(found)


@pytest.mark.parametrize("deal", ["xoma-vabysmo-2023"])
def test_just_inside_holds_and_just_outside_breaks(deal: str, tmp_path: Path) -> None:
    assert prove(deal, tmp_path) >= 4


def test_a_note_without_schedule_has_no_break_even_of_coverage() -> None:
    found = break_evens(prepare("xoma-vabysmo-2023"), ["royalty-base"], criteria=["coverage-below-1", "loss"])
    assert [(one.criterion, one.status) for one in found] == [
        ("coverage-below-1", "not-applicable"),
        ("loss", "found"),
    ]
    assert found[0].why_not


@pytest.mark.deep(part="solvers")
@pytest.mark.parametrize("deal", FIVE)
def test_just_inside_holds_and_just_outside_breaks_of_every_deal(deal: str, tmp_path: Path) -> None:
    assert prove(deal, tmp_path) >= 4


@pytest.mark.parametrize("name", ["late-payment", "obligors-out"])
def test_the_first_step_that_breaks_is_found(name: DriverName) -> None:
    """Every step of the bracket looked at, one after another."""
    prepared = prepare("nanshan-5-2022")
    moved = driver(name, target_of(prepared))
    before = no_support(target_of(prepared))
    cells = evaluate(prepared, [(*before, *moved.stresses(step)) for step in range(moved.most + 1)])
    for one in break_evens(prepared, [name], supports=["absent"]):
        mask = breaks(cells.resolved, cells.lines, one.note, one.criterion, cells.life).any(axis=1)
        first = int(np.argmax(mask)) if mask.any() else None
        assert one.steps == (first or None)


def test_a_driver_with_nothing_to_move_says_so() -> None:
    found = break_evens(prepare("xoma-vabysmo-2023"), ["recovery-rate", "support"], supports=["in place"])
    assert {one.status for one in found} == {"not-applicable"}
    assert all(one.why_not for one in found)


@pytest.mark.parametrize(
    "deal", ["xoma-vabysmo-2023", pytest.param("ningbo-1-2024", marks=pytest.mark.deep(part="solvers"))]
)
def test_the_likeliest_combination_breaks_and_is_no_further_than_one_driver_alone(deal: str) -> None:
    prepared = prepare(deal)
    written = load_suite(find_suite("reverse")).model.reverse
    alone = break_evens(prepared, criteria=CRITERIA)
    laws = {one.driver: law_of(one) for one in written}
    for one in reverse_stresses(prepared, written):
        mine = [
            each
            for each in alone
            if (each.note, each.criterion, each.support) == (one.note, one.criterion, one.support)
            and each.status == "found"
            and each.driver in {moved.name for moved in one.drivers}
        ]
        if one.steps is None:
            assert not mine or min(_far(each, laws) for each in mine) > 10
            continue
        before = no_support(target_of(prepared)) if one.support == "absent" else ()
        reached = [s for moved, k in zip(one.drivers, one.steps, strict=True) for s in moved.stresses(k)]
        cells = evaluate(prepared, [(*before, *reached)])
        assert breaks(cells.resolved, cells.lines, one.note, one.criterion).any()
        assert one.distance is not None
        for each in mine:
            # Alone, a correlated driver is further out than its own deviations.
            assert one.distance <= _far(each, laws) / np.sqrt(1 - 0.5**2) + 1e-9


def _far(one: DriverBreakEven, laws: dict[DriverName, MarginalLaw]) -> float:
    assert one.outside is not None
    assert one.base is not None
    return float(laws[one.driver].scores(np.array([float(abs(one.outside - one.base))]))[0])


def test_a_sized_note_meets_its_target_and_one_lot_more_does_not() -> None:
    prepared, lot = prepare("guangzhou-2019"), 10_000_000
    goal = SizingTarget("A", "coverage", 1.05)
    found = size_note(prepared, "A", [goal], lot, "sub")
    whole = sum(note.balance for note in prepared.deal.notes.values())
    for value, wanted in ((found.inside, True), (found.outside, False)):
        assert value is not None
        balance = int(value * 100)
        assert balance % lot == 0
        resized = with_balances(prepared, {"A": balance, "sub": whole - balance})
        terms = resized.deal.notes["A"].principal
        assert isinstance(terms, ScheduledPrincipal)
        assert sum(payment.amount for payment in terms.payments) == balance
        assert meets(measured(resized, goal), goal) is wanted


def test_a_coupon_is_solved_likewise() -> None:
    goal = goal_of("coverage=1.02", "A")
    found = size_number(
        prepare("nanshan-5-2022"),
        "deal:notes.A.coupon.rate",
        Decimal("0.038"),
        Decimal("0.05"),
        Decimal("0.0001"),
        [goal],
    )
    assert found.measure_inside is not None
    assert found.measure_outside is not None
    assert found.outside == found.inside + Decimal("0.0001")
    assert found.measure_inside >= 1.02 > found.measure_outside


def test_what_cannot_be_met_is_infeasible() -> None:
    with pytest.raises(InfeasibleError, match="meets the target"):
        size_note(prepare("nanshan-5-2022"), "A", [SizingTarget("A", "coverage", 5000.0)], 100_000_000, "sub")


def test_a_number_is_solved_for_life_coverage() -> None:
    """The coupon that cash to come still covers 1.02 times, to the basis point; a higher coupon does not."""
    prepared, goal = prepare("nanshan-5-2022"), goal_of("life-coverage=1.02", "A")
    low, high, step = Decimal("0.03"), Decimal("0.09"), Decimal("0.0001")
    found = size_number(prepared, "deal:notes.A.coupon.rate", low, high, step, [goal])
    assert found.outside == found.inside + step
    assert found.measure_inside is not None
    assert found.measure_outside is not None
    assert found.measure_inside >= 1.02 > found.measure_outside
    for coupon, measure in ((found.inside, found.measure_inside), (found.outside, found.measure_outside)):
        life = life_of(calculate(with_value(prepared, "deal", "notes.A.coupon.rate", coupon)))[1].life[0]
        assert measure == np.nanmin(life)


@pytest.mark.parametrize("text", ["coverage", "coverage=x", "default-rate=2", "unheard-of=1"])
def test_targets_that_are_none(text: str) -> None:
    prepared = prepare("nanshan-5-2022")
    with pytest.raises(UsageError):
        measured(prepared, goal_of(text, "A"))


def test_two_notes_sized_at_once_are_the_best_of_all_pairs() -> None:
    """Brute force over every pair of balances."""
    prepared = prepare("biopharma-2000")
    notes, lot = ("senior", "mezzanine"), 1_500_000_000
    goals = {
        "senior": [SizingTarget("senior", "coverage", 1.7)],
        "mezzanine": [SizingTarget("mezzanine", "coverage", 1.15)],
    }
    costs = {"senior": 0.07, "mezzanine": 0.085, "equity": 0.2}
    found = size_together(prepared, notes, "equity", goals, costs, lot)
    whole = sum(note.balance for note in prepared.deal.notes.values())
    best = None
    for one in range(whole // lot + 1):
        for two in range(whole // lot - one + 1):
            rest = whole - (one + two) * lot
            cost = (
                costs["senior"] * one * lot + costs["mezzanine"] * two * lot + costs["equity"] * rest
            ) / whole
            if best is not None and cost >= best[0]:
                continue
            resized = with_balances(prepared, {"senior": one * lot, "mezzanine": two * lot, "equity": rest})
            if all(meets(measured(resized, goal), goal) for name in notes for goal in goals[name]):
                best = (cost, one, two)
    assert best is not None
    assert found.cost == pytest.approx(best[0], abs=1e-12)
    assert [int(found.balances[name] * 100) // lot for name in notes] == list(best[1:])
