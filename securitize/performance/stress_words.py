"""What a scenario changes, in words: one line a stress, from the stresses as a file writes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, assert_never

from securitize.base.language import Language
from securitize.base.messages import Listing, Message, in_language
from securitize.performance.suites.stress_table import StressTable, bare, toml_value
from securitize.tables.naming import namings

#: Values of a list that are shown.
_MOST = 6


def stress_lines(scenario: Mapping[str, Any], wanted: Language) -> list[str]:
    """A line for each stress of a scenario file, in a language; none for one that stresses nothing."""
    return [_line(stress, wanted) for stress in scenario.get("stress", ())]


def in_both(scenario: Mapping[str, Any]) -> list[dict[str, str]]:
    """The same as labels of a run, in English and Chinese."""
    pairs = zip(stress_lines(scenario, "en"), stress_lines(scenario, "zh"), strict=True)
    return [{"en": str(english), "zh": chinese} for english, chinese in pairs]


def _line(stress: StressTable, wanted: Language) -> str:
    driver = _driver(str(stress["driver"]), wanted)
    terms = list(_terms(stress))
    if not terms:
        return driver
    return in_language(Listing([driver, Listing(terms)], ": "), wanted)


def _driver(driver: str, wanted: Language) -> str:
    """The word for a driver."""
    match wanted:
        case "en":
            return driver.replace("-", " ")
        case "zh":
            return namings()["driver"].values_zh.get(driver, driver)
        case _:
            assert_never(wanted)


def _terms(stress: StressTable) -> Iterator[str]:
    for key, value in stress.items():
        if key != "driver":
            yield _term(key, bare(value))


def _term(key: str, value: Any) -> str:
    """One field of a stress in words; a field that has none as the file writes it."""
    shown = _shown(value)
    match key:
        case "set":
            return Message("set to {value}", value=shown)
        case "scale":
            return Message("times {value}", value=shown)
        case "shift":
            return Message("moved by {value}", value=shown)
        case "ramp":
            low, high, over = (_shown(bare(value[part])) for part in ("from", "to", "periods"))
            return Message("from {low} to {high} over {periods} periods", low=low, high=high, periods=over)
        case "first_period":
            return Message("from period {number} on", number=shown)
        case "last_period":
            return Message("to period {number}", number=shown)
        case "at":
            return Message("on {date}", date=shown)
        case "from":
            return Message("from {date}", date=shown)
        case "to" | "until":
            return Message("until {date}", date=shown)
        case "days":
            return Message("{number} days late", number=shown)
        case "amount":
            return Message("amount {value}", value=shown)
        case "share":
            return Message("share {value}", value=shown)
        case "interest_share":
            return Message("share of the interest {value}", value=shown)
        case "amount_order":
            return Message("principal first") if value == "principal-first" else Message("interest first")
        case "rate":
            return Message("coupon re-set to {value}", value=shown)
        case "recovery":
            return Message("recovery {value}", value=shown)
        case "rating":
            return Message("rated {value}", value=shown)
        case "obligor" | "obligors":
            return Message("obligor {name}", name=shown)
        case "contract":
            return Message("contract {name}", name=shown)
        case "right":
            return Message("right {name}", name=shown)
        case "support":
            return Message("support {name}", name=shown)
        case "party":
            return Message("party {name}", name=shown)
        case "note":
            return Message("note {name}", name=shown)
        case "index":
            return Message("index {name}", name=shown)
        case "recoveries":
            return Message("recoveries {list}", list=Listing(_recovery(one) for one in value))
        case _:
            return f"{key} = {toml_value(value)}"


def _recovery(recovery: Mapping[str, Any]) -> str:
    """A named recovery: its source, its size and when it comes."""
    size = _shown(bare(recovery.get("rate", recovery.get("amount", ""))))
    if (lag := recovery.get("lag")) is None:
        return f"{recovery.get('source', '')} {size}"
    return Message("{source} {size} after {lag}", source=recovery.get("source", ""), size=size, lag=lag)


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        some = Listing(_shown(bare(one)) for one in value[:_MOST])
        return (
            some
            if len(value) <= _MOST
            else Message("{some} and {count} more", some=some, count=len(value) - _MOST)
        )
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return f"{value:,}"
    return value.isoformat() if isinstance(value, dt.date) else str(value)
