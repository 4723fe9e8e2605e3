"""What ``securitize price`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from securitize.base.messages import Listing, Message
from securitize.reports.headings import print_rows
from securitize.reports.names import titled
from securitize.reports.scenario_words import print_stresses
from securitize.reports.tables import plain_rows, to_json
from securitize.reports.terminal import print_line
from securitize.tables.printed import printed_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from securitize.store.run import Run
    from securitize.studies.price.price import Prices

PRICE = (
    "note",
    "clean_price",
    "accrued",
    "yield_street",
    "yield_interbank",
    "z_spread",
    "spread_to_government",
)
VALUE = ("note", "balance", "value", "price_reason")
RISK = (
    "note",
    "wal_years",
    "modified_duration",
    "effective_duration",
    "spread_duration",
    "convexity",
    "dv01",
    "par_coupon",
)
FLOATING = ("note", "discount_margin", "effective_duration", "spread_duration")
OPTIONS = ("note", "option_adjusted_spread", "option_adjusted_duration", "option_value")
PATHS = (
    "note",
    "loss_adjusted_price",
    "loss_adjusted_price_error",
    "loss_adjusted_yield",
    "loss_adjusted_coupon",
)
BASIS = ("note", "rating", "spread_kind", "spread_rating", "spread_basis")


def as_json(prices: Prices) -> str:
    """Every table as one JSON object."""
    tables = {name: plain_rows(prices.arrow(name)) for name in prices.names}
    stored = {"run": prices.id, "path": str(prices.path), "reused": prices.reused} if prices.path else {}
    return to_json(
        {**stored, "about": dict(prices.about), "warnings": list(prices.warnings), "tables": tables}
    )


def print_place(result: Prices | Run) -> None:
    """Where a stored result stands; a path is not wrapped: it is there to be copied."""
    if result.reused:
        print_line("prices {id}, verified and reused: {path}", id=result.id, path=result.path, wraps=False)
    else:
        print_line("prices {id}, written: {path}", id=result.id, path=result.path, wraps=False)


def print_stored(run: Run) -> None:
    """Stored prices again."""
    print_prices(run, stresses_of_cases(run.about))
    print_place(run)


def stresses_of_cases(about: Mapping[str, Any]) -> Mapping[str, Any]:
    """What each scenario of stored prices changes, by its name."""
    return dict[str, Any](about.get("stresses_of_cases") or {})


def print_prices(prices: Prices | Run, stresses: Mapping[str, Any] | None = None) -> None:
    """Prices, sensitivities and what random paths say, on standard output.

    stresses : by scenario, where not in ``about``
    """
    rows: list[dict[str, Any]] = printed_rows(prices.arrow("prices"))
    about = dict[str, Any](prices.about)
    of_cases = about.get("stresses", {}) if stresses is None else stresses
    print_line(titled(str(about["deal"]), str(about["title"]), str(about.get("title_zh") or "")))
    if about.get("synthetic"):
        print_line("the pool is SYNTHETIC: its contracts are invented")
    print_line(
        "market {market} of {date}; settlement on {settlement}; prices per 100 {currency} of the balance",
        market=rows[0]["market"],
        date=rows[0]["market_date"],
        settlement=rows[0]["settlement"],
        currency=Message("yuan") if rows[0]["currency"] == "CNY" else rows[0]["currency"],
    )
    print_line("")
    for scenario in dict.fromkeys(row["scenario"] for row in rows):
        mine = [row for row in rows if row["scenario"] == scenario]
        print_stresses({"scenario": scenario, "stresses": of_cases.get(scenario)})
        _print(mine, Message("Prices"), PRICE)
        _print(mine, Message("Value in money"), VALUE)
        if missing := [row for row in mine if row["yield_reason"] not in (None, "no price")]:
            _print(missing, Message("Yields that are not printed"), ("note", "yield_reason"))
        _print(mine, Message("Risk measures"), RISK)
        if floating := [row for row in mine if row["discount_margin"] is not None]:
            _print(floating, Message("Floating notes"), FLOATING)
        if mine[0]["rate_volatility"]:
            _print_options(mine)
        if mine[0]["paths"]:
            title = Message("Mean over {paths:,} random paths, at the same spread", paths=mine[0]["paths"])
            _print(mine, title, PATHS)
        if mine[0]["exercised"]:
            chosen = [_option(words) for words in mine[0]["exercised"].split("; ")]
            print_line("options exercised: {options}", options=Listing(chosen, "; "))
            print_line("")
    bases = {tuple(row[name] for name in BASIS): row for row in rows}
    print_rows(Message("Where spreads come from"), "prices", bases.values(), BASIS)


def _print_options(mine: list[dict[str, Any]]) -> None:
    """What the lattice says; its numbers first, which nobody quotes."""
    print_line(
        "Hull-White short rate: normal volatility {volatility:g} bp and mean reversion {reversion:g}% a year, both "
        "ASSUMED: no quotes of options on Chinese rates are known",
        volatility=mine[0]["rate_volatility"] * 10_000,
        reversion=mine[0]["mean_reversion"] * 100,
    )
    print_line("yields, durations and Z-spreads above are of the cash with nothing exercised")
    _print(mine, Message("Puts and calls on a lattice of rates"), OPTIONS)


def _option(words: str) -> str:
    """An option that was exercised, as the table tells it in English, in the language of the reader."""
    match words.split():
        case ["put", note, day]:
            return Message("put {note} {day}", note=note, day=day)
        case ["re-set", note, day, rate]:
            return Message("re-set {note} {day} {rate}", note=note, day=day, rate=rate)
        case ["call", day]:
            return Message("call {day}", day=day)
        case _:
            return words


def _print(rows: list[dict[str, Any]], title: str, names: Sequence[str]) -> None:
    scenario = rows[0]["scenario"]
    if scenario:
        title = Message("{title}, scenario {scenario}", title=title, scenario=scenario)
    print_rows(title, "prices", rows, names)
