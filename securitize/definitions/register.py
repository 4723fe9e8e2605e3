"""The assumption register: every number of a file that says where it comes from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, get_args

from securitize.base.closed import partition
from securitize.definitions.documents.loaded import BY_CALLER, Loaded
from securitize.definitions.documents.locator import KeyPath, written
from securitize.definitions.figures import FigureKind, is_figure

_KINDS = get_args(FigureKind)

WrittenKind = Literal["published", "derived", "assumed", "stated"]
ASSUMED, STATED, _ = partition(WrittenKind, {"assumed"}, {"stated"}, {"published", "derived"})


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a file as written; ``kind`` is ``stated`` where it is bare and says nothing of itself."""

    file: str
    line: int
    path: str
    value: str
    unit: str
    kind: WrittenKind
    source: str
    note: str
    at_least: str
    at_most: str

    @property
    def sourced(self) -> bool:
        """Whether it says where it comes from."""
        return self.kind not in STATED

    @property
    def assumed(self) -> bool:
        """Whether it is an assumption."""
        return self.kind in ASSUMED


def register(loaded: Loaded[Any], stated: bool = False) -> list[Figure]:
    """The figures of a file in the order written; bare numbers too where ``stated``."""
    rows = []
    for path, value in _numbers(loaded.raw, ()):
        figure = value if isinstance(value, Mapping) else {"value": value, "kind": "stated"}
        given = loaded.is_given(path)
        if given:
            figure = _of_caller(figure)
        if stated or figure["kind"] != "stated":
            shown = {key: _shown(figure.get(key)) for key in ("value", "unit", "source", "note")}
            bounds = {key: _shown(figure.get(key)) for key in ("at_least", "at_most")}
            line = 0 if given else loaded.locator.line(path)
            rows.append(Figure(str(loaded.path), line, written(path), kind=figure["kind"], **shown, **bounds))
    return rows


def _of_caller(figure: Mapping[str, Any]) -> Mapping[str, Any]:
    """A figure whose value a caller wrote: no source of the file speaks for it."""
    kind = figure["kind"] if figure["kind"] in STATED else "assumed"
    return {"value": figure.get("value"), "kind": kind, "unit": figure.get("unit"), "note": BY_CALLER}


def figures_of(raw: Mapping[str, Any]) -> Iterator[tuple[KeyPath, Mapping[str, Any]]]:
    """Path and table of each number that is written with its kind."""
    for path, value in _numbers(raw, ()):
        if isinstance(value, Mapping):
            yield path, value


def _numbers(value: Any, at: KeyPath, source: object = None) -> Iterator[tuple[KeyPath, Any]]:
    """source : of the table around, which quotes that name none of their own have too."""
    if is_figure(value) and value["kind"] in _KINDS:
        yield at, value
    elif isinstance(value, Mapping):
        own = value.get("source") or source
        for key, item in value.items():
            quoted = _quote(value, item, own) if key in ("rate", "step") else None
            yield from _numbers(quoted or item, (*at, key), own)
    elif isinstance(value, list | tuple):
        for k, item in enumerate(value):
            yield from _numbers(item, (*at, k), source)
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        yield at, value


def _quote(table: Mapping[str, Any], rate: Any, source: object) -> dict[str, Any] | None:
    """The rate of a quote of a market, or a step of its spreads, as a figure: kind and source stand beside it."""
    kind = table.get("kind") if "tenor" in table or "step" in table else table.get("rate_kind")
    if kind not in _KINDS or isinstance(rate, Mapping):
        return None
    return {"value": rate, "kind": kind, "source": source}


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_shown(item) for item in value) + "]"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dt.date):
        return value.isoformat()
    return "" if value is None else str(value)
