"""What of a contract is already past: its books on a day, and what is still to come of them.

The meaning of every field is in ``docs/reference/assets.md``, section 1.
"""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import Field, model_validator

from securitize.base.closed import partition
from securitize.definitions.figures import Amount, Date, Model, Name, Stream, fault
from securitize.definitions.performance import NamedRecovery, check_recoveries

#: Streams a part of which is interest.
WITH_INTEREST, _ = partition(Stream, {"fee"}, {"interest", "principal", "prepayment", "recovery", "royalty"})
#: Streams whose cash a party may owe.
FROM_PARTIES, _ = partition(Stream, {"recovery"}, {"interest", "principal", "prepayment", "fee", "royalty"})


class ExpectedCash(Model):
    """Cash of the past that is still to come.

    party : that owes it, as a recovery; it may fail before
    due   : the day on which the party owed it as written, where that is not ``date``
    interest : the part of a licence fee that is interest
    """

    date: Date
    stream: Stream
    amount: Amount
    party: Name | None = None
    due: Date | None = None
    interest: Amount = 0

    @model_validator(mode="after")
    def _recovered(self) -> Self:
        if self.interest > (self.amount if self.stream in WITH_INTEREST else 0):
            raise fault("SEC180", "only a fee has a part that is interest", "leave out interest")
        if self.party is not None and self.stream not in FROM_PARTIES:
            raise fault("SEC180", "only a recovery is owed by a party", 'write stream = "recovery"')
        if self.due is not None and self.party is None:
            raise fault("SEC180", "only what a party owes has a day of its own", "delete due")
        return self


class PastDefault(Model):
    """What defaulted of a claim by the date of its books, and what has come of it since.

    date        : the day of the default, after which recoveries are due
    recovered   : in all by the date of the books, what the deposit bore included
    written_off : in all
    given_up    : what of that the recoveries would have brought; it takes them away, from the earliest on
    deposit     : what of the amount the obligor's deposit bore
    interest    : that was unpaid then; some recoveries have a claim to it
    recoveries  : its own, in place of the deal's
    """

    date: Date
    amount: Amount
    recovered: Amount = 0
    written_off: Amount = 0
    given_up: Amount = 0
    deposit: Amount = 0
    interest: Amount = 0
    recoveries: tuple[NamedRecovery, ...] | None = Field(default=None, max_length=20)

    @property
    def stock(self) -> int:
        """What is neither recovered nor written off, minor units."""
        return self.amount + self.interest - self.recovered - self.written_off

    @model_validator(mode="after")
    def _within_what_defaulted(self) -> Self:
        if self.stock < 0 or self.given_up > self.written_off or self.deposit > self.amount:
            raise fault(
                "SEC198",
                "more is recovered, written off or borne by the deposit than has defaulted",
                "correct the amounts",
            )
        check_recoveries(self.recoveries or ())
        return self


class PastContract(Model):
    """A contract after a date: what of it is already past.

    failed   : rights that failed up to the date
    expected : cash of the past still to come
    """

    #: Whether the contract has a balance.
    has_balance: ClassVar[bool] = False
    date: Date
    failed: tuple[Name, ...] = ()
    expected: tuple[ExpectedCash, ...] = Field(default=(), max_length=1200)

    @property
    def owed(self) -> int:
        """The balance that is left, minor units; 0 where there is none."""
        return 0

    @property
    def defaults(self) -> tuple[PastDefault, ...]:
        """What had defaulted of a balance by the date."""
        return ()

    @property
    def stock(self) -> int:
        """What of all defaults is neither recovered nor written off, minor units."""
        return sum(one.stock for one in self.defaults)

    @property
    def expected_recoveries(self) -> int:
        """What of the expected cash is recovered from defaults, minor units."""
        return sum(cash.amount for cash in self.expected if cash.stream in FROM_PARTIES)

    @property
    def own_recoveries(self) -> tuple[NamedRecovery, ...]:
        """Recoveries of defaults in the books that are not those of the deal."""
        return tuple(one for default in self.defaults for one in default.recoveries or ())

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if any(cash.date <= self.date for cash in self.expected):
            raise fault("SEC180", "expected cash is not after the date of as_of", "correct the dates")
        return self


class PastClaim(PastContract):
    """What a claim owes after a date: ``[contracts.NAME.as_of]``.

    defaulted : what had defaulted by then and is still being recovered
    """

    has_balance: ClassVar[bool] = True
    balance: Amount
    defaulted: tuple[PastDefault, ...] = Field(default=(), max_length=1200)

    @property
    def owed(self) -> int:
        """The balance that is left, minor units."""
        return self.balance

    @property
    def defaults(self) -> tuple[PastDefault, ...]:
        """What had defaulted by the date."""
        return self.defaulted

    @model_validator(mode="after")
    def _defaulted_by_the_date(self) -> Self:
        if any(one.date > self.date for one in self.defaulted):
            raise fault("SEC198", "a default is after the date of as_of", "correct the dates")
        return self
