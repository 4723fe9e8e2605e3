"""Rights that fail at random with their pool."""

from __future__ import annotations

from collections.abc import Iterator

from securitize.base.errors import Problem
from securitize.base.messages import Listing, Message
from securitize.definitions.deals.deal import Deal
from securitize.definitions.documents.explaining import suggest
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.documents.locator import KeyPath
from securitize.definitions.pools.pool import Pool
from securitize.definitions.scenarios.random_performance import RandomPerformance

#: Kinds of rights that lapse by the curves.
PATENTS = ("invention", "utility-model", "design")


def rights_that_may_fail_are_known(
    performance: Loaded[RandomPerformance], pool: Loaded[Pool], deal: Loaded[Deal] | None
) -> Iterator[Problem]:
    """Rights that may fail at random are rights of the pool (SEC174)."""
    rights = performance.model.rights
    if rights is None:
        return
    places: list[tuple[KeyPath, str]] = [(("rights", "collateral", name), name) for name in rights.collateral]
    for family, members in rights.families.items():
        places += [(("rights", "families", family, k), name) for k, name in enumerate(members)]
    for at, name in places:
        if name not in pool.model.collateral:
            what = Message("the pool {name} holds no such right", name=pool.model.name)
            yield performance.problem(at, what, name, suggest(name, pool.model.collateral), "SEC174")


def ages_of_rights_that_lapse_are_known(
    performance: Loaded[RandomPerformance], pool: Loaded[Pool], deal: Loaded[Deal] | None
) -> Iterator[Problem]:
    """A right that may lapse has a known age: written, or from its expiry (SEC195)."""
    rights = performance.model.rights
    if rights is None:
        return
    followers = {name for members in rights.families.values() for name in members[1:]}
    of_all = rights.lapse.age if rights.lapse else None
    without: dict[KeyPath, list[str]] = {}
    for name, right in pool.model.collateral.items():
        lapse = rights.of(name).lapse
        if name in followers or right.kind not in PATENTS or lapse is None or not lapse.multiplier:
            continue
        if lapse.age is None and of_all is None and right.expiry is None:
            own = rights.collateral.get(name)
            at: KeyPath = (
                ("rights", "collateral", name, "lapse") if own and own.lapse else ("rights", "lapse")
            )
            without.setdefault(at, []).append(name)
    for at, names in without.items():
        what = Message(
            "the pool tells no expiry of {names}{value}",
            names=Listing(names[:5]),
            value=" …" if len(names) > 5 else "",
        )
        repair = "add age = …, or expiry to the pool's collateral"
        yield performance.problem(at, what, None, repair, "SEC195")


CHECKS = (rights_that_may_fail_are_known, ages_of_rights_that_lapse_are_known)
