"""Accounts and their targets (section 4 of ``docs/reference/priority-of-payments.md``)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, assert_never

from pydantic import Field

from securitize.definitions.deals.rates import Interest
from securitize.definitions.figures import Amount, Model, Name, Rate, Text, Whole

ZeroAt = tuple[Literal["notes-nil", "legal-final"], ...]


class FixedTarget(Model):
    """A reserve target of a fixed amount."""

    lowest: ClassVar[int] = 0
    highest: ClassVar[None] = None
    kind: Literal["fixed"]
    amount: Amount
    zero_at: ZeroAt = ("notes-nil", "legal-final")


class PercentTarget(Model):
    """A reserve target as a share of the pool or of notes."""

    kind: Literal["percent"]
    rate: Rate
    of: Literal["pool", "pool-at-cut-off"] | tuple[Name, ...]
    floor: Amount = 0
    cap: Amount | None = None
    zero_at: ZeroAt = ("notes-nil", "legal-final")

    @property
    def lowest(self) -> int:
        """The floor."""
        return self.floor

    @property
    def highest(self) -> int | None:
        """The cap."""
        return self.cap


class MonthsOfInterestTarget(Model):
    """A reserve target of some months of the notes' interest."""

    kind: Literal["months-of-interest"]
    months: Whole = Field(ge=1, le=120)
    notes: tuple[Name, ...] = Field(min_length=1)
    floor: Amount = 0
    cap: Amount | None = None
    zero_at: ZeroAt = ("notes-nil", "legal-final")

    @property
    def lowest(self) -> int:
        """The floor."""
        return self.floor

    @property
    def highest(self) -> int | None:
        """The cap."""
        return self.cap


#: Each kind says between what amounts it lies, as far as that is written.
Target = Annotated[FixedTarget | PercentTarget | MonthsOfInterestTarget, Field(discriminator="kind")]


class TargetOn(Model):
    """A target in place of the account's own while a trigger is active."""

    trigger: Name
    target: Target


class Account(Model):
    """An account."""

    kind: Literal["collection", "reserve"]
    title: Text = ""
    title_zh: Text = ""
    party: Name | None = None
    funding: Literal["proceeds", "outside", "none"] = "none"
    opening: Amount = 0
    target: Target | None = None
    targets_on: tuple[TargetOn, ...] = Field(default=(), max_length=20)
    interest: Interest | None = None

    @property
    def is_reserve(self) -> bool:
        """Whether it holds money up to a target."""
        match self.kind:
            case "reserve":
                return True
            case "collection":
                return False
            case _:
                assert_never(self.kind)

    @property
    def funded(self) -> bool:
        """Whether somebody pays for what is in it at closing."""
        match self.funding:
            case "proceeds" | "outside":
                return True
            case "none":
                return False
            case _:
                assert_never(self.funding)

    @property
    def collects(self) -> bool:
        """Whether the pool's money enters it and what is there is paid out."""
        match self.kind:
            case "collection":
                return True
            case "reserve":
                return False
            case _:
                assert_never(self.kind)

    @property
    def targets(self) -> tuple[Target, ...]:
        """Every target that the account may have, its own first."""
        own = () if self.target is None else (self.target,)
        return (*own, *(each.target for each in self.targets_on))
