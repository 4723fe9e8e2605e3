"""The contracts of a pool: their sizes, dates and rights, and what is said twice (SEC344, SEC346, SEC348, SEC356)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from statistics import median
from typing import assert_never

from securitize.base.closed import partition
from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.base.money import from_rate
from securitize.definitions.checks.plausible.dates import apart, interval
from securitize.definitions.checks.plausible.outside import outside, plain, unit_of
from securitize.definitions.deals.currencies import amount_in
from securitize.definitions.documents.loaded import Fault, Loaded
from securitize.definitions.documents.locator import KeyPath
from securitize.definitions.plausibility import bounds
from securitize.definitions.pools.contracts import (
    LeaseBack,
    LicenceBack,
    PledgedLoan,
    ProjectedClaim,
    Receivable,
    TrustLoan,
)
from securitize.definitions.pools.pool import Contract, Pool, RightKind, claim_of
from securitize.definitions.pools.royalties import (
    FixedRoyalty,
    ProjectedRoyalty,
    RunningRoyalty,
    SteppedRoyalty,
    TieredRoyalty,
)

PoolCheck = Callable[[Loaded[Pool]], Iterator[Problem]]
#: Contracts from which on sizes are compared.
_ENOUGH = 3
#: Kinds of rights whose term the patent law ends.
_PATENTS, _ = partition(RightKind, {"invention", "utility-model", "design"}, {"trademark", "copyright"})


def contracts_are_of_one_scale(pool: Loaded[Pool]) -> Iterator[Problem]:
    """No balance is far below the mean of the others, or far above their median (SEC348, a warning)."""
    balances = {name: claim.opening for name, claim in pool.model.claims.items()}
    if len(balances) < _ENOUGH:
        return
    bound, total = bounds()["contract-size"], sum(balances.values())
    largest = max(balances, key=lambda name: balances[name])
    # A balance that is not the largest cannot lie far above the median of the others, unless several do.
    middle = Decimal(median(balance for name, balance in balances.items() if name != largest))
    for name, balance in balances.items():
        mean = Decimal(total - balance) / (len(balances) - 1)
        ratio = Decimal(balance) / mean if mean else Decimal(1)
        at = ("contracts", name)
        if bound.at_least is not None and ratio < bound.at_least:
            what = Message(
                "the balance is {ratio}% of the mean of the others, less than is plausible, {bound}%",
                ratio=plain(100 * ratio),
                bound=plain(100 * bound.at_least),
            )
            yield pool.problem(
                at,
                what,
                amount_in(balance, pool.model.currency),
                unit_of(bound.name, ratio, pool.model.currency),
                bound.code,
            )
        elif bound.at_most is not None and balance > bound.at_most * middle:
            what = Message(
                "the balance is over {bound} times the median of the others", bound=plain(bound.at_most)
            )
            yield pool.problem(
                at, what, amount_in(balance, pool.model.currency), "check the amount", bound.code
            )


def deposits_are_parts_of_their_contracts(pool: Loaded[Pool]) -> Iterator[Problem]:
    """A deposit is a part of the contract's balance (SEC348, a warning)."""
    for name, claim in pool.model.claims.items():
        if claim.opening:
            ratio = Decimal(claim.deposit) / claim.opening
            for fault in outside(("contracts", name, "deposit"), "deposit", ratio, "check the amount"):
                yield pool.problem(*fault)


def contracts_last_no_longer_than_patents(pool: Loaded[Pool]) -> Iterator[Problem]:
    """Terms, intervals and rights of contracts (SEC344, SEC346, warnings)."""
    for name, contract in pool.model.contracts.items():
        if claim_of(contract) is None:
            continue
        last, at = contract.instalment_dates()[-1], ("contracts", name)
        found: list[Fault] = [*apart(at, "contract-term", contract.start, last, last)]
        if (every := _every(contract)) is not None:
            found += interval((*at, "dates", "every"), every)
        for right in contract.collateral:
            patent = pool.model.collateral[right]
            if patent.expiry is None:
                continue
            here = ("collateral", right, "expiry")
            if patent.kind in _PATENTS:
                found += apart(here, "right-life", contract.start, patent.expiry, patent.expiry)
            if patent.expiry < last:
                what = Message("the right ends before its contract {name}, on {last}", name=name, last=last)
                found.append(Fault(here, what, patent.expiry, "check the dates", "SEC346"))
        for fault in found:
            yield pool.problem(*fault)


def _every(contract: Contract) -> str | None:
    """The step of the rule of a contract's instalments; None where there is no rule."""
    match contract:
        case PledgedLoan() | LicenceBack() | LeaseBack() | TrustLoan():
            return contract.dates.every
        case Receivable() | ProjectedClaim() | RunningRoyalty() | ProjectedRoyalty():
            return None
        case _:
            assert_never(contract)


def royalties_are_shares_of_sales(pool: Loaded[Pool]) -> Iterator[Problem]:
    """The rates of a running royalty (SEC343, a warning)."""
    for name, contract in pool.model.royalties.items():
        for at, rate in _royalty_rates(("contracts", name, "rate"), contract):
            for fault in outside(at, "royalty-rate", from_rate(rate)) if rate else ():
                yield pool.problem(*fault)


def _royalty_rates(at: KeyPath, contract: RunningRoyalty | ProjectedRoyalty) -> Iterator[tuple[KeyPath, int]]:
    match contract:
        case RunningRoyalty(rate=FixedRoyalty(rate=rate)):
            yield (*at, "rate"), rate
        case RunningRoyalty(rate=SteppedRoyalty(rate=rate, steps=steps)):
            yield (*at, "rate"), rate
            yield from (((*at, "steps", k, "rate"), step.rate) for k, step in enumerate(steps))
        case RunningRoyalty(rate=TieredRoyalty(tiers=tiers)):
            yield from (((*at, "tiers", k, "rate"), tier.rate) for k, tier in enumerate(tiers))
        case RunningRoyalty() | ProjectedRoyalty():
            pass
        case _:
            assert_never(contract)


def contracts_are_said_once(pool: Loaded[Pool]) -> Iterator[Problem]:
    """No two contracts without rights are equal in every term (SEC356, a warning)."""
    first: dict[str, str] = {}
    for name, contract in pool.model.contracts.items():
        if contract.collateral:
            continue
        terms = contract.model_dump_json(exclude={"title"})
        if terms in first:
            what = Message("equal to the contract {other} in every term", other=first[terms])
            yield pool.problem(("contracts", name), what, None, "delete one, or tell them apart", "SEC356")
        first.setdefault(terms, name)


def obligors_have_names_of_their_own(pool: Loaded[Pool]) -> Iterator[Problem]:
    """No two obligors have one title (SEC356, a warning)."""
    first: dict[str, str] = {}
    for name, obligor in pool.model.obligors.items():
        for key, title in (("title", obligor.title), ("title_zh", obligor.title_zh)):
            if title and first.setdefault(title.strip(), name) != name:
                what = Message("the obligor {other} has the same name", other=first[title.strip()])
                yield pool.problem(
                    ("obligors", name, key), what, title, "make them one, or tell them apart", "SEC356"
                )
                break


OF_POOLS: tuple[PoolCheck, ...] = (
    contracts_are_of_one_scale,
    deposits_are_parts_of_their_contracts,
    contracts_last_no_longer_than_patents,
    royalties_are_shares_of_sales,
    contracts_are_said_once,
    obligors_have_names_of_their_own,
)
