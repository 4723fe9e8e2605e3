"""A prepared deal, or a file, with one of its numbers changed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from securitize.base.errors import DefinitionError, Problem, UsageError
from securitize.definitions.deals.deal import Deal
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.documents.partial import validate
from securitize.definitions.figures import Model
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.market import Market
from securitize.definitions.scenarios.random_performance import RandomPerformance
from securitize.engine.prepare.dates import on_dates
from securitize.engine.prepare.prepared import Prepared

M = TypeVar("M", bound=Model)


def with_value(prepared: Prepared, file: str, dotted: str, value: Decimal) -> Prepared:
    """The same run with another number at one place; what is drawn at random is drawn alike.

    file : deal, pool, performance (what happens at random) or market;  dotted : the place as the register writes it
    Raises UsageError where nothing is written there, DefinitionError where the number does not fit.
    """
    found = prepared.definitions
    match file:
        case "deal":
            changed = replace(found, deal=with_number(found.deal, Deal, dotted, value))
        case "pool":
            changed = replace(found, pool=with_number(found.pool, Pool, dotted, value))
        case "performance" if found.performance is not None:
            changed = replace(
                found, performance=with_number(found.performance, RandomPerformance, dotted, value)
            )
        case "market" if found.market is not None:
            changed = replace(found, market=with_number(found.market, Market, dotted, value))
        case _:
            raise UsageError("{label}: nothing is written there", label=f"{file}:{dotted}")
    return on_dates(changed, prepared.draw, prepared.known_on)


def with_number(loaded: Loaded[M], model: type[M], dotted: str, value: Decimal) -> Loaded[M]:
    """The same file with another number at one place. Raises as :func:`with_value`."""
    raw: dict[str, Any] = deepcopy(dict(loaded.raw))
    _put(raw, re.sub(r"\[(\d+)\]", r".\1", dotted).split("."), value, f"{loaded.path.stem}:{dotted}")
    validated, explained = validate(model, raw)
    if validated is None:
        raise DefinitionError(
            [
                Problem(str(loaded.path), 0, dotted, one.what, one.found, one.repair, one.code)
                for one in explained
            ]
        )
    return replace(loaded, model=validated, raw=raw)


def _put(raw: Any, keys: Sequence[str], value: Decimal, label: str) -> None:
    here = raw
    for key in keys[:-1]:
        here = _step_into(here, key, label)
    key, old = keys[-1], _step_into(here, keys[-1], label)
    new: Any = {**old, "value": value} if isinstance(old, Mapping) and "value" in old else value
    if isinstance(here, list):
        here[int(key)] = new
    else:
        here[key] = new


def _step_into(here: Any, key: str, label: str) -> Any:
    try:
        return here[int(key)] if isinstance(here, list) else here[key]
    except (KeyError, IndexError, ValueError, TypeError):
        raise UsageError("{label}: nothing is written there", label=label) from None
