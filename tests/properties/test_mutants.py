"""The differential test sees every seeded mutant of the engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import securitize
from tests.properties.mutant import Mutant
from tests.properties.mutants import EQUIVALENT, MUTANTS, SEEN_BY

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
            """How the mutant ended, and by which deal; the one that is known to show it is tried first."""
            assert process.stdin
            assert process.stdout
            process.stdin.write(json.dumps([*mutant[1:], SEEN_BY.get(mutant.name, 0)]) + "\n")
            process.stdin.flush()
            how, _, rest = process.stdout.readline().strip().partition(" ")
            assert how in ("differs", "invariant", "error", "survives"), f"{mutant.name}: {how} {rest}"
            return how, int(rest)

        yield hunted


@pytest.fixture(scope="module")
def hunted() -> Iterator[Hunt]:
    yield from hunter(WITHIN)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_mutant_is_killed(
    mutant: Mutant, hunted: Hunt, record_property: Callable[[str, object], None]
) -> None:
    how, deal = hunted(mutant)
    record_property("seen by deal", deal)
    record_property("engine mutants killed", int(how != "survives"))
    record_property("engine mutants that a runtime invariant stopped", int(how == "invariant"))
    assert how != "survives", f"{mutant.name}: not seen within {deal} deals"


@pytest.mark.parametrize("change", EQUIVALENT, ids=lambda change: change.file)
def test_a_change_without_meaning_survives(change: Mutant) -> None:
    """On each of the floors that have mutants: what the hunt loads again is the whole program."""
    for hunt in hunter(60):
        assert hunt(change) == ("survives", 60)


def test_the_deals_that_show_mutants_are_those_of_mutants() -> None:
    assert {mutant.name for mutant in MUTANTS} >= set(SEEN_BY)
    assert all(0 < deal < WITHIN for deal in SEEN_BY.values())


def test_each_mutant_has_its_place_in_the_engine() -> None:
    floor = Path(securitize.__file__).parent / "waterfall"
    for mutant in (*MUTANTS, *EQUIVALENT):
        assert (floor / mutant.file).read_text(encoding="utf-8").count(mutant.old) == 1, mutant.name


def test_no_two_mutants_are_the_same() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
    assert len({mutant[1:] for mutant in MUTANTS}) == len(MUTANTS)
