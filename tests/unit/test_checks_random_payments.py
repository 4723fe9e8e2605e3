"""Faults of random recoveries, late payment, prepayment and rights: each with its line, as a run tells it."""

from __future__ import annotations

from pathlib import Path

import pytest

import securitize
from securitize.base.errors import DefinitionError
from securitize.definitions.checks import check_random_performance
from securitize.definitions.loading import load_deal, load_pool, load_random_performance
from tests.unit.mutations import GOOD, edited

HEAD = 'name = "wrong"\nhazard = 0.1\nloading = 0.2\n'
SOURCE = '"guarantee of the loans"'
FAULTS = [
    (f"[[recovery]]\nsource = {SOURCE}\nmean = 0.3\ndeviation = 0.46", "SEC191", 4),
    (f"[[recovery]]\nsource = {SOURCE}\ndeviation = 0.1", "SEC191", 6),
    (f"[[recovery]]\nsource = {SOURCE}\nmean = 0.3\ndeviation = 0.1\nloading = 1.2", "SEC112", 8),
    (f"[[recovery]]\nsource = {SOURCE}\nmean = 0.3\ndeviation = 0.1\nlag = 3", "SEC127", 8),
    (f"[[recovery]]\nsource = {SOURCE}\ndeviation = 0\ncost = 0.1\ncost_amount = 5", "SEC197", 4),
    ('[[recovery]]\nsource = "patent"\nmean = 0.3\ndeviation = 0.1', "SEC194", 5),
    (
        f"[[recovery]]\nsource = {SOURCE}\ndeviation = 0\n[[recovery]]\nsource = {SOURCE}\ndeviation = 0",
        "SEC194",
        8,
    ),
    ("[late]\nprobability = 0.1\ndelays = [{ days = 3, share = 0.9 }]", "SEC192", 4),
    ("[late]\nprobability = 0.1\ndelays = []", "SEC192", 4),
    ("[late]\nprobability = 0.1\ndelays = [{ days = 0, share = 1 }]", "SEC131", 6),
    (
        "[late]\nprobability = 0.1\ndelays = [{ days = 3, share = 1 }]\n[late.obligors.nobody]\nprobability = 0",
        "SEC174",
        7,
    ),
    ("[prepayment]\nhazard = -1", "SEC114", 5),
    ("[prepayment]\nhazard = 0\n[prepayment.obligors.nobody]\nhazard = 1", "SEC174", 6),
    ("[prepayment]\nhazard = 0\n[prepayment.contracts.nothing]\nhazard = 1", "SEC174", 6),
    ('[rights]\nlapse = { curve = "all" }', "SEC195", 5),
    ('[rights.collateral.p99]\nlapse = { curve = "all", age = 3 }', "SEC174", 4),
    ('[rights]\nlapse = { curve = "some", age = 3 }', "SEC124", 5),
    ("[rights]\nchallenge = { hazard = 0.1, invalid = 0.7, partly = 0.4 }", "SEC193", 5),
    ("[rights]\nobsolescence = { hazard = 0.1, life = 10 }", "SEC197", 5),
    ("[rights]\nobsolescence = {}", "SEC197", 5),
    ("[rights]\nobsolescence = { life = 0 }", "SEC114", 5),
    ('[rights.families]\nf1 = ["p99"]', "SEC174", 5),
    ("[rights.families]\nf1 = []", "SEC196", 4),
]


@pytest.mark.parametrize(("text", "code", "line"), FAULTS)
def test_a_fault_is_told_with_its_line(tmp_path: Path, text: str, code: str, line: int) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(HEAD + text + "\n", encoding="utf-8")
    with pytest.raises(DefinitionError) as told:
        securitize.run("nanshan-5-2022", performance=file, store=False)
    assert [(problem.code, problem.line) for problem in told.value.problems] == [(code, line)]


@pytest.mark.parametrize(
    "edit",
    [
        ('f1 = ["p1", "p2"]', 'f1 = ["p1", "p2"]\nf2 = ["p2"]'),
        ('f1 = ["p1", "p2"]', 'f1 = ["p2", "p1"]'),
    ],
)
def test_families_that_overlap_or_contradict_are_refused(tmp_path: Path, edit: tuple[str, str]) -> None:
    with pytest.raises(DefinitionError) as told:
        load_random_performance(edited("random_performance.toml", tmp_path, edit))
    assert [problem.code for problem in told.value.problems] == ["SEC196"]


def test_payments_and_rights_of_the_good_file_fit_the_good_pool_and_deal() -> None:
    performance = load_random_performance(GOOD / "random_performance.toml")
    pool, deal = load_pool(GOOD / "pool.toml"), load_deal(GOOD / "deal.toml")
    # The file holds a table of every kind, also of obligors, providers and sales that the small pool has not.
    found = {
        problem.path.split(".")[0].split("[")[0]
        for problem in check_random_performance(performance, pool, deal)
    }
    assert not found & {"recovery", "late", "prepayment", "rights"}
