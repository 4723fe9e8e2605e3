"""A prepared deal with one number of its deal or pool file changed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from typing import Any

from securitize.base.errors import DefinitionError, Problem, UsageError
from securitize.definitions.deals.deal import Deal
from securitize.definitions.documents.partial import validate
from securitize.definitions.pools.pool import Pool
from securitize.engine.prepare.dates import on_dates
from securitize.engine.prepare.prepared import Prepared


def with_value(prepared: Prepared, file: str, dotted: str, value: Decimal) -> Prepared:
    """The same run with another number at one place.

    file : deal or pool;  dotted : the place as the assumption register writes it
    Raises UsageError where nothing is written there, DefinitionError where the number does not fit.
    """
    found = prepared.definitions
    loaded: Any = found.deal if file == "deal" else found.pool
    raw = deepcopy(loaded.raw)
    _put(raw, re.sub(r"\[(\d+)\]", r".\1", dotted).split("."), value, f"{file}:{dotted}")
    model: type[Deal] | type[Pool] = Deal if file == "deal" else Pool
    validated, explained = validate(model, raw)
    if validated is None:
        raise DefinitionError(
            [
                Problem(str(loaded.path), 0, dotted, one.what, one.found, one.repair, one.code)
                for one in explained
            ]
        )
    changed = replace(loaded, model=validated, raw=raw)
    return on_dates(replace(found, deal=changed) if file == "deal" else replace(found, pool=changed))


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
