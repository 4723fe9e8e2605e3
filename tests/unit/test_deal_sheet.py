"""The deal sheet: no term of a deal can change, or fall away, without the sheet changing."""

from __future__ import annotations

import copy
import datetime as dt
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pydantic import ValidationError

from securitize.definitions.deals.deal import Deal
from securitize.definitions.documents.partial import as_given
from securitize.definitions.register import Figure
from securitize.engine.prepare.prepared import Prepared
from securitize.reports.deal_sheet import _print_money, _print_rules
from tests.unit.mutations import GOOD

KeyPath = tuple[str | int, ...]
#: Told elsewhere on the sheet, or by the reader's own files.
ELSEWHERE = {"name", "pool", "dates", "market", "rounding", "residual_to", "sources", "parties"}


def written(name: str) -> dict[str, Any]:
    text = (GOOD / name).read_text(encoding="utf-8")
    return tomllib.loads(text, parse_float=Decimal)


def places(value: Any, at: KeyPath = ()) -> Iterator[KeyPath]:
    """Every key and element below the top."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        yield (*at, key)
        yield from places(item, (*at, key))


def other(value: Any) -> Any:
    """Another value of the same type; None where there is no plain one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | Decimal):
        return value * 2 if value > 1 else value / 2 if isinstance(value, Decimal) else value + 1
    return value + dt.timedelta(days=40) if isinstance(value, dt.date) else None


def edits(raw: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The deal with one place changed, and with one taken out."""
    for path in places(raw):
        if path[0] in ELSEWHERE or len(path) == 1:
            continue
        for word in ("changed", "taken out"):
            edited = copy.deepcopy(raw)
            here: Any = edited
            for key in path[:-1]:
                here = here[key]
            new = other(here[path[-1]])
            if word == "taken out":
                del here[path[-1]]
            elif new is None:
                continue
            else:
                here[path[-1]] = new
            yield f"{'.'.join(map(str, path))} {word}", edited


def sheets(deal: Deal, capsys: pytest.CaptureFixture[str]) -> Iterator[str]:
    """Each part of the sheet, printed when it is looked at."""
    prepared = cast(Prepared, SimpleNamespace(deal=deal, register=()))
    for part in (_print_money, _print_rules):
        part(prepared)
        yield capsys.readouterr().out


@pytest.mark.parametrize("name", ["rich.toml", "deal.toml"])
def test_every_term_is_told(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    raw = written(name)
    deal = Deal.model_validate(as_given(raw))
    whole, silent, tried = [*sheets(deal, capsys)], [], 0
    for place, edited in edits(raw):
        try:
            model = Deal.model_validate(as_given(edited))
        except ValidationError:
            continue
        if model != deal and any(account.kind == "collection" for account in model.accounts.values()):
            tried += 1
            told = any(now != then for now, then in zip(sheets(model, capsys), whole, strict=True))
            silent += [] if told else [place]
    assert tried > 60
    assert not silent, "\n".join(silent)


def test_what_is_assumed_is_told_where_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    deal = Deal.model_validate(as_given(written("rich.toml")))
    paths = [
        "notes.C.balance", "accounts.reserve.target.amount", "fees.servicer.rate", "support.line.limit",
        "limits.lent.percent",
        "triggers.small.threshold", "issuer_call.prices[0].price", "priority.normal[0].limit.percent",
    ]  # fmt: skip
    register = [Figure("deal.toml", 0, path, "", "", "assumed", "", "", "", "") for path in paths]
    prepared = cast(Prepared, SimpleNamespace(deal=deal, register=register))
    _print_money(prepared)
    _print_rules(prepared)
    said = capsys.readouterr().out
    assert said.lower().count("assumed") >= len(paths)
    for path in ("balance", "target.amount", "limit.percent", "prices[…].price"):
        assert path in said
