"""Pairs of generated deals: one, and the same with a few numbers, dates or choices changed."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np

from securitize.waterfall.resolved import ResolvedDeal
from tests.properties.comparison import resolved
from tests.properties.generated_deals import GeneratedDeal, numbered_deal
from tests.properties.variants import Path

#: Deals of which a changed number makes none that can be resolved are left out after so many attempts.
ATTEMPTS = 12


def leaves(table: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every number, date and choice of a deal, with its place."""
    if isinstance(table, dict):
        for key, each in table.items():
            yield from leaves(each, (*path, key))
    elif isinstance(table, tuple | list):
        for i, each in enumerate(table):
            yield from leaves(each, (*path, i))
    elif isinstance(table, bool | int | Decimal | datetime.date):
        yield path, table


def changed(table: Any, path: Path, value: Any) -> Any:
    """A copy with another value at a place that is there."""
    if not path:
        return value
    first, *rest = path
    if isinstance(table, dict):
        return {**table, first: changed(table[first], tuple(rest), value)}
    return tuple(changed(each, tuple(rest), value) if i == first else each for i, each in enumerate(table))


def another(chosen: random.Random, value: Any, others: list[Any]) -> Any:
    """Another value: 0, all, half, double, one that stands elsewhere in the deal; a date before or after."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, datetime.date):
        return value + datetime.timedelta(chosen.choice((-800, -370, -92, -31, -1, 1, 31, 92, 370, 800)))
    alike = [each for each in others if type(each) is type(value)]
    if isinstance(value, Decimal):
        two_digits = Decimal("0.01")
        half = (value / 2).quantize(two_digits) if value == value.quantize(two_digits) else value / 2
        return chosen.choice([Decimal(0), Decimal(1), half, value * 2, chosen.choice(alike), value])
    return chosen.choice([1, value + 1, max(value - 1, 0), chosen.choice(alike)])


def pair(number: int) -> tuple[GeneratedDeal, GeneratedDeal, ResolvedDeal, ResolvedDeal] | None:
    """A numbered deal of two paths and a change of it, as they are and as the engine sees them; None where no change
    of a dozen makes a deal."""
    chosen, case = random.Random(number), numbered_deal(number, 2)
    own, found = resolved(case), list(leaves(case.deal))
    for _ in range(ATTEMPTS):
        deal = case.deal
        for _ in range(chosen.choice((1, 1, 2, 4))):
            path, value = chosen.choice(found)
            deal = changed(deal, path, another(chosen, value, [each for _, each in found]))
        other = replace(case, deal=deal)
        try:
            return case, other, own, of_given(chosen, resolved(other))
        except (ValueError, KeyError, StopIteration):
            continue
    return None


def of_given(chosen: random.Random, deal: ResolvedDeal) -> ResolvedDeal:
    """The deal with another opening balance, other scheduled collections and other dates of its flags, now and then."""
    match chosen.randrange(4):
        case 0:
            return replace(deal, opening_performing=chosen.choice((0, 1, deal.opening_performing // 2)))
        case 1:
            return replace(deal, scheduled=np.zeros_like(deal.scheduled))
        case _:
            return deal
