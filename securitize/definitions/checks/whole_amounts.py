"""Amounts are as coarse as their currency, which is one that can be computed in (SEC113, SEC283).

Source: ``docs/reference/priority-of-payments.md``, section 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, BeforeValidator

from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.base.money import from_minor
from securitize.definitions.checks.view import DealView
from securitize.definitions.deals.currencies import decimals_of, unit_of
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.documents.locator import KeyPath
from securitize.definitions.documents.shapes import member
from securitize.definitions.figures import Amount

#: What reads an amount of a file.
_READS = next(one for one in get_args(Amount) if isinstance(one, BeforeValidator))


def amounts_are_whole_units(loaded: Loaded[Any], currency: str) -> Iterator[Problem]:
    """No amount of a file is finer than what is paid in a currency (SEC113)."""
    unit = unit_of(currency)
    if unit == 1:
        return
    for path, amount in amounts_of(loaded.model, None, ()):
        if amount % unit:
            what = Message("the amount is finer than {currency} is paid", currency=currency)
            yield loaded.problem(path, what, from_minor(amount), "write a whole number", "SEC113")


def currency_is_computed(loaded: Loaded[Any], currency: str) -> Iterator[Problem]:
    """The currency has at most two decimals (SEC283)."""
    if decimals_of(currency) > 2:
        what = "amounts have three decimals in this currency, which is not supported"
        repair = "write the deal in a currency of at most two decimals"
        yield loaded.problem(("currency",), what, currency, repair, "SEC283")


def of_a_deal(view: DealView) -> Iterator[Problem]:
    """Amounts and currency of a deal (SEC113, SEC283)."""
    yield from currency_is_computed(view.loaded, view.deal.currency)
    yield from amounts_are_whole_units(view.loaded, view.deal.currency)


def of_a_pool(pool: Loaded[Any]) -> Iterator[Problem]:
    """Amounts and currency of a pool (SEC113, SEC283)."""
    yield from currency_is_computed(pool, pool.model.currency)
    yield from amounts_are_whole_units(pool, pool.model.currency)


def amounts_of(value: Any, shape: Any, path: KeyPath) -> Iterator[tuple[KeyPath, int]]:
    """Every amount of a model, minor units, by its path; ``shape`` is what its field may be."""
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            here = (*path, field.alias or name)
            inside = getattr(value, name)
            if isinstance(inside, int) and _READS in field.metadata:
                yield here, inside
            else:
                yield from amounts_of(inside, field.annotation, here)
    elif isinstance(value, Mapping | tuple):
        for key, inside in value.items() if isinstance(value, Mapping) else enumerate(value):
            yield from amounts_of(inside, member(shape, value, key), (*path, key))
    elif isinstance(value, int) and _is_amount(shape):
        yield path, value


def _is_amount(shape: Any) -> bool:
    if _READS in getattr(shape, "__metadata__", ()):
        return True
    return any(_READS in getattr(part, "__metadata__", ()) for part in get_args(shape))


OF_DEALS = (of_a_deal,)
OF_POOLS = (of_a_pool,)
