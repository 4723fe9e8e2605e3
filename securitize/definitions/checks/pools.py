"""A pool by itself: names, owners, rights that secure nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.definitions.checks.exactness import amounts_of_a_pool_stay_exact
from securitize.definitions.documents.explaining import suggest
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.pools.pool import Pool

PoolCheck = Callable[[Loaded[Pool]], Iterator[Problem]]


def names_are_known(pool: Loaded[Any]) -> Iterator[Problem]:
    """A contract or right names obligors and rights of the pool (SEC158). The raw file is read, since the
    pool may be faulty otherwise.
    """
    obligors, rights = dict.fromkeys(pool.names("obligors")), dict.fromkeys(pool.names("collateral"))
    keys: list[tuple[str, tuple[str, ...], dict[str, Any], str]] = [
        ("collateral", ("owner",), obligors, Message("obligor"))
    ]
    keys += [("contracts", (key,), obligors, Message("obligor")) for key in ("obligor", "supplier", "seller")]
    keys += [("contracts", path, rights, Message("right")) for path in (("collateral",), ("as_of", "failed"))]
    for table, path, known, noun in keys:
        for name in pool.names(table):
            if not pool.has(table, name, *path):
                continue
            written: Any = pool.raw[table][name]
            for key in path:
                written = written[key]
            for k, one in enumerate(written if isinstance(written, list) else [written]):
                if isinstance(one, str) and one not in known:
                    at = (table, name, *path, *((k,) if isinstance(written, list) else ()))
                    yield pool.problem(
                        at, Message("there is no such {noun}", noun=noun), one, suggest(one, known), "SEC158"
                    )


def rights_belong_to_the_obligor(pool: Loaded[Pool]) -> Iterator[Problem]:
    """The right behind a claim belongs to its obligor (SEC310, a warning); those behind a royalty are the
    licensor's.
    """
    for name, contract in pool.model.claims.items():
        for k, right in enumerate(contract.collateral):
            owner = pool.model.collateral[right].owner
            if owner != contract.obligor:
                what = Message(
                    "the right belongs to {owner}, not to the obligor {obligor}",
                    owner=owner,
                    obligor=contract.obligor,
                )
                at = ("contracts", name, "collateral", k)
                yield pool.problem(at, what, right, "check the owner", "SEC310")


def rights_secure_a_contract(pool: Loaded[Pool]) -> Iterator[Problem]:
    """A contract names every right (SEC311, a warning)."""
    used = {right for contract in pool.model.contracts.values() for right in contract.collateral}
    for right in pool.model.collateral:
        if right not in used:
            what = "no contract names the right"
            yield pool.problem(("collateral", right), what, None, "name it, or drop it", "SEC311")


def obligors_owe_or_own(pool: Loaded[Pool]) -> Iterator[Problem]:
    """Every obligor owes, owns or has sold something (SEC312, a warning)."""
    used = {contract.obligor for contract in pool.model.contracts.values()}
    used |= {contract.proceeds_to for contract in pool.model.contracts.values()}
    used |= {collateral.owner for collateral in pool.model.collateral.values()}
    for name in pool.model.obligors:
        if name not in used:
            what = "the obligor owes nothing, owns nothing and sold nothing"
            yield pool.problem(("obligors", name), what, None, "drop it, or add its contract", "SEC312")


CHECKS: tuple[PoolCheck, ...] = (
    names_are_known,
    rights_belong_to_the_obligor,
    rights_secure_a_contract,
    obligors_owe_or_own,
    amounts_of_a_pool_stay_exact,
)
