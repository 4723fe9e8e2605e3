"""The largest assumptions: three lists, each number where its author lets it go, and nothing that a list loses."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from securitize.definitions.loading import load_suite
from securitize.definitions.register import Figure
from securitize.engine.calculation import calculate
from securitize.engine.changed_input import with_value
from securitize.engine.common_paths import common_paths
from securitize.engine.drawing import drawing
from securitize.engine.life import life_of
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.engine.simulate import simulate
from securitize.engine.targets import target_of
from securitize.library import find_performance, find_suite
from securitize.performance.suites.cases import SuiteCase
from securitize.performance.suites.compose import compose
from securitize.performance.suites.stress_table import size_of
from securitize.studies.savings.company_savings import compare
from securitize.studies.savings.inputs import financing_inputs
from securitize.studies.solvers.moved_numbers import sides
from securitize.studies.solvers.moved_saving import saving_case
from securitize.studies.solvers.moved_suites import suite_sensitivities
from securitize.studies.solvers.sensitivities import sensitivities
from securitize.studies.stress.request import stress_request
from securitize.studies.stress.result import stress_tables
from securitize.tables.in_ranges import in_memory

PATHS = 256


def figure(value: str, at_least: str = "", at_most: str = "") -> Figure:
    return Figure("deal.toml", 1, "x", value, "", "assumed", "", "", at_least, at_most)


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        (figure("0.04"), ("0.036", "a tenth"), ("0.044", "a tenth")),
        (figure("0.04", at_most="0.1"), ("0.036", "a tenth"), ("0.1", "written")),
        (figure("0.04", "0.01", "0.04"), ("0.01", "written"), ("0.044", "a tenth")),
        (figure("-0.01"), ("-0.011", "a tenth"), ("-0.009", "a tenth")),
        (figure("25"), ("22", "a tenth"), ("28", "a tenth")),
        (figure("0"), None, None),
    ],
)
def test_a_number_goes_to_its_written_end_else_by_a_tenth(
    written: Figure, low: tuple[str, str] | None, high: tuple[str, str] | None
) -> None:
    found = [
        side and (side[0].value, side[0].moved_to) for side in sides(written, Decimal(written.value), str)
    ]
    assert found == [side and (Decimal(side[0]), side[1]) for side in (low, high)]


def test_lists_are_those_of_runs_with_the_number_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a deal with a written end and a guarantor that never fails at random."""
    shipped = Path(find_performance("assumed-small-companies")).read_text(encoding="utf-8")
    file = tmp_path / "assumed-small-companies.toml"
    file.write_text(shipped.partition("[all_providers]")[0], encoding="utf-8")
    prepared = prepare("ningbo-1-2024", draw=drawing(file, PATHS, 7))
    kept = {"notes.A.balance", "performance.recoveries[0].rate", "hazard"}
    few = tuple(one for one in prepared.register if one.path in kept)
    with monkeypatch.context() as only:
        only.setattr(Prepared, "register", few)
        found = sensitivities(prepared)
    rows = [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]
    lists = {(row["measure"], row["driver"]): row for row in rows}
    balance = lists["life coverage", "deal.toml: notes.A.balance"]
    assert (balance["high"], balance["high_from"], balance["low_from"]) == (
        138_000_000.0,
        "written",
        "a tenth",
    )
    more = with_value(prepared, "deal", "notes.A.balance", Decimal(138_000_000))
    assert balance["result_high"] == life_of(calculate(more))[1].life[0, 0]
    loss = lists["senior expected loss", "deal.toml: performance.recoveries[0].rate"]
    assert loss["support"] == "absent"
    paths = common_paths(prepared)
    assert paths is not None
    assert paths.absent == ("undertaking",)
    less = with_value(prepared, "deal", "performance.recoveries[0].rate", Decimal(str(loss["low"])))
    alone = simulate(calculate(paths.without_support(less)))
    assert loss["result_low"] == pytest.approx(
        float(alone.notes["A"].principal_loss.mean()) / 13_500_000_000, rel=1e-12
    )
    assert loss["larger_effect"] > 0
    # The balance alone leaves the pool as it is: what it delivers is not drawn again, and comes to the same.
    drawn_again = simulate(calculate(paths.without_support(more)))
    found_again = lists["senior expected loss", "deal.toml: notes.A.balance"]["result_high"]
    assert found_again == pytest.approx(
        float(drawn_again.notes["A"].principal_loss.mean()) / 13_800_000_000, rel=1e-12
    )
    assert (
        lists["senior expected loss", "scenarios/performance/performance.toml: hazard"]["result_low"]
        < loss["result_base"]
    )
    assert ("life coverage", "scenarios/performance/performance.toml: hazard") not in lists


def test_the_saving_that_is_moved_is_the_saving_that_is_published() -> None:
    case = saving_case(prepare("ningbo-1-2024"), (), False)
    assert case is not None
    compared = compare(financing_inputs("ningbo-1-2024")).compared
    whole = next(one for one in compared if one.level == "pool" and one.policy == "with")
    assert whole.saving is not None
    assert case.of_deal(case.prepared) == pytest.approx(whole.saving.rate, rel=1e-12)
    rate = next(one for one in case.figures() if "alternatives" in one.file and one.path.endswith("rate"))
    moved = case.sensitivity(rate, whole.saving.rate)[0]
    assert moved.low is not None
    assert moved.low.result is not None


def test_a_suite_number_is_read_in_its_own_scenario() -> None:
    prepared, suite = prepare("ningbo-1-2024"), load_suite(find_suite("supervisory"))
    found = suite_sensitivities(prepared, "suite.toml", suite)
    late = next(one for one in found if one.scenario == "severe" and one.figure.path.endswith("scale"))
    assert late.low is not None
    assert late.low.result is not None
    assert late.base is not None
    # Recoveries of less than a half cover less.
    assert late.low.result < late.base
    assert late.base < next(one.base for one in found if one.scenario == "mild" and one.base is not None)


def test_kind_and_source_of_every_size_are_kept() -> None:
    prepared, suite = prepare("guangzhou-2019"), load_suite(find_suite("supervisory"))
    target, composed = target_of(prepared), dict[str, SuiteCase]()
    for scenario, raw in zip(suite.model.scenarios, suite.raw["scenarios"], strict=True):
        one = compose(scenario, raw.get("stress", ()), [composed[name] for name in scenario.with_], target)
        composed[scenario.name] = one
        assert len(one.sizes) == len(one.stresses)
    late = composed["late-90"]
    assert size_of(late.stresses[0]) == ("assumed", "round number, not an agency number")
    assert {size[0] for size in composed["invalidity-wave"].sizes if size} <= {"assumed"}
    several = {
        "ramp": {
            "from": {"value": 1, "kind": "published", "source": "a"},
            "to": {"value": 2, "kind": "assumed"},
        }
    }
    assert size_of(several) == ("assumed", "a")
    assert size_of({"count": 1}) is None


def test_the_register_keeps_what_happens_at_random_beside_a_financing(tmp_path: Path) -> None:
    one = tmp_path / "one.toml"
    one.write_text(
        'name = "one"\nversion = "1"\ntitle = "One"\ntitle_zh = "单一"\ndescription = "One."\n'
        '[[scenarios]]\nname = "late"\ntitle = "Late"\ntitle_zh = "延迟"\ndescription = "Late."\n'
        '[[scenarios.stress]]\ndriver = "all-payments-late"\n'
        'days = { value = 30, kind = "assumed", source = "round number" }\n'
    )
    request = stress_request("nanshan-5-2022", one, None, None, 8, 1, "reverse", (), False, False)
    tables = in_memory(stress_tables(request)[0])
    files = set(tables["assumptions"]["file"].to_pylist())
    assert {"deal.toml", "financing.toml", "scenarios/performance/performance.toml"} <= files
    factors = tables["stress_factors"].to_pylist()
    assert [(row["kind"], row["source"]) for row in factors] == [("assumed", "round number")]
