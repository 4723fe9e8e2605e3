"""The market method of a build against the page, deal by deal."""

from __future__ import annotations

import datetime as dt
import statistics
from pathlib import Path

import pytest

from securitize.studies.pool.build import build
from tests.pooling.build.every_choice import rows
from tests.pooling.build.lithium import SHIPPED, built, copied, table


def anniversaries(start: dt.date, end: dt.date) -> float:
    """Whole years between two days and the share of the running one."""
    whole = end.year - start.year - ((end.month, end.day) < (start.month, start.day))
    before, after = (start.replace(year=start.year + whole + k) for k in (0, 1))
    return whole + (end - before).days / (after - before).days


def by_hand(patent: dict[str, str], growth: float) -> list[float]:
    """What each deal that compares says a patent is worth."""
    own = {symbol[:4] for symbol in patent["ipc"].split(";")}
    found = []
    for deal in rows(SHIPPED / "comparables.csv"):
        symbols = {symbol[:4] for symbol in deal["ipc"].split(";")}
        if deal["patent_kind"] == patent["patent_kind"] and symbols & own:
            day = dt.date.fromisoformat(deal["traded_on"])
            years = anniversaries(day, dt.date(2025, 6, 30))
            price = float(deal["price"]) / int(deal["patents"]) * float(deal["adjustment"])
            found.append(price * (1 + growth) ** years)
    return found


@pytest.mark.parametrize("growth", [0.0, 0.03])
def test_values_are_the_mean_of_the_deals_that_compare(growth: float, tmp_path: Path) -> None:
    run = built()
    if growth:
        folder = copied(tmp_path / "pool", ("tax_rate = 0.15", f"tax_rate = 0.15\nprice_growth = {growth}"))
        run = build(folder, output=tmp_path / "built")
    patents = {row["publication_number"]: row for row in rows(SHIPPED / "patents.csv")}
    compared = 0
    for row in table(run, "valuations"):
        deals = by_hand(patents[row["publication_number"]], growth)
        assert row["comparables"] == len(deals)
        if not deals:
            assert row["market_value"] is None
            assert row["market_spread"] is None
            continue
        compared += 1
        assert float(row["market_value"]) == pytest.approx(statistics.fmean(deals), abs=0.01)
        assert row["market_spread"] == pytest.approx(statistics.pstdev(deals) / statistics.fmean(deals))
    assert compared > 80


def test_methods_are_asked_in_the_order_given(tmp_path: Path) -> None:
    order = 'tax_rate = 0.15\nmethods = ["market", "cost"]\nleast_comparables = 4'
    run = build(copied(tmp_path / "pool", ("tax_rate = 0.15", order)), output=tmp_path / "built")
    seen = set()
    for row in table(run, "valuations"):
        method = "market" if row["comparables"] >= 4 else "cost"
        seen.add(method)
        assert row["method"] == method
        assert row["appraised"] == row[f"{method}_value"]
        assert row["discount_up"] == row["appraised"]
    assert seen == {"market", "cost"}
    first = [row for row in table(built(), "valuations") if row["income_value"] is not None]
    assert all(row["appraised"] == row["income_value"] and row["method"] == "income" for row in first)


def test_a_deal_after_the_day_of_the_build_is_rejected(tmp_path: Path) -> None:
    folder = copied(tmp_path / "pool")
    path = folder / "comparables.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    cells = lines[1].split(",")
    cells[1] = "2025-07-01"
    path.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]) + "\n", encoding="utf-8")
    run = build(folder, output=tmp_path / "built")
    (told,) = [row for row in table(run, "repairs") if row["file"] == "comparables.csv"]
    assert told["row"] == 2
    assert told["outcome"] == "rejected"
