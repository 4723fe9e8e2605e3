"""What ``securitize price`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from securitize.base.messages import Message
from securitize.reports.tables import plain_rows, to_json
from securitize.reports.terminal import NOTHING, Column, print_line, print_table

if TYPE_CHECKING:
    from securitize.studies.price.price import Prices

#: heading -> column, how many digits, times what
PRICE = {
    "clean 净价": ("clean_price", 4, 1),
    "accrued 应计": ("accrued", 4, 1),
    "yield %": ("yield_street", 4, 100),
    "interbank %": ("yield_interbank", 4, 100),
    "spread bp": ("spread", 1, 10_000),
    "to govt bp": ("spread_to_government", 1, 10_000),
}
RISK = {
    "WAL 年": ("wal_years", 4, 1),
    "modified": ("modified_duration", 4, 1),
    "effective": ("effective_duration", 4, 1),
    "convexity": ("convexity", 3, 1),
    "DV01": ("dv01", 5, 1),
    "par coupon %": ("par_coupon", 4, 100),
}
PATHS = {
    "price 价格": ("loss_adjusted_price", 4, 1),
    "± error": ("loss_adjusted_price_error", 4, 1),
    "yield %": ("loss_adjusted_yield", 4, 100),
    "par coupon %": ("loss_adjusted_coupon", 4, 100),
}


def as_json(prices: Prices) -> str:
    """Every table as one JSON object."""
    tables = {name: plain_rows(prices.arrow(name)) for name in prices.names}
    return to_json({"about": dict(prices.about), "warnings": list(prices.warnings), "tables": tables})


def print_prices(prices: Prices) -> None:
    """Prices, sensitivities and what random paths say, on standard output."""
    rows: list[dict[str, Any]] = prices.arrow("prices").to_pylist()
    about, curves = prices.about, prices.curves
    label = "  SYNTHETIC pool" if about.get("synthetic") else ""
    print_line(f"{about['deal']}  {about['title']}{label}")
    if about.get("title_zh"):
        print_line(str(about["title_zh"]))
    print_line(
        f"market 市场 {curves.name}, {curves.date}; settlement 结算 {rows[0]['settlement']}; {rows[0]['currency']},"
        " per 100 of the balance 每百元余额"
    )
    print_line("")
    for scenario in dict.fromkeys(row["scenario"] for row in rows):
        mine = [row for row in rows if row["scenario"] == scenario]
        of = Message(", scenario {scenario}", scenario=scenario) if scenario else ""
        _print(mine, f"Prices 价格{of}", PRICE)
        _print(mine, f"Risk 风险{of}", RISK)
        if mine[0]["paths"]:
            _print(mine, f"Over {mine[0]['paths']:,} random paths 随机路径{of}, at the same spread", PATHS)
        if mine[0]["exercised"]:
            print_line(f"exercised 行权: {mine[0]['exercised']}")
            print_line("")
    for note, rating, kind in dict.fromkeys((row["note"], row["rating"], row["spread_kind"]) for row in rows):
        basis = {"asked": "as asked", "from price": "from the price"}.get(kind, kind)
        print_line(f"{note}: rating {rating or 'none'}, spread {basis}")


def _print(rows: list[dict[str, Any]], title: str, wanted: dict[str, tuple[str, int, int]]) -> None:
    columns = [Column("note 证券", wraps=True), *(Column(name, right=True) for name in wanted)]
    lines = [
        [
            row["note"],
            *(_shown(row[name], digits, times) for name, digits, times in wanted.values()),
        ]
        for row in rows
    ]
    print_table(title, columns, lines)


def _shown(value: float | None, digits: int, times: int) -> str:
    return NOTHING if value is None else f"{value * times:.{digits}f}"
