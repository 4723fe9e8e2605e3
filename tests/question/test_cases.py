"""Cases with other values: the same cash as files with those values, the same checks, and nothing that can change."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

import securitize
from securitize.base.errors import DefinitionError, UsageError
from securitize.engine import projected
from securitize.library.find import library_root
from securitize.tables import names

DEAL = "nanshan-5-2022"
PAID = ("note", "A", "interest_paid")


@pytest.fixture(scope="module")
def case() -> securitize.Case:
    return securitize.load(DEAL)


def _with_text(folder: Path, old: str, new: str) -> Path:
    """A copy of the shipped deal in which one text stands for another."""
    text = (library_root() / "deals" / f"{DEAL}.toml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    file = folder / "deal.toml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    return file


def test_a_value_gives_what_a_file_with_it_gives(case: securitize.Case, tmp_path: Path) -> None:
    text = (library_root() / "deals" / f"{DEAL}.toml").read_text(encoding="utf-8")
    written = re.search(r"\[notes\.A\.coupon\][^\[]*?(rate = \{ value = [0-9.]+)", text)
    assert written is not None
    file = _with_text(tmp_path, written[1], "rate = { value = 0.0512")
    by_file = securitize.run(file, store=False)
    answer = case.with_values({"notes.A.coupon.rate": 0.0512}).run()
    for name in set(names()) - {"assumptions"}:
        assert answer.arrow(name).equals(by_file.arrow(name)), name
    assert answer.warnings == by_file.warnings
    assert answer.checks == by_file.checks
    assert int(answer.line(*PAID).sum()) != int(case.run().line(*PAID).sum())


def test_a_case_without_values_is_the_run(case: securitize.Case) -> None:
    run, answer = securitize.run(DEAL, store=False), case.run()
    assert answer.id == run.id
    assert answer.about == run.about
    assert all(answer.arrow(name).equals(run.arrow(name)) for name in names())


def test_a_value_changes_the_id_and_nothing_of_the_first_case(case: securitize.Case) -> None:
    before = case.run().id
    one, other = (case.with_values({"notes.A.coupon.rate": rate}).run().id for rate in (0.05, 0.051))
    assert len({before, one, other}) == 3
    assert case.with_values({"notes.A.coupon.rate": Decimal("0.05")}).run().id == one
    assert case.run().id == before


def test_the_register_says_who_wrote_a_value(case: securitize.Case) -> None:
    rows = case.with_values({"notes.A.coupon.rate": 0.05}).run().arrow("assumptions").to_pylist()
    changed = [row for row in rows if row["path"] == "notes.A.coupon.rate"]
    assert [(row["value"], row["kind"], row["source"]) for row in changed] == [("0.05", "assumed", "")]
    figures = case.with_values({"notes.A.coupon.rate": 0.05})._prepared.register
    assert [(one.line, one.note) for one in figures if one.path == "notes.A.coupon.rate"] == [
        (0, "written by the caller")
    ]


def test_a_refusal_is_that_of_files_and_names_the_caller(case: securitize.Case) -> None:
    with pytest.raises(DefinitionError) as refused:
        case.with_values({"notes.A.coupon.rate": 7, "notes.A.balance": 0.001})
    first, second = refused.value.problems
    assert (first.path, first.line, first.found, first.code) == (
        "notes.A.balance", 0, "written by the caller", "SEC113",
    )  # fmt: skip
    assert (second.path, second.code) == ("notes.A.coupon.rate", "SEC112")
    assert second.file.endswith(f"{DEAL}.toml")


def test_what_dates_say_against_a_value_is_said_at_once(case: securitize.Case) -> None:
    with pytest.raises(DefinitionError, match="legal_final"):
        case.with_values({"dates.legal_final": case.with_values().run().arrow("payment_dates")[0][0].as_py()})


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("notes.A.balnce", "near are notes.A.balance"),
        ("notes.Z.balance", "notes.A.balance"),
        ("pool:contracts.c1.nothing", "near are contracts.c1"),
        ("chain:name", "nothing is written there"),
        ("", "nothing is written there"),
        ("pool", "names a file"),
    ],
)
def test_unknown_places_suggest(case: securitize.Case, place: str, said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        case.with_values({place: 1})


def test_elements_of_lists_go_by_name(case: securitize.Case) -> None:
    steps = case._definitions.deal.raw["priority"]["normal"]
    for k, step in enumerate(steps):
        for place in (
            f"priority.normal.{step['name']}.pay",
            f"priority.normal[{k}].pay",
            f"priority.normal.{k}.pay",
        ):
            changed = case.with_values({place: step["pay"]})
            assert changed._definitions.deal.given == (("priority", "normal", k, "pay"),)
    assert 'priority.normal."senior interest".pay' in case.paths()
    assert case.with_values({'priority.normal."senior interest".pay': ["interest:A"]}).run().id


def test_every_path_that_is_listed_is_taken(case: securitize.Case) -> None:
    """Each written value put in its own place changes no cash: a path means one place."""
    raw = case._definitions.deal.raw
    numbers = [path for path in case.paths() if path.startswith("notes.") and "balance" in path]
    assert numbers
    values = {path: raw["notes"][path.split(".")[1]]["balance"] for path in numbers}
    assert np.array_equal(case.with_values(values).run().line(*PAID), case.run().line(*PAID))


def test_many_are_each_as_alone(case: securitize.Case) -> None:
    scenarios = [case.with_values(scenario=name) for name in ("late-90-days",)]
    cases = [case, *scenarios, case.with_values({"notes.A.coupon.rate": 0.05}), case]
    many = case.run_many(cases)
    for one, alone in zip(many, (each.run() for each in cases), strict=True):
        assert one.id == alone.id
        assert np.array_equal(one.line(*PAID), alone.line(*PAID))
        assert one.arrow("note_measures").equals(alone.arrow("note_measures"))


def test_a_sweep_is_the_grid(case: securitize.Case) -> None:
    sweep = case.over("default-rate", [0, Decimal("0.1"), 0.25])
    assert sweep.values == (Decimal(0), Decimal("0.1"), Decimal("0.25"))
    assert np.array_equal(sweep.line(*PAID)[0], case.run().line(*PAID))
    assert sweep.arrow("grid").num_rows == 3 * len(set(sweep.arrow("grid").column("note").to_pylist()))


def test_tables_are_built_when_read_and_once(case: securitize.Case) -> None:
    answer = case.with_values({"notes.A.coupon.rate": 0.0499}).run()
    answer.line(*PAID)
    assert answer.tables.built == frozenset()  # type: ignore[attr-defined]
    assert answer.arrow("fees") is answer.arrow("fees")
    assert answer.tables.built == {"fees"}  # type: ignore[attr-defined]


def test_a_change_of_notes_projects_no_pool_again(monkeypatch: pytest.MonkeyPatch) -> None:
    case = securitize.load(DEAL)
    case.run()
    monkeypatch.setattr(projected, "project", None)  # calling it would fail
    case.with_values({"notes.A.coupon.rate": 0.0498}).run()
    with pytest.raises(TypeError):
        case.with_values(scenario="late-90-days").run()


def test_nothing_that_is_handed_out_can_be_changed(case: securitize.Case) -> None:
    answer = case.run()
    with pytest.raises(ValueError, match="read-only"):
        answer.line(*PAID)[0] = 1
    with pytest.raises(TypeError):
        answer.about["deal"] = "x"  # type: ignore[index]
    with pytest.raises(TypeError):
        answer.checks["x"] = "y"  # type: ignore[index]
    with pytest.raises(AttributeError):
        answer.id = "x"  # type: ignore[misc]
    with pytest.raises(TypeError, match="does not change"):
        case._definitions.deal.raw["notes"]["A"]["balance"] = 1
    with pytest.raises(TypeError, match="does not change"):
        case._definitions.deal.raw["priority"]["normal"].append(1)


def test_threads_are_given_what_one_is_given(case: securitize.Case) -> None:
    rates = [0.03 + k / 1000 for k in range(6)]

    def asked(rate: float) -> int:
        return int(case.with_values({"notes.A.coupon.rate": rate}).run().line(*PAID).sum())

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(asked, rates)) == [asked(rate) for rate in rates]
