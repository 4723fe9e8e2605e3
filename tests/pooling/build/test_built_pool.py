"""The build of the shipped lithium-battery pool: against every other choice, and its tables against one another."""

from __future__ import annotations

import dataclasses
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from securitize.definitions.pools.build import Objective
from securitize.pooling import valuations
from securitize.pooling.formulation import OBJECTIVE_SCALES
from securitize.pooling.limits import venue_limits
from securitize.pooling.selection.solve import solve
from securitize.studies.pool.build import displacement, prepare_build, read, ready
from securitize.tables.dictionary import names
from tests.pooling.build.every_choice import Everything
from tests.pooling.build.lithium import CHAIN, SHIPPED, built, copied, table


@cache
def everything() -> Everything:
    run = built()
    told = {name: table(run, name) for name in ("candidates", "candidate_contracts")}
    return Everything(SHIPPED, CHAIN, told)


def written_limits() -> dict[str, dict[str, object]]:
    """Limits of the venue, then those of the build file, as written."""
    build = tomllib.loads((SHIPPED / "build.toml").read_text(encoding="utf-8"))
    from securitize.definitions.pools import build as module

    venues = tomllib.loads(Path(module.__file__).with_name("venues.toml").read_text(encoding="utf-8"))
    assert set(venues) == set(venue_limits())
    return venues[build["venue"]] | build["limits"]  # type: ignore[no-any-return]


@cache
def keeping(name: str) -> NDArray[np.bool_]:
    """Which choices keep a limit."""
    found: NDArray[np.bool_] = everything().keeps(written_limits()[name])
    return found


def keeping_all(but: str = "") -> NDArray[np.bool_]:
    """Which choices keep every limit, but one."""
    found: NDArray[np.bool_] = np.all([keeping(name) for name in written_limits() if name != but], axis=0)
    return found


def chosen(every: Everything) -> int:
    """The place of the pool among all choices."""
    taken = {row["contract"]: float(row["taken"]) for row in table(built(), "candidate_contracts")}
    pool = np.array([taken[name] for name in every.contracts])
    (found,) = np.flatnonzero((every.amounts == pool).all(axis=1))
    return int(found)


def test_no_other_choice_that_keeps_the_limits_is_better() -> None:
    every = everything()
    assert len(every.amounts) > 100_000
    kept = keeping_all()
    here = chosen(every)
    assert kept[here]
    assert not kept.all()
    assert every.appraised[kept].max() == every.appraised[here]
    (row,) = table(built(), "selection")
    assert row["value"] == row["bound"] == every.appraised[here]
    assert row["gap"] == 0
    assert row["optimal"]


@pytest.mark.parametrize("objective", ["amount", "score", "spread", "diversification"])
def test_every_objective_finds_the_best_of_all_choices(objective: Objective, tmp_path: Path) -> None:
    every = everything()
    folder = copied(tmp_path / "pool", ('objective = "eligible-value"', f'objective = "{objective}"'))
    problem, _ = ready(prepare_build(folder))
    found = solve(problem.problem)
    assert found.optimal
    value, rounding = every.worth(objective)
    best = value[keeping_all()].max()
    assert found.objective * OBJECTIVE_SCALES[objective] == pytest.approx(best, abs=rounding)


def test_what_holding_a_contract_costs_is_what_the_best_choice_with_it_lacks() -> None:
    every = everything()
    kept = keeping_all()
    best = every.appraised[kept].max()
    out = [
        row["contract"] for row in table(built(), "candidate_contracts") if row["status"] == "not-selected"
    ]
    assert out
    for contract in out:
        holding = kept & (every.amounts[:, every.contracts.index(contract)] > 0)
        found = displacement(built(), contract)
        assert found.cost == best - every.appraised[holding].max()
        assert contract in found.entering
        assert len(found.leaving) >= 1


def test_what_relaxing_a_limit_gains_is_what_the_best_choice_then_has() -> None:
    every = everything()
    limits = written_limits()
    best = table(built(), "selection")[0]["value"]
    shown = {row["limit"]: row for row in table(built(), "pool_limits")}
    for name, limit in limits.items():
        for side, suffix in (("at_least", "-least"), ("at_most", "-most")):
            row = shown.get(name if name in shown else name + suffix)
            if side not in limit or row is None:
                continue
            moved = -row["step"] if side == "at_least" else row["step"]
            relaxed = {**limit, side: float(limit[side]) + moved}  # type: ignore[arg-type]
            kept = keeping_all(but=name) & every.keeps(relaxed)
            assert row["gain"] == every.appraised[kept].max() - best, name


def test_limits_show_what_the_pool_has() -> None:
    every = everything()
    here = chosen(every)
    shown = {row["limit"]: row for row in table(built(), "pool_limits")}
    for name, limit in written_limits().items():
        value = every.value(limit)
        if limit["kind"] == "required-nodes":
            for node, one in zip(limit["nodes"], value, strict=True):  # type: ignore[call-overload]
                assert shown.pop(f"{name}-{node}")["value"] == one[here]
            continue
        sides = [side for side in ("at_least", "at_most") if side in limit]
        for side in sides:
            suffix = f"-{side.removeprefix('at_')}" if len(sides) > 1 else ""
            row = shown.pop(f"{name}{suffix}")
            # A value in whole yuan, a score in thousandths: what weighs means is cut there.
            tolerance = 1e-3 if limit["kind"] in ("weighted-score", "weighted-life") else 1e-8
            assert row["value"] == pytest.approx(value[here], rel=tolerance)
            assert row["bound"] == pytest.approx(float(limit[side]))  # type: ignore[arg-type]
            room = row["value"] - row["bound"] if side == "at_least" else row["bound"] - row["value"]
            assert row["headroom"] == pytest.approx(room, abs=1e-9)
            assert row["headroom"] >= 0
    assert not shown


def test_strata_divide_the_pool() -> None:
    run = built()
    (whole,) = table(run, "selection")
    by_dimension: dict[str, list[dict[str, object]]] = {}
    for row in table(run, "stratifications"):
        by_dimension.setdefault(row["dimension"], []).append(row)
    assert set(by_dimension) >= {
        "obligor",
        "node",
        "stage",
        "patent-kind",
        "region",
        "remaining-life",
        "score",
    }
    for dimension, rows in by_dimension.items():
        # A node's parts are cut to the cent patent by patent.
        cents = len(table(run, "pool")) * 10 if dimension in ("node", "stage") else 0
        assert abs(sum(row["amount"] for row in rows) - whole["amount"]) * 100 <= cents  # type: ignore[misc]
        assert sum(row["share"] for row in rows) == pytest.approx(1, abs=1e-6)  # type: ignore[misc]
        if dimension not in ("node", "stage"):
            assert sum(row["patents"] for row in rows) == whole["patents"]  # type: ignore[misc]
            assert sum(row["value"] for row in rows) == whole["appraised"]  # type: ignore[misc]


def test_every_candidate_is_in_or_has_a_reason() -> None:
    run = built()
    for name, source in (
        ("candidates", "patents.csv"),
        ("candidate_contracts", "contracts.csv"),
        ("candidate_companies", "companies.csv"),
    ):
        rows = table(run, name)
        lines = (SHIPPED / source).read_text(encoding="utf-8").splitlines()
        assert len(rows) == len(lines) - 1
        assert all(bool(row["reason"]) == (row["status"] != "selected") for row in rows)
        assert all(bool(row["reasons"]) == bool(row["reason"]) for row in rows)
        assert {row["status"] for row in rows} == {"selected", "not-selected", "screened-out"} - (
            {"not-selected"} if name == "candidate_companies" else set()
        )
    pool = {row["publication_number"] for row in table(run, "pool")}
    assert pool == {
        row["publication_number"] for row in table(run, "candidates") if row["status"] == "selected"
    }
    findings = Counter(
        (row["subject"], row["key"]) for row in table(run, "screens") if row["result"] == "fail"
    )
    out = [row for row in table(run, "candidates") if row["status"] == "screened-out"]
    assert all(findings["patent", row["publication_number"]] for row in out)


def test_the_chain_map_sums_what_stands_below() -> None:
    rows = {row["node"]: row for row in table(built(), "chain_map")}
    (whole,) = table(built(), "selection")
    tops = [row for row in rows.values() if not row["parent"]]
    assert float(sum(row["amount"] for row in tops)) == pytest.approx(float(whole["amount"]), abs=1)
    assert sum(row["selected"] for row in tops) == pytest.approx(whole["patents"])
    for code, row in rows.items():
        below = [one for one in rows.values() if one["parent"] == code]
        if below:
            assert row["candidates"] >= sum(one["candidates"] for one in below) - 1e-9


def test_scores_are_the_sum_of_their_parts() -> None:
    parts: dict[str, float] = {}
    for row in table(built(), "indicators"):
        if row["subject"] == "patent" and row["contribution"] is not None:
            parts[row["key"]] = parts.get(row["key"], 0) + row["contribution"]
    scored = [row for row in table(built(), "candidates") if row["score"] is not None]
    assert len(scored) > 100
    assert all(parts[row["publication_number"]] == pytest.approx(row["score"]) for row in scored)


def test_everything_says_that_it_is_invented() -> None:
    run = built()
    assert run.about["synthetic"] is True
    assert table(run, "selection")[0]["synthetic"]
    for name in ("pool", "candidates", "candidate_contracts", "candidate_companies"):
        assert all(row["synthetic"] for row in table(run, name))
    assert "synthetic = true" in (run.path / "pool.toml").read_text(encoding="utf-8")  # type: ignore[operator]


def test_the_shipped_pool_is_what_the_build_gives() -> None:
    path = built().path
    assert path is not None
    shipped = (SHIPPED / "pool.toml").read_text(encoding="utf-8")
    assert (path / "pool.toml").read_text(encoding="utf-8") == shipped, (
        "copy it: securitize build lithium-battery"
    )


def test_a_build_writes_every_table() -> None:
    path = built().path
    assert path is not None
    assert {file.stem for file in (path / "tables").iterdir()} == set(names("build"))


def test_values_do_not_depend_on_the_block_in_which_they_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = prepare_build("lithium-battery")
    patents = read(prepared).patents
    whole = valuations.value_patents(prepared.build.model, patents)
    monkeypatch.setattr(valuations, "BLOCK", 7)
    parts = valuations.value_patents(prepared.build.model, patents)
    for field in dataclasses.fields(valuations.PatentValuations):
        one, other = getattr(whole, field.name), getattr(parts, field.name)
        assert np.array_equal(one, other, equal_nan=field.name in ("legal_years", "spread"))
