"""What is left of a faulty file when the faulty parts are taken out, so that the rest can be checked too."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from securitize.definitions.documents.explaining import Explanation, explain
from securitize.definitions.documents.loaded import PROBLEM_LIMIT
from securitize.definitions.documents.locator import KeyPath
from securitize.definitions.figures import EARLIEST, LATEST

M = TypeVar("M", bound=BaseModel)
#: Stands where an element of an array was taken out.
_GONE = object()
_ROUNDS = 12
#: Stand for what a deal cannot do without; chosen so that no check of other parts stumbles over them.
_STAND_INS: dict[str, Any] = {
    "name": "unnamed",
    "pool": "unnamed",
    "dates": {
        "cut_off": EARLIEST,
        "closing": EARLIEST + dt.timedelta(days=1),
        "legal_final": LATEST,
        "payment": {"dates": [LATEST]},
        "collection": {"days_before": 0},
    },
    "accounts": {"unnamed": {"kind": "collection"}},
    "notes": {
        "unnamed": {"rank": 1, "balance": 0, "coupon": {"kind": "zero"}, "principal": {"kind": "turbo"}}
    },
    "priority": {"normal": [{"name": "unnamed", "pay": ["originator"]}]},
}


def as_given(value: Any) -> Any:
    """Raw TOML as the strict models want it: arrays as tuples, what was taken out left out."""
    if isinstance(value, dict):
        return {key: as_given(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(as_given(item) for item in value if item is not _GONE)
    return value


def validate(model: type[M], raw: Mapping[str, Any]) -> tuple[M | None, list[Explanation]]:
    """The model of a raw file, or what is wrong with it."""
    given = as_given(raw)
    try:
        # A part of a file does not hold its currency, which its problems are written in.
        return model.model_validate(given, context={"currency": given.get("currency")}), []
    except ValidationError as error:
        return None, explain(model, given, error.errors(include_url=False))


def without_faults(
    model: type[M], raw: dict[str, Any], explained: Sequence[Explanation]
) -> tuple[M, tuple[KeyPath, ...]] | None:
    """The model of what holds by itself, and the paths taken out; None where too little is left."""
    if len(explained) > PROBLEM_LIMIT:
        return None
    rest, removed = copy.deepcopy(raw), set[KeyPath]()
    for _ in range(_ROUNDS):
        for path in [_position(rest, one.faulty or one.path) for one in explained]:
            if not path or not _take_out(rest, path):
                return None
            removed.add(path)
        validated, explained = validate(model, rest)
        if validated is not None:
            return validated, tuple(removed)
    return None


def _position(rest: Any, path: KeyPath) -> KeyPath:
    """A path into what was given, as a path into ``rest``, where elements taken out still have a place."""
    found: list[str | int] = []
    here = rest
    for key in path:
        position = key
        if isinstance(here, list) and isinstance(key, int):
            kept = [k for k, item in enumerate(here) if item is not _GONE]
            position = kept[key]
        found.append(position)
        here = _member(here, position)
    return tuple(found)


def _member(here: Any, key: str | int) -> Any:
    if isinstance(here, dict):
        return here.get(key)
    return here[key] if isinstance(here, list) and isinstance(key, int) else None


def _take_out(rest: dict[str, Any], path: KeyPath) -> bool:
    top = path[0]
    if len(path) == 1 or (top == "dates" and len(path) <= 3):
        if top in _STAND_INS:
            rest[str(top)] = copy.deepcopy(_STAND_INS[str(top)])
            return True
        return rest.pop(str(top), None) is not None
    here: Any = rest
    for key in path[:-1]:
        here = _member(here, key)
        if here is None or here is _GONE:
            return True
    if isinstance(here, list):
        here[int(path[-1])] = _GONE
    elif isinstance(here, dict):
        here.pop(path[-1], None)
    return True
