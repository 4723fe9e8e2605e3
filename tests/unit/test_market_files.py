"""Market files: every fault with its code and its line, all at once; what ships holds and rests on its sources."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from securitize.base.errors import DefinitionError, UsageError
from securitize.definitions.loading import load_deal, load_market
from securitize.definitions.scenarios.curves import ParCurve, Quote
from securitize.library import find_deal, find_market, list_deals, list_markets, market_of
from securitize.market.calendars import BusinessCalendar
from securitize.market.market_curves import loaded_curves
from securitize.market.of_day import market_for
from tests.pooling.shared_data import shared_data
from tests.unit.mutations import edited

THREE_YEARS = '{ tenor = "3Y", rate = 0.0190, kind = "assumed" }'
POINT = "curves.government.points[2]"


def _three(old: str, new: str) -> tuple[str, str]:
    return THREE_YEARS, THREE_YEARS.replace(old, new)


def _unsourced(line: str) -> tuple[str, str]:
    return f'{line}\nsource = "Invented"', line


#: What is changed, the code, where, and the line that is told.
FAULTS: dict[str, tuple[tuple[str, str], str, str, str]] = {
    "not-ascending": (_three("3Y", "9M"), "SEC167", f"{POINT}.tenor", "9M"),
    "repeated": (_three("3Y", "12M"), "SEC167", f"{POINT}.tenor", "12M"),
    "percent": (_three("0.0190", "0.9"), "SEC622", f"{POINT}.rate", "0.9"),
    "percent-above-1": (_three("0.0190", "1.9"), "SEC112", f"{POINT}.rate", "1.9"),
    "negative": (_three("0.0190", "-0.019"), "SEC622", f"{POINT}.rate", "-0.019"),
    "broken-period": (_three("3Y", "30M"), "SEC628", f"{POINT}.tenor", "30M"),
    "no-kind": (_three(', kind = "assumed"', ""), "SEC123", f"{POINT}.kind", "3Y"),
    "bad-tenor": (_three("3Y", "3W"), "SEC133", f"{POINT}.tenor", "3W"),
    "beyond-2199": (('tenor = "5Y"', 'tenor = "400Y"'), "SEC121", "curves.government.points[3].tenor", "400Y"),
    "later-quote": (("2024-01-31", "2024-02-21"), "SEC629", "curves.government.points[3].as_of", "2024-02-21"),
    "no-source": (_unsourced('compounding = "continuous"'), "SEC119", "curves.zero.points[0]", "rate = 0.02,"),
    "flat-without-source": (_unsourced('rate_kind = "assumed"'), "SEC119", "curves.level", "[curves.level]"),
    "unknown-index": (('index = "FR007"', 'index = "FR001"'), "SEC624", "curves.swap.index", "FR001"),
    "swap-within-deposits": (
        ('deposits = [{ tenor = "3M"', 'deposits = [{ tenor = "1Y"'), "SEC167", "curves.swap.swaps[0].tenor",
        "rate = 0.0230",
    ),
    "no-whole-year": (
        ('index = "FR007"', 'index = "FR007"\nswap_every = "8M"'), "SEC628", "curves.swap.swap_every", "8M",
    ),
    "unknown-rating": (('"AA+"', '"AA++"'), "SEC623", 'spreads."AA++"', '"AA++"'),
    "spread-in-percent": (("-0.0010", "-0.6"), "SEC622", 'spreads."AA+".points[0].rate', "-0.6"),
    "no-date": (("date = 2024-02-20\ncurrency", "currency"), "SEC620", "curves", "[curves.government]"),
    "no-currency": (('currency = "CNY"\n', ""), "SEC620", "curves", "[curves.government]"),
    "no-government": (("[curves.government]", "[curves.treasury]"), "SEC627", "curves", "[curves.treasury]"),
    "unknown-kind": (('kind = "zero"', 'kind = "spot"'), "SEC125", "curves.zero.kind", '"spot"'),
    "two-of-one-name": (("[curves.zero]", "[curves.level]"), "SEC108", "curves.level", "[curves.level]"),
    "two-but-for-case": (("[curves.zero]", "[curves.Level]"), "SEC108", "curves.level", "[curves.level]"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_with_its_line(name: str, tmp_path: Path) -> None:
    edit, code, path, said = FAULTS[name]
    file = edited("market.toml", tmp_path, edit)
    with pytest.raises(DefinitionError) as error:
        load_market(file)
    (problem,) = error.value.problems
    assert (problem.code, problem.path) == (code, path)
    assert said in file.read_text(encoding="utf-8").splitlines()[problem.line - 1]
    assert problem.repair


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    names = ("repeated", "unknown-index", "unknown-rating", "spread-in-percent", "later-quote")
    with pytest.raises(DefinitionError) as error:
        load_market(edited("market.toml", tmp_path, *(FAULTS[name][0] for name in names)))
    assert sorted(problem.code for problem in error.value.problems) == sorted(
        FAULTS[name][1] for name in names
    )


def test_a_faulty_value_does_not_hide_what_else_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as error:
        load_market(edited("market.toml", tmp_path, FAULTS["percent-above-1"][0], FAULTS["unknown-index"][0]))
    assert {problem.code for problem in error.value.problems} == {"SEC112", "SEC624"}


def test_a_holiday_is_told_with_its_line(tmp_path: Path) -> None:
    loaded = load_market(
        edited("market.toml", tmp_path, ("date = 2024-02-20\ncurr", "date = 2024-02-24\ncurr"))
    )
    with pytest.raises(
        DefinitionError, match=r"market\.toml:3: date: .*take 2024-02-23 or 2024-02-26  \[SEC625\]"
    ):
        loaded_curves(loaded)


def test_shipped_markets_hold_and_are_named_as_their_files() -> None:
    for name, file in list_markets():
        loaded = load_market(file)
        assert loaded.model.name == name
        if loaded.model.curves:
            assert name.endswith(f"-{loaded.model.date}")
            assert loaded_curves(loaded).warnings == ()
        if loaded.model.history:
            assert name == "china-month-ends"


def test_each_shipped_deal_has_the_market_of_its_closing() -> None:
    for name, file in list_deals():
        deal, market = load_deal(file).model, load_market(market_of(file)).model
        assert (market.date, market.currency) == (deal.dates.closing, deal.currency)
        assert find_market(name) == market_of(file)


def test_markets_are_found_by_date_and_by_deal(tmp_path: Path) -> None:
    assert find_market("2019-09-11") == find_market("guangzhou-2019") == find_market("china-2019-09-11")
    with pytest.raises(UsageError, match="no market is of 2020-01-01; known: china-2019"):
        find_market("2020-01-01")
    deal = tmp_path / "deal.toml"
    own = tmp_path / "scenarios/markets/china-2019-09-11.toml"
    own.parent.mkdir(parents=True)
    own.write_text("", encoding="utf-8")
    deal.write_bytes(find_deal("guangzhou-2019").read_bytes())
    assert market_of(deal) == find_market("2019-09-11", deal) == own
    (own.parent / "usd-2019-09-11.toml").write_text("", encoding="utf-8")
    with pytest.raises(
        UsageError, match="several markets are of 2019-09-11: china-2019-09-11, usd-2019-09-11"
    ):
        find_market("2019-09-11", deal)
    deal.write_text('currency = "CNY"\n[dates]\nclosing = 2001-01-01\n', encoding="utf-8")
    with pytest.raises(UsageError, match="no market is named china-2001-01-01"):
        market_of(deal)
    deal.write_text("[dates]\n", encoding="utf-8")
    with pytest.raises(UsageError, match="the closing date cannot be read"):
        market_of(deal)


#: Yields of the day in percent: 1, 3, 5 and 10 years, as published; and the month end before.
OF_DEALS = {
    "china-2019-09-11": ("2.6119", "2.7468", "2.9519", "3.0525", "2019-08"),
    "china-2022-04-14": ("2.0264", "2.3701", "2.5441", "2.7656", "2022-03"),
    "china-2024-11-14": ("1.3910", "1.4799", "1.7065", "2.0808", "2024-10"),
}
COLUMNS = {"3M": "3月", "6M": "6月", "1Y": "1年", "3Y": "3年", "5Y": "5年", "7Y": "7年", "10Y": "10年"}


def _points(name: str) -> dict[str, Quote]:
    curve = load_market(find_market(name)).model.curves["government"]
    assert isinstance(curve, ParCurve)
    return {point.tenor: point for point in curve.points}


def _month_end(month: str) -> dict[str, Decimal]:
    with shared_data("chinabond_treasury_month_end.csv").open(encoding="utf-8-sig") as rows:
        (row,) = [row for row in csv.DictReader(rows) if row["month_end"] == month]
    return {tenor: Decimal(row[column]) for tenor, column in COLUMNS.items()}


@pytest.mark.parametrize("name", OF_DEALS)
def test_curves_of_deals_are_as_published_or_derived_from_the_month_end(name: str) -> None:
    *published, month = OF_DEALS[name]
    points, end = _points(name), _month_end(month)
    day = dict(zip(("1Y", "3Y", "5Y", "10Y"), map(Decimal, published), strict=True))
    for tenor, percent in day.items():
        assert (points[tenor].rate, points[tenor].kind) == (int(percent * 1_000_000), "published")
    change = {tenor: day[tenor] - end[tenor] for tenor in day}
    at_seven = change["5Y"] + (change["10Y"] - change["5Y"]) * Decimal("0.4")
    for tenor, moved in (("3M", change["1Y"]), ("6M", change["1Y"]), ("7Y", at_seven)):
        point = points[tenor]
        assert (point.kind, str(point.as_of)[:7]) == ("derived", month)
        assert point.rate == int((end[tenor] + moved).quantize(Decimal("0.0001")) * 1_000_000)
        assert f"{month}: {end[tenor]}%" in point.source


@pytest.mark.parametrize("day", ["2025-07-31", "2026-01-30"])
def test_curves_of_month_ends_are_as_published(day: str) -> None:
    points, end = _points(f"china-{day}"), _month_end(day[:7])
    assert {tenor: point.rate for tenor, point in points.items()} == {
        tenor: int(percent * 1_000_000) for tenor, percent in end.items()
    }
    assert {point.kind for point in points.values()} == {"published"}


def test_the_spread_of_ningbo_is_its_coupon_less_the_government_yield() -> None:
    loaded = load_market(find_market("ningbo-1-2024"))
    curves = loaded_curves(loaded)
    assert curves.spread("AAA", 1) + curves.government_par(1) == pytest.approx(0.022, abs=1e-12)
    assert curves.kinds["spread AAA"] == "derived"
    for name in ("guangzhou-2019", "lithium-battery"):
        assert loaded_curves(load_market(find_market(name))).kinds["spread AAA"] == "assumed"


def test_dollar_markets_are_marked_assumed() -> None:
    for name in ("biopharma-2000", "xoma-vabysmo-2023"):
        curves = loaded_curves(load_market(find_market(name)))
        assert curves.kinds == {"government": "assumed"}


def test_the_history_holds_every_month_end_as_published_on_its_last_business_day() -> None:
    history = load_market(find_market("china-month-ends")).model.history
    assert history is not None
    with shared_data("chinabond_treasury_month_end.csv").open(encoding="utf-8-sig") as rows:
        published = {
            row["month_end"]: tuple(int(Decimal(row[column]) * 1_000_000) for column in COLUMNS.values())
            for row in csv.DictReader(rows)
        }
    assert history.tenors == tuple(COLUMNS)
    assert {str(row.date)[:7]: row.rates for row in history.rows} == published
    calendar = BusinessCalendar("china-interbank")
    for row in history.rows:
        assert calendar.is_business_day(row.date)
        later = [row.date + dt.timedelta(days) for days in range(1, 32)]
        assert not any(day.month == row.date.month and calendar.is_business_day(day) for day in later)


@pytest.mark.parametrize(
    ("asked", "found", "days"),
    [
        ("2024-03-15", "china-2024-02-29", 15),
        ("2024-02-29", "china-2024-02-29", 0),
        ("2025-07-31", "china-2025-07-31", 0),  # a file before the row of its day
        ("2024-11-29", "china-2024-11-29", 0),
        ("2024-11-28", "china-2024-11-14", 14),
        ("usd-2024-03-15", "usd-2023-12-15", 91),
        ("usd-2000-08-31", "usd-2000-08-31", 0),
        ("2000-08-31", "usd-2000-08-31", 0),
    ],
)
def test_a_day_without_a_market_has_the_nearest_earlier_one(asked: str, found: str, days: int) -> None:
    market = market_for(asked)
    said = f"no market is of {asked[-10:]}: that of {found[-10:]}, {days} days before, is taken"
    assert (market.loaded.model.name, market.lines) == (found, (said,) if days else ())
    assert loaded_curves(market.loaded).name == found


def test_a_deal_in_mid_life_has_the_market_of_its_books(tmp_path: Path) -> None:
    deal = tmp_path / "deal.toml"
    deal.write_bytes(find_deal("guangzhou-2019").read_bytes())
    assert market_for(None, deal).loaded.model.name == "china-2019-09-11"
    (tmp_path / "state.toml").write_text("as_of = 2020-09-11\n", encoding="utf-8")
    assert market_for(None, deal).loaded.model.name == "china-2020-08-31"
    assert market_for("china-month-ends", deal).loaded.model.name == "china-2020-08-31"
    deal.write_text('currency = "CNY"\n[dates]\nclosing = 2001-01-01\n', encoding="utf-8")
    (tmp_path / "state.toml").unlink()
    with pytest.raises(
        UsageError, match="no market is of 2001-01-01 or before; the first one is of 2018-12-29"
    ):
        market_for(None, deal)


def test_spreads_hold_from_their_day_and_a_break_is_told() -> None:
    assert not market_for("2023-12-29").loaded.model.spreads
    after = market_for("2025-09-15").loaded.model
    assert (after.spreads["AAA"].points[0].rate, after.date) == (700_000, dt.date(2025, 8, 29))
    told = "spreads over china-2025-0{} do not compare with those of before 2025-08-08; market show says why"
    assert told.format("8-29") in market_for("2025-08-29").lines
    assert told.format("7-31") in market_for("2025-08-08").lines  # a curve of before, for a day after
    assert len(market_for("2025-08-07").lines) == 1
    assert len(market_for("china-2026-01-30").lines) == 1


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [("2024-01-31", "2024-02-29", "SEC631"), ("0.02, 0.021]", "0.02]", "SEC632")],
)
def test_rows_of_a_history_ascend_and_are_whole(tmp_path: Path, old: str, new: str, code: str) -> None:
    text = (
        'name = "x-month-ends"\ncurrency = "CNY"\n[history]\nsource = "s"\ntenors = ["1Y", "2Y"]\nrows = [\n'
        "{ date = 2024-01-31, rates = [0.02, 0.021] },\n{ date = 2024-02-29, rates = [0.019, 0.02] }]\n"
    )
    file = tmp_path / "market.toml"
    file.write_text(text.replace(old, new, 1))
    with pytest.raises(DefinitionError, match=code):
        load_market(file)
