"""The differential test sees every seeded mutant of the engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

import securitize
from tests.properties.mutant import Mutant
from tests.properties.mutants import EQUIVALENT, MUTANTS

ROOT = Path(__file__).resolve().parents[2]
#: Deals within which a mutant must be seen. They are the same deals everywhere, so that what was seen stays seen.
WITHIN = 1000
Hunt = Callable[[Mutant], tuple[str, int]]


def hunter(deals: int) -> Iterator[Hunt]:
    """Asks one process, which hunts every mutant in a fork of its own."""
    source = Path(securitize.__file__).parents[1]
    with subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "properties" / "hunt.py"), str(source), str(deals)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:

        def hunted(mutant: Mutant) -> tuple[str, int]:
            """How the mutant ended, and after how many deals."""
            assert process.stdin
            assert process.stdout
            process.stdin.write(json.dumps([mutant.file, mutant.old, mutant.new]) + "\n")
            process.stdin.flush()
            how, _, rest = process.stdout.readline().strip().partition(" ")
            assert how in ("differs", "invariant", "error", "survives"), f"{mutant.name}: {how} {rest}"
            return how, int(rest)

        yield hunted


@pytest.fixture(scope="module")
def hunted() -> Iterator[Hunt]:
    yield from hunter(WITHIN)


#: Mutants that only hundreds of deals show: hunted in the deep suite.
SLOW = frozenset({
    "30/360-Italian as 30E/360",
    "a rating fails where it is just met",
    "issuer calls what is called already",
    "reference periods without the ends of months",
    "a called pool still performs on its date",
    "sales without a forecast fail",
    "default threshold rounded up",
    "current interest does not end the senior fees",
    "puts of the balance before a settlement",
    "scheduled collections of a called pool go on",
    "fees that support pays do not use the cap",
})  # fmt: skip


def _hunted() -> Iterator[ParameterSet]:
    """Every mutant; the slow ones marked deep."""
    assert {mutant.name for mutant in MUTANTS} >= SLOW
    for mutant in MUTANTS:
        yield pytest.param(mutant, id=mutant.name, marks=[pytest.mark.deep] if mutant.name in SLOW else [])


@pytest.mark.parametrize("mutant", list(_hunted()))
def test_mutant_is_killed(
    mutant: Mutant, hunted: Hunt, record_property: Callable[[str, object], None]
) -> None:
    how, deals = hunted(mutant)
    record_property("deals needed", deals)
    record_property("engine mutants killed", int(how != "survives"))
    record_property("engine mutants that a runtime invariant stopped", int(how == "invariant"))
    assert how != "survives", f"{mutant.name}: not seen within {deals} deals"


def test_a_change_without_meaning_survives() -> None:
    for hunt in hunter(60):
        assert hunt(EQUIVALENT) == ("survives", 60)


def test_no_two_mutants_are_the_same() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
    assert len({mutant[1:] for mutant in MUTANTS}) == len(MUTANTS)
