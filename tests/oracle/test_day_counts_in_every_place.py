"""Every day count, in every place at which one can stand, under every command: each gives what a run gives.

A cell of the grid is right where its command ends well and says what another statement of the rules says: the
reference interpreter, the page's contracts, or the run itself. ``python -m`` this module prints the grid.
"""

from __future__ import annotations

import contextlib
import io
import runpy
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest

from securitize.base.errors import DefinitionError
from securitize.definitions.figures import DayCount
from securitize.definitions.performance import Performance
from securitize.definitions.scenarios.scenario import Scenario
from securitize.engine.calculation import calculate
from securitize.engine.prepare.prepare import prepare
from securitize.engine.reference_case import differences, reference_case
from securitize.reference.day_counts import Conventions, year_part
from securitize.store.run import Run
from securitize.studies.price.price import price
from securitize.studies.proof.replay import replay_in_reference
from securitize.studies.proof.standalone import standalone
from securitize.studies.proof.verify import rerun
from securitize.studies.roll import api as rolling
from securitize.studies.run import api
from securitize.studies.savings.savings import savings
from securitize.studies.solvers.break_even import break_evens
from securitize.studies.stress.api import stress
from tests.oracle.assets_reference import collections
from tests.oracle.claims_reference import Claim, proceeds
from tests.oracle.day_count_deal import (
    FAMILIES,
    LEGAL_FINAL,
    LISTED,
    PLACES,
    PRICED,
    SETTLED,
    Place,
    Written,
    written,
)

DAY_COUNTS: tuple[DayCount, ...] = get_args(DayCount)
#: Those that ask for more than two dates.
ASKING: tuple[DayCount, ...] = ("ACT/ACT-ICMA", "ACT/365L", "1/1", "30E/360-ISDA")


class Cells:
    """One deal, and what each command says of it."""

    def __init__(self, folder: Path, day_count: DayCount, *places: Place, dates: Written = "rule") -> None:
        self.folder, self.dates = folder, dates
        self.day_count: DayCount = day_count if not places or "notes" in places else "ACT/365F"
        self.deal = written(folder / "deal", day_count, *places, dates=dates)
        self._run: Run | None = None

    @property
    def stored(self) -> Run:
        """The run of the deal."""
        if self._run is None:
            self._run = api.run(self.deal, output=self.folder / "run")
        return self._run

    def run(self) -> None:
        """Both engines, and the collections of the page."""
        prepared = prepare(self.deal)
        found = calculate(prepared)
        assert differences(reference_case(found), found.one_path) == []
        ends = list(prepared.schedule.collection)
        expected = collections(prepared.pool, ends, None, Performance(), Scenario(name="none"))
        assert {name: cash[0].tolist() for name, cash in found.collections.streams.items()} == {
            name: expected[name] for name in found.collections.streams
        }
        assert found.lines["support", "line", "drawn"][0] > 0

    def price(self) -> None:
        """Accrued interest on a day within a period, by the reference's day count."""
        priced = price(self.deal, market=self.deal / "market.toml", settlement=SETTLED, price=100.0)
        (note,) = (one for one in priced.notes if one.name == "A")
        first, last = period = PRICED[self.dates]
        conventions = Conventions(LEGAL_FINAL, 12, first, True, LISTED if self.dates == "list" else ())
        part, whole = (year_part(self.day_count, first, end, period, conventions) for end in (SETTLED, last))
        lines = calculate(prepare(self.deal)).lines
        owed = lines["note", "A", "accrued"][1] / lines["note", "A", "opening"][1] * 100
        assert note.flows.accrued == pytest.approx(owed * float(part / whole), rel=1e-12)

    def stress(self) -> None:
        """The base case and the scenario of a stress result are those of the reference."""
        made = stress(self.deal, self.deal / "suite.toml", searches=False, output=self.folder / "stress")
        assert made.stored is not None
        replayed = replay_in_reference(made.stored, 0)
        assert (replayed.scenarios, replayed.differences) == (2, ())

    def savings(self) -> None:
        """What a company gets and pays is its contract's, of which the notes and fees of the run are parts."""
        found = savings(self.deal).table("company_cash_flows")
        cash = found[found["side"] == "securitization"]
        prepared = prepare(self.deal)
        contract = prepared.pool.contracts["c1"]
        claim = Claim(contract, prepared.pool.calendar, None, LEGAL_FINAL, Scenario(name="none"))
        drawn = proceeds(contract)
        assert cash[cash["component"] == "drawn"]["amount"].sum() * 100 == drawn
        assert cash["amount"].sum() * 100 == drawn - sum(claim.i) - sum(claim.s)
        notes, fees = self.stored.table("note_cash_flows"), self.stored.table("fees")
        expected = {"coupon": notes["interest_paid"].sum(), **fees.groupby("fee")["paid"].sum()}
        assert {name: -cash[cash["component"] == name]["amount"].sum() for name in expected} == expected

    def break_even(self) -> None:
        """One step inside of it the note loses nothing, one step outside it does, by both engines."""
        (found,) = break_evens(prepare(self.deal), ("default-rate",), ("A",), ("loss",), ("in place",))
        assert found.status == "found"
        for value, loses in ((found.inside, False), (found.outside, True)):
            scenario = self.folder / f"{value}.toml"
            scenario.write_text(f'name = "s"\n[[stress]]\ndriver = "default-rate"\nset = {value}\n')
            calculation = calculate(prepare(self.deal, scenario))
            assert differences(reference_case(calculation), calculation.one_path) == []
            assert bool(calculation.lines["note", "A", "written_off"].sum() > 0) is loses

    def roll(self) -> None:
        """Rolled forward with its own forecast the deal goes on as it was."""
        _ = self.stored
        rolling.write_forecast(self.folder / "run", self.folder / "forecast.csv", until=2)
        rolling.roll(self.folder / "run", self.folder / "forecast.csv", output=self.folder / "rolled")
        after = api.run(self.folder / "rolled", store=False)
        for name in ("note_cash_flows", "fees", "accounts", "support", "collections"):
            whole = self.stored.table(name)
            rest = whole[whole["period"] > 2].reset_index(drop=True)
            pd.testing.assert_frame_equal(rest, after.table(name))

    def verify(self) -> None:
        """Made again byte for byte, and by the reference to the cent."""
        stored = self.stored.stored
        assert stored is not None
        assert rerun(stored).differing == {}
        assert replay_in_reference(stored, 1).differences == ()

    def standalone(self) -> None:
        """The one file computes the cents of the run."""
        stored = self.stored.stored
        assert stored is not None
        said = io.StringIO()
        file = self.folder / "standalone.py"
        file.write_text(standalone(stored), encoding="utf-8")
        with contextlib.redirect_stdout(said), pytest.raises(SystemExit) as ended:
            runpy.run_path(str(file), run_name="__main__")
        assert (ended.value.code, said.getvalue().splitlines()[-1][-10:]) == (0, ", 0 differ")


COMMANDS: Mapping[str, Callable[[Cells], None]] = {
    "run": Cells.run,
    "price": Cells.price,
    "stress": Cells.stress,
    "savings": Cells.savings,
    "break-even": Cells.break_even,
    "roll": Cells.roll,
    "verify": Cells.verify,
    "standalone": Cells.standalone,
}


def refused(day_count: DayCount, place: Place) -> bool:
    """A receivable has one date and no frequency: reference periods are asked for in vain."""
    return (day_count, place) == ("ACT/ACT-ICMA", "supply-chain")


def outcome(cells: Cells, command: str) -> str:
    """What comes of one cell: empty where it is right."""
    try:
        COMMANDS[command](cells)
    except Exception as error:
        return f"{type(error).__name__}: {next(iter(str(error).splitlines()), '')[:100]}"
    return ""


def outcomes(
    folder: Path, day_count: DayCount, place: Place, dates: Written, commands: Iterable[str] = COMMANDS
) -> dict[str, str]:
    """What comes of the cells of one place; where the day count is refused there, all say so by its code."""
    cells = Cells(folder, day_count, place, dates=dates)
    if not refused(day_count, place):
        return {command: outcome(cells, command) for command in commands}
    with pytest.raises(DefinitionError, match="SEC182"):
        prepare(cells.deal)
    return dict.fromkeys(commands, "")


def test_every_day_count_everywhere_at_once(tmp_path: Path) -> None:
    for day_count in DAY_COUNTS:
        cells = Cells(tmp_path / day_count.replace("/", "-"), day_count)
        commands = ("run", "price") if day_count in ASKING else ("run",)
        assert {one: outcome(cells, one) for one in commands} == dict.fromkeys(commands, ""), day_count


def test_one_that_asks_for_more_everywhere_under_every_command(tmp_path: Path) -> None:
    cells = Cells(tmp_path, "ACT/ACT-ICMA", dates="list")
    assert {command: outcome(cells, command) for command in COMMANDS} == dict.fromkeys(COMMANDS, "")


def test_every_other_family_of_contracts(tmp_path: Path) -> None:
    for family in FAMILIES[1:]:
        found = outcomes(tmp_path / family, "ACT/ACT-ICMA", family, "list", ("run", "savings"))
        assert found == {"run": "", "savings": ""}, family


#: Dates by list beside those by rule where the day count looks at more than two days.
GRID: tuple[tuple[DayCount, Place, Written], ...] = tuple(
    (day_count, place, dates)
    for day_count in DAY_COUNTS
    for place in PLACES
    for dates in get_args(Written)
    if dates == "rule" or day_count in ASKING
)


@pytest.mark.deep(part="figures")
@pytest.mark.parametrize(("day_count", "place", "dates"), GRID)
def test_every_cell_of_the_grid(day_count: DayCount, place: Place, dates: Written, tmp_path: Path) -> None:
    assert outcomes(tmp_path, day_count, place, dates) == dict.fromkeys(COMMANDS, "")


def main() -> int:
    """Print the grid: of each day count in each place the commands that are right, or what is wrong."""
    wrong = 0
    print(f"{'day count':15} {'place':13} {'dates':5}", *COMMANDS)
    for day_count, place, dates in GRID:
        with tempfile.TemporaryDirectory() as folder:
            found = outcomes(Path(folder), day_count, place, dates)
        shown = (f"{'WRONG' if said else 'ok':{len(command)}}" for command, said in found.items())
        print(f"{day_count:15} {place:13} {dates:5}", *shown, flush=True)
        for command, said in found.items():
            if said:
                wrong += 1
                print(f"    {command}: {said}", flush=True)
    without = sum(refused(day_count, place) for day_count, place, _ in GRID) * len(COMMANDS)
    print(f"{len(GRID) * len(COMMANDS)} cells, {without} of them refused by the page, {wrong} wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
