"""``securitize market show``, and the other commands of markets."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from securitize.base.errors import DefinitionError
from securitize.library import list_markets
from securitize.reports.markets import MarketSheet
from securitize.tables import dictionary
from tests.cli.program import GOOD, replace, securitize, small_deal


def test_market_show_fits_the_terminal_and_tells_everything(tmp_path: Path) -> None:
    done = securitize("market", "show", "2019-09-11", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    for said in (
        "china-2019-09-11",
        "China, 2019-09-11",
        "2.6119%",
        "published",
        "derived",
        "assumed",
        "1.3881%",
        "Forward",
    ):
        assert said in done.stdout, said
    from rich.cells import cell_len

    assert max(cell_len(line) for line in done.stdout.splitlines()) <= 80


def test_market_show_as_json_and_csv_say_the_same(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    whole = json.loads(
        securitize("market", "show", "guangzhou-2019", "--format", "json", cwd=tmp_path).stdout
    )
    assert (whole["date"], whole["currency"], whole["government"]) == ("2019-09-11", "CNY", "government")
    assert whole["curves"]["government"]["compounding"] == "annual"
    assert set(whole["tables"]) == set(dictionary.names("market"))
    first = securitize("market", "show", "guangzhou-2019", "--format", "csv", cwd=tmp_path).stdout
    sheet = MarketSheet("guangzhou-2019")
    for name, rows in whole["tables"].items():
        sheet.print_csv(name)
        told = capsysbinary.readouterr().out.decode()
        assert told == first or name != "market_points"
        read = list(csv.DictReader(io.StringIO(told)))
        assert told.splitlines()[0].split(",") == [one.name for one in dictionary.load(name).columns]
        assert len(read) == len(rows)
        for row, other in zip(read, rows, strict=True):
            assert {key: "" if value is None else str(value) for key, value in other.items()} == row


def test_market_show_of_a_market_without_curves_tells_its_indices(tmp_path: Path) -> None:
    done = securitize("market", "show", "lpr", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "LPR-1Y" in done.stdout
    assert "Curve" not in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("nosuch",),
        ("2001-01-01",),
        ("lpr", "--table", "notes"),
        ("lpr", "--format", "csv", "--table", "notes"),
    ],
)
def test_market_show_refuses_what_there_is_not(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = securitize("market", "show", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


def test_faults_of_a_market_end_with_exit_code_3(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    shutil.copyfile(GOOD / "market.toml", file)
    fine = securitize("validate", "mine.toml", cwd=tmp_path)
    assert (fine.returncode, fine.stderr) == (0, "")
    replace(file, "date = 2024-02-20\ncurrency", "date = 2024-02-24\ncurrency")
    holiday = securitize("validate", "mine.toml", cwd=tmp_path)
    assert (holiday.returncode, holiday.stdout) == (3, "")
    assert "mine.toml:3: date: " in holiday.stderr
    assert "take 2024-02-23 or 2024-02-26" in holiday.stderr
    replace(file, "rate = 0.0190", "rate = 0.9")
    replace(file, 'index = "FR007"', 'index = "FR001"')
    several = securitize("market", "show", "mine.toml", cwd=tmp_path)
    assert (several.returncode, several.stdout) == (3, "")
    assert [line[-7:-1] for line in several.stderr.splitlines()] == ["SEC622", "SEC624"]


def test_holidays_beside_a_market_hold_and_unknown_ones_are_told(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    shutil.copyfile(GOOD / "market.toml", file)
    replace(file, "date = 2024-02-20\ncurrency", "date = 2027-02-08\ncurrency")
    warned = securitize("market", "show", "mine.toml", cwd=tmp_path)
    assert warned.returncode == 0
    assert "not known after 2026; weekends only are used in 2027 to 2029" in warned.stderr
    holidays = 'name = "own"\nsources = ["invented"]\nyears = [2027, 2028, 2029]\nholidays = [2027-02-08]\n'
    (tmp_path / "china-holidays.toml").write_text(holidays, encoding="utf-8")
    with pytest.raises(DefinitionError, match="take 2027-02-05 or 2027-02-09"):
        MarketSheet(str(file))
    replace(file, "date = 2027-02-08\ncurrency", "date = 2027-02-09\ncurrency")
    assert MarketSheet(str(file)).warnings == ()


def test_holidays_beside_a_deal_move_its_dates_and_are_kept_with_the_run(tmp_path: Path) -> None:
    deal = small_deal(tmp_path / "small")
    before = securitize("run", "small", "--runs", "before", "--format", "json", cwd=tmp_path)
    paid = sorted({row["payment_date"] for row in json.loads(before.stdout)["tables"]["payment_dates"]})
    closed = next(day for day in paid if day < "2027")
    file = deal / "scenarios/markets/china-holidays.toml"
    file.parent.mkdir(parents=True)
    year = closed[:4]
    file.write_text(
        f'name = "own"\nsources = ["invented"]\nyears = [{year}]\nholidays = [{closed}]\n', encoding="utf-8"
    )
    after = json.loads(securitize("run", "small", "--runs", "after", "--format", "json", cwd=tmp_path).stdout)
    moved = sorted({row["payment_date"] for row in after["tables"]["payment_dates"]})
    assert closed in paid
    assert closed not in moved
    assert (Path(tmp_path) / after["path"] / "inputs/scenarios/markets/china-holidays.toml").exists()


def test_markets_are_listed_and_completed(tmp_path: Path) -> None:
    told = securitize("list", cwd=tmp_path).stdout
    for name, _ in list_markets():
        assert name in told
    asked = "securitize market show chi"
    done = securitize(cwd=tmp_path, _SECURITIZE_COMPLETE="bash_complete", COMP_WORDS=asked, COMP_CWORD="3")
    assert "plain,china-2019-09-11" in done.stdout
