"""A deal with its pool: dates, and what the pool earns against what the notes cost (SEC344, SEC355)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import assert_never

from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.checks.plausible.dates import apart
from securitize.definitions.checks.plausible.outside import plain
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.rates import FixedRate, FloatingRate, StepUpRate, ZeroRate
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.plausibility import bounds
from securitize.definitions.pools.contracts import (
    LeaseBack,
    LicenceBack,
    PledgedLoan,
    ProjectedClaim,
    Receivable,
    TrustLoan,
)
from securitize.definitions.pools.instalments import FixedContractRate, LprRate
from securitize.definitions.pools.pool import Contract, Pool
from securitize.definitions.pools.royalties import ProjectedRoyalty, RunningRoyalty

PairCheck = Callable[[Loaded[Deal], Loaded[Pool]], Iterator[Problem]]


def contracts_are_no_older_than_patents(deal: Loaded[Deal], pool: Loaded[Pool]) -> Iterator[Problem]:
    """A claim began no longer before the cut-off date than a patent lasts (SEC344, a warning)."""
    cut_off = deal.model.dates.cut_off
    for name, claim in pool.model.claims.items():
        for fault in apart(("contracts", name, "start"), "contract-age", claim.start, cut_off, claim.start):
            yield pool.problem(*fault)


def the_legal_final_follows_the_last_instalment(deal: Loaded[Deal], pool: Loaded[Pool]) -> Iterator[Problem]:
    """The legal final date is not years behind a pool without royalties (SEC344, a warning)."""
    if pool.model.royalties:
        return
    last = max(claim.instalment_dates()[-1] for claim in pool.model.claims.values())
    final = deal.model.dates.legal_final
    for fault in apart(("dates", "legal_final"), "legal-final-tail", last, final, final):
        yield deal.problem(*fault)


def the_pool_earns_what_the_notes_cost(deal: Loaded[Deal], pool: Loaded[Pool]) -> Iterator[Problem]:
    """Contracts bear no less interest on average than the notes (SEC355, a warning); where all rates are fixed."""
    earned, cost = _average_of_contracts(pool.model), _average_of_notes(deal.model)
    if earned is None or cost is None:
        return
    bound = bounds()["pool-yield"]
    if bound.broken(earned - cost) is not None:
        what = Message(
            "the contracts bear {earned} a year on average, less than the notes, {cost}",
            earned=plain(earned),
            cost=plain(cost),
        )
        yield deal.problem(("notes",), what, None, "check the rates of notes and contracts", bound.code)


def _average_of_contracts(pool: Pool) -> Decimal | None:
    """Of the balances; None where one has no fixed rate above 0."""
    balances, interest = 0, 0
    for contract in pool.contracts.values():
        rate = _fixed(contract)
        if rate is None:
            return None
        balances += contract.opening
        interest += contract.opening * rate
    return Decimal(interest) / balances / RATE_UNITS if balances else None


def _fixed(contract: Contract) -> int | None:
    match contract:
        case PledgedLoan() | LicenceBack() | LeaseBack() | TrustLoan():
            match contract.rate_rule:
                case FixedContractRate(rate=rate):
                    return rate or None
                case LprRate():
                    return None
                case _:
                    assert_never(contract.rate_rule)
        case Receivable() | ProjectedClaim() | RunningRoyalty() | ProjectedRoyalty():
            return None
        case _:
            assert_never(contract)


def _average_of_notes(deal: Deal) -> Decimal | None:
    """Of all faces; None where a coupon is not fixed for good."""
    faces, interest = 0, 0
    for note in deal.notes.values():
        match note.coupon:
            case FixedRate(rate=rate):
                interest += note.balance * rate
            case ZeroRate():
                pass
            case StepUpRate() | FloatingRate():
                return None
            case _:
                assert_never(note.coupon)
        faces += note.balance
    return Decimal(interest) / faces / RATE_UNITS if faces else None


OF_PAIRS: tuple[PairCheck, ...] = (
    contracts_are_no_older_than_patents,
    the_legal_final_follows_the_last_instalment,
    the_pool_earns_what_the_notes_cost,
)
