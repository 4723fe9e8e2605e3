"""A pool as written: obligors, collateral, contracts.

The meaning of every field is in ``docs/reference/assets.md``, section 1.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self, assert_never

from pydantic import Field, model_validator

from securitize.base.messages import Message
from securitize.definitions.accepted import Accepted
from securitize.definitions.figures import Calendar, Date, LprIndex, Model, Name, Prose, Text, Whole, fault
from securitize.definitions.pools.claims import Claim
from securitize.definitions.pools.contracts import (
    LeaseBack,
    LicenceBack,
    PledgedLoan,
    ProjectedClaim,
    Receivable,
    TrustLoan,
)
from securitize.definitions.pools.royalties import ProjectedRoyalty, RunningRoyalty


class Obligor(Model):
    """A company that owes the pool's claims."""

    title: Text = ""
    title_zh: Text = ""
    region: Text = ""
    industry: Text = ""
    group: Text = ""


RightKind = Literal["invention", "utility-model", "design", "trademark", "copyright"]


class Collateral(Model):
    """One right, or several alike: patents, trademarks, copyrights."""

    title: Text = ""
    kind: RightKind
    owner: Name
    count: Whole = Field(default=1, ge=1, le=100_000)
    expiry: Date | None = None


Contract = Annotated[
    PledgedLoan
    | LicenceBack
    | LeaseBack
    | Receivable
    | TrustLoan
    | ProjectedClaim
    | RunningRoyalty
    | ProjectedRoyalty,
    Field(discriminator="kind"),
]


def claim_of(contract: Contract) -> Claim | None:
    """The contract where it has a balance."""
    match contract:
        case PledgedLoan() | LicenceBack() | LeaseBack() | Receivable() | TrustLoan() | ProjectedClaim():
            return contract
        case RunningRoyalty() | ProjectedRoyalty():
            return None
        case _:
            assert_never(contract)


def royalty_of(contract: Contract) -> RunningRoyalty | ProjectedRoyalty | None:
    """The contract where it follows sales."""
    match contract:
        case RunningRoyalty() | ProjectedRoyalty():
            return contract
        case PledgedLoan() | LicenceBack() | LeaseBack() | Receivable() | TrustLoan() | ProjectedClaim():
            return None
        case _:
            assert_never(contract)


class Pool(Model):
    """A pool: ``pools/NAME/pool.toml`` or a user's ``pool/pool.toml``."""

    name: Name
    title: Text = ""
    title_zh: Text = ""
    description: Prose = ""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "CNY"
    calendar: Calendar = "none"
    sources: tuple[Prose, ...] = ()
    synthetic: bool = False
    obligors: dict[Name, Obligor] = Field(min_length=1, max_length=10_000)
    collateral: dict[Name, Collateral] = Field(default={}, max_length=100_000)
    contracts: dict[Name, Contract] = Field(min_length=1, max_length=10_000)
    accepted: tuple[Accepted, ...] = Field(default=(), max_length=100)

    @property
    def claims(self) -> dict[str, Claim]:
        """The contracts with a balance, by name."""
        found = {name: claim_of(contract) for name, contract in self.contracts.items()}
        return {name: claim for name, claim in found.items() if claim is not None}

    @property
    def royalties(self) -> dict[str, RunningRoyalty | ProjectedRoyalty]:
        """The contracts that follow sales, by name."""
        found = {name: royalty_of(contract) for name, contract in self.contracts.items()}
        return {name: royalty for name, royalty in found.items() if royalty is not None}

    @property
    def indices(self) -> frozenset[LprIndex]:
        """Those that rates of its claims follow."""
        rules = [claim.rate_rule for claim in self.claims.values()]
        return frozenset(rule.index for rule in rules if rule.index is not None)

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        for right, collateral in self.collateral.items():
            if collateral.owner not in self.obligors:
                raise fault(
                    "SEC158",
                    Message("collateral.{right}: unknown owner {owner}", right=right, owner=collateral.owner),
                    "add it to obligors",
                )
        for name, contract in self.contracts.items():
            for obligor in (contract.obligor, contract.proceeds_to):
                if obligor not in self.obligors:
                    raise fault(
                        "SEC158",
                        Message("contracts.{name}: unknown obligor {obligor}", name=name, obligor=obligor),
                        "add it to obligors",
                    )
            failed = contract.as_of.failed if contract.as_of else ()
            for right in (*contract.collateral, *failed):
                if right not in self.collateral:
                    raise fault(
                        "SEC158",
                        Message("contracts.{name}: unknown right {right}", name=name, right=right),
                        "add it to collateral",
                    )
        return self
