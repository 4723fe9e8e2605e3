"""Unknown inputs and collections found again from the balances that they gave."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

import securitize
from securitize.base.errors import EXIT_USAGE, DefinitionError, InfeasibleError, UsageError
from securitize.engine.prepare.prepare import prepare
from securitize.studies.solvers import back_solve, published_figures
from securitize.studies.solvers.collections_sought import solve_collections
from securitize.studies.validate.headings import kind_of_table
from tests.cli.program import securitize as program

DEAL = "guangzhou-2019"
PLEDGED = Path(__file__).parents[2] / "deals/templates/pledged-loan"
SCENARIO = "guangzhou-2019-severe"


def balances(path: Path, note: str, periods: list[int], scenario: str | None = SCENARIO) -> Path:
    run = securitize.run(DEAL, scenario, store=False)
    table = run.table("note_cash_flows")
    rows = table[(table["note"] == note) & table["period"].isin(periods)]
    lines = [f"{row.period},{row.note},{row.closing_balance}" for row in rows.itertuples()]
    path.write_text("period,note,balance\n" + "\n".join(lines) + "\n")
    return path


def test_a_bracket_in_which_balances_turn_is_refused(tmp_path: Path) -> None:
    """Many defaults trip a trigger, and the note is repaid faster: more than one rate may give a balance."""
    published = published_figures.read_published(balances(tmp_path / "b.csv", "A", [4], None))
    place = "deal:performance.default_rate"
    with pytest.raises(InfeasibleError, match="do not move one way"):
        back_solve.solve_input(prepare(DEAL), place, published, Decimal(0), Decimal("0.5"))
    # A few do not; what they recover redeems the note early, so that the rate is found to its last unit.
    solved = back_solve.solve_input(prepare(DEAL), place, published, Decimal(0), Decimal("0.02"))
    assert (solved.low, solved.below) == (0, None)
    assert solved.high <= 1
    assert solved.above is not None
    assert solved.above < 0


def test_a_coupon_is_found_again(tmp_path: Path) -> None:
    prepared = prepare(DEAL, SCENARIO)
    file = balances(tmp_path / "b.csv", "A", [3])
    published = published_figures.read_published(file)
    place = "deal:notes.A.coupon.rate"
    solved = back_solve.solve_input(prepared, place, published, Decimal("0.01"), Decimal("0.08"))
    assert solved.low * solved.step <= Decimal("0.04") <= solved.high * solved.step
    for off in (solved.below, solved.above):
        assert off != 0


def test_sales_behind_a_royalty_are_found_again(tmp_path: Path) -> None:
    run = securitize.run("xoma-vabysmo-2023", store=False)
    table = run.table("note_cash_flows")
    closing = table[table["period"] == 2].iloc[0]["closing_balance"]
    file = tmp_path / "b.csv"
    file.write_text(f"period,note,balance\n2,loan,{closing}\n")
    place = "pool:contracts.vabysmo.sales[1].amount"
    low, high = Decimal(10) ** 9, Decimal(4) * 10**9
    solved = back_solve.solve_input(
        prepare("xoma-vabysmo-2023"), place, published_figures.read_published(file), low, high
    )
    # The royalty is half a per cent: a cent of it is two of sales.
    assert solved.low * solved.step <= Decimal(1_900_000_000) <= solved.high * solved.step
    assert (solved.high - solved.low) * solved.step <= 2


def test_a_trigger_that_more_cash_keeps_unbreached_asks_for_a_bracket(tmp_path: Path) -> None:
    published = published_figures.read_published(balances(tmp_path / "b.csv", "A", [2, 3, 4]))
    with pytest.raises(InfeasibleError, match="more cash raises a published figure"):
        solve_collections(prepare(DEAL, SCENARIO), "fee", published)


def test_balances_that_nothing_gives_are_refused(tmp_path: Path) -> None:
    prepared = prepare(DEAL, SCENARIO)
    file = tmp_path / "b.csv"
    file.write_text("period,note,balance\n3,A,1.23\n")
    published = published_figures.read_published(file)
    with pytest.raises(InfeasibleError, match=r"no value in 0.01 to 0.08 gives the figures; nearest at"):
        back_solve.solve_input(
            prepared, "deal:notes.A.coupon.rate", published, Decimal("0.01"), Decimal("0.08")
        )


@pytest.mark.parametrize("unknown", ["deal:notes.Z.balance", "deal:", "notes.A", "pool:contracts.c1.nothing"])
def test_an_unknown_that_is_nowhere_is_refused(unknown: str, tmp_path: Path) -> None:
    file = balances(tmp_path / "b.csv", "A", [1])
    with pytest.raises(UsageError):
        back_solve.solve_input(
            prepare(DEAL), unknown, published_figures.read_published(file), Decimal(0), Decimal(1)
        )


def test_a_file_of_balances_is_checked(tmp_path: Path) -> None:
    file = tmp_path / "b.csv"
    file.write_text("period,note\n1,A\n")
    with pytest.raises(DefinitionError, match=r"b.csv:1: balance: the column is missing"):
        published_figures.read_published(file)
    head = "period,date,note,balance,interest_payable,to\n"
    for row, what in (
        ("1,2020-01-31,A,5,,", "2: the row needs a period or a date"),
        (",,A,5,,", "2: the row needs a period or a date"),
        ("1,,A,,,", "2: the row has no balance and no interest payable"),
        ("1,,A,5.001,,", "2: balance: not an amount of at most two decimals"),
        ("1,,A,-5,,", "2: balance: not an amount"),
        ("1,,A,nan,,", "2: balance: not an amount"),
        ("1,,A,Infinity,,", "2: balance: not an amount"),
        ("1,,A,,1e999999,", "2: interest_payable: not an amount"),
        ("1,,A,1e27,,", "2: balance: not an amount of at most two decimals below 9e13"),
        (f"1,,A,{'9' * 29},,", "2: balance: not an amount"),
        ("1,,A,5,,1e30", "2: to: not an amount"),
        ("1,,A,1500,,1000", "2: balance: the figure is no whole multiple of 1000"),
        ("1,,A,5,,0", "2: to: nothing is rounded to 0"),
        (",2020-02-30,A,5,,", "2: date: neither a period nor a date"),
        ("x,,A,5,,", "2: period: neither a period nor a date"),
        ("1,,A,5,,1,9", "2: the row has more cells than the header"),
    ):
        file.write_text(head + row + "\n")
        with pytest.raises(DefinitionError, match=what):
            published_figures.read_published(file)
    file.write_text("period,note,balance,rounded\n1,A,5,1\n")
    with pytest.raises(DefinitionError, match="1: rounded: published figures have no such column"):
        published_figures.read_published(file)
    file.write_text("date,note,balance\n2018-01-31,A,5\n")
    with pytest.raises(DefinitionError, match="2: date: the day is not within 2019-09-11 to 2026-09-11"):
        published_figures.check_published(prepare(DEAL), file, published_figures.read_published(file))
    file.write_text("period,note,balance\n1,Z,5\n99,A,5\n")
    with pytest.raises(DefinitionError, match="the deal has no such note"):
        published_figures.check_published(prepare(DEAL), file, published_figures.read_published(file))


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_lines_may_end_as_any_program_ends_them(end: str, tmp_path: Path) -> None:
    file = tmp_path / "balances.csv"
    file.write_bytes(end.join(["period,note,balance", "1,A,5", "2,A,x", ""]).encode())
    with pytest.raises(DefinitionError, match=r"balances\.csv:3: balance: not an amount"):
        published_figures.read_published(file)
    file.write_bytes(end.join(["period,note,balance", "1,A,5", "2,A,4", ""]).encode())
    assert [one.amount for one in published_figures.read_published(file)] == [500, 400]
    assert kind_of_table(file) == "balances"
    file.write_bytes(("x" * 200_000 + end).encode())
    with pytest.raises(DefinitionError, match=r"balances\.csv:1: the line is no CSV"):
        published_figures.read_published(file)


@pytest.mark.parametrize("unknown", ["collections:principal", "pool:contracts.c1.principal"])
@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        ("0", "1e27", "--high is too large: 1e27"),
        ("0", "1e999999", "--high is too large: 1e999999"),
        ("1e15", "1", "--low is too large: 1e15"),
        ("100", "50", "the bracket is empty: its lowest value 100 is above its highest 50"),
    ],
)
def test_a_bracket_that_holds_nothing_is_said_to(
    unknown: str, low: str, high: str, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "b.csv"
    file.write_text("period,note,balance\n1,A1,57000000\n", encoding="utf-8")
    given = ("--unknown", unknown, "--balances", file, "--low", low, "--high", high)
    done = program("solve", PLEDGED, *given, cwd=tmp_path)
    assert (done.returncode, done.stderr.startswith(said)) == (EXIT_USAGE, True), done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("size", "--note", "A1", "--target", "coverage=1.2", "--lot", "1e27"),
        ("size", "--note", "A1", "--target", "coverage=1.2", "--lot", "0"),
        ("size", "--note", "A1", "--target", "default-rate=1e999999"),
        ("grid", "--over", "default-rate=0:inf:3"),
        ("grid", "--over", "default-rate=0:1:1000000000"),
    ],
    ids=lambda arguments: arguments[-1],
)
def test_numbers_beyond_all_bounds_are_wrong_usage(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = program(arguments[0], PLEDGED, *arguments[1:], cwd=tmp_path)
    assert done.returncode == EXIT_USAGE, done.stderr
