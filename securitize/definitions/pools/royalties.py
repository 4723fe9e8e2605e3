"""The contracts of a pool that have no balance: royalties on sales, and royalties as projected.

The meaning of every field is in ``docs/reference/assets.md``, section 7. Amounts are minor units,
rates units of 1e-8 (see :mod:`securitize.definitions.figures`).
"""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from securitize.base.messages import Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.date_rules import RegularDates
from securitize.definitions.figures import (
    Adjustment,
    Amount,
    Date,
    Frequency,
    Margin,
    Model,
    Name,
    Rate,
    Text,
    Whole,
    fault,
)
from securitize.definitions.performance import Lag
from securitize.definitions.pools.claims import Asset, Cause
from securitize.definitions.pools.past import PastContract


class ReturningShare(Model):
    """A share of a royalty that re-licensing brings back on a date."""

    date: Date
    share: Rate


class PastRoyalty(PastContract):
    """What of a royalty is left after a date: ``[contracts.NAME.as_of]``.

    returning : what re-licensing brings back to reporting periods that begin later
    defaulted : the day on which all that is left was lost, where the reporting period that holds it is not paid yet
    """

    entitled: Rate = RATE_UNITS
    defaulted: Date | None = None
    returning: tuple[ReturningShare, ...] = Field(default=(), max_length=1200)

    @property
    def left(self) -> int:
        """The share that is left after the date, units of 1e-8."""
        return 0 if self.defaulted is not None else self.entitled

    @model_validator(mode="after")
    def _at_most_the_whole(self) -> Self:
        if self.defaulted is not None and self.defaulted > self.date:
            raise fault("SEC198", "a default is after the date of as_of", "correct the dates")
        if self.entitled + sum(one.share for one in self.returning) > RATE_UNITS:
            raise fault("SEC198", "more than the whole royalty is left and returns", "correct the shares")
        return self


class Sales(Model):
    """Licensed sales of the reporting period that ends on ``to``."""

    to: Date
    amount: Amount


class SalesRule(RegularDates):
    """Licensed sales by rule: the first reporting period's, growing from one to the next."""

    every: Frequency
    first: Date
    last: Date
    amount: Amount
    growth: Margin = 0

    def listed(self) -> tuple[tuple[dt.date, int], ...]:
        """Ends of reporting periods and sales, minor units."""
        found, amount = [], self.amount
        for day in self.by_rule():
            found.append((day, amount))
            # Half to even, as everywhere in a pool.
            whole, rest = divmod(amount * (RATE_UNITS + self.growth), RATE_UNITS)
            amount = whole + (2 * rest + (whole & 1) > RATE_UNITS)
        return tuple(found)

    @model_validator(mode="after")
    def _last_is_a_date(self) -> Self:
        dates = self.by_rule()
        if not dates or dates[-1] != self.last:
            raise fault(
                "SEC154",
                Message("{last} is not a date of the rule", last=self.last),
                "correct last, or list the sales",
            )
        return self


#: Over what sales and royalties are counted.
Counted = Literal["period", "year", "life"]


class FixedRoyalty(Model):
    """One royalty rate."""

    kind: Literal["fixed"]
    rate: Rate


class RoyaltyStep(Model):
    """The royalty rate of reporting periods that end on or after a date."""

    from_: Date = Field(alias="from")
    rate: Rate


class SteppedRoyalty(Model):
    """A royalty rate that changes on dates."""

    kind: Literal["stepped"]
    rate: Rate
    steps: tuple[RoyaltyStep, ...] = Field(min_length=1, max_length=100)

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if any(after.from_ <= before.from_ for before, after in pairwise(self.steps)):
            raise fault("SEC186", "dates of the steps do not ascend", "sort them, each once")
        return self


class Tier(Model):
    """The royalty rate of sales above an amount."""

    above: Amount
    rate: Rate


class TieredRoyalty(Model):
    """Royalty rates by the amount of sales in a reporting period, a calendar year or the life."""

    kind: Literal["tiered"]
    per: Counted = "year"
    tiers: tuple[Tier, ...] = Field(min_length=1, max_length=100)

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if self.tiers[0].above != 0:
            raise fault("SEC186", "the first tier does not begin at 0", "write above = 0")
        if any(after.above <= before.above for before, after in pairwise(self.tiers)):
            raise fault("SEC186", "tiers do not ascend", "sort them by above")
        return self


RoyaltyRate = Annotated[FixedRoyalty | SteppedRoyalty | TieredRoyalty, Field(discriminator="kind")]


class GenericEntry(Model):
    """After a date, sales keep these shares: of the first reporting period after it, the second, …"""

    date: Date
    keeps: tuple[Rate, ...] = Field(min_length=1, max_length=1200)


class Minimum(Model):
    """A minimum guarantee."""

    amount: Amount
    per: Literal["period", "year"]


class Cap(Model):
    """The most that a royalty pays."""

    amount: Amount
    per: Counted


class Milestone(Model):
    """A payment when sales in all reach an amount, or on a date."""

    sales: Amount | None = None
    date: Date | None = None
    amount: Amount

    @model_validator(mode="after")
    def _one_condition(self) -> Self:
        if (self.sales is None) == (self.date is None):
            raise fault("SEC187", "a milestone has either sales or a date", "write one of sales, date")
        return self


class Relicence(Model):
    """What comes back where the licensee defaults: the share of a new licence."""

    share: Rate
    lag: Lag = "0M"


class Royalty(Asset):
    """A contract without balance."""

    purchase_price: Amount = 0
    seller: Name | None = None
    adjustment: Adjustment = "unadjusted"
    relicence: Relicence | None = None
    as_of: PastRoyalty | None = None

    @property
    def opening(self) -> int:
        """A royalty has no balance."""
        return 0

    @property
    def proceeds_to(self) -> str:
        """Who sold it."""
        return self.seller or self.obligor

    @property
    def moved(self) -> Adjustment:
        """How cash is moved to business days."""
        return self.adjustment

    @property
    def within_sales(self) -> bool:
        """Whether it is a share of sales, and never more than they are."""
        return False


class RunningRoyalty(Royalty):
    """A royalty on sales: ``kind = "running-royalty"``."""

    follows_sales: ClassVar[bool] = True
    kind: Literal["running-royalty"]
    product: Text = ""
    sales: tuple[Sales, ...] | SalesRule
    file: Text = ""
    payment_lag: Whole = Field(default=0, ge=0, le=3660)
    rate: RoyaltyRate
    generic_entry: GenericEntry | None = None
    end: Date | None = None
    until_last_valid_claim: bool = False
    after_claims: Rate = 0
    minimum: Minimum | None = None
    cap: Cap | None = None
    milestones: tuple[Milestone, ...] = Field(default=(), max_length=100)
    sub_royalty: Rate = 0
    share: Rate = RATE_UNITS

    def needs_rights(self, cause: Cause) -> bool:
        """Whether cash depends on rights, whatever they fail for."""
        return self.until_last_valid_claim

    @property
    def within_sales(self) -> bool:
        """Whether nothing but sales makes it up: no minimum and no milestone."""
        return self.minimum is None and not self.milestones

    def reports(self) -> tuple[tuple[dt.date, int], ...]:
        """Ends of the reporting periods and their sales, minor units."""
        if isinstance(self.sales, SalesRule):
            return self.sales.listed()
        return tuple((one.to, one.amount) for one in self.sales)

    def instalment_dates(self) -> tuple[dt.date, ...]:
        """Days on which royalties are due, unadjusted."""
        return tuple(end + dt.timedelta(days=self.payment_lag) for end, _ in self.reports())

    @model_validator(mode="after")
    def _royalty_fits(self) -> Self:
        ends = [self.start, *(end for end, _ in self.reports())]
        if len(ends) == 1:
            raise fault("SEC155", "no sales are listed", "list sales, or name a file")
        if any(after <= before for before, after in pairwise(ends)):
            raise fault("SEC155", "reporting periods do not ascend after start", "sort them, each once")
        if self.until_last_valid_claim and not self.collateral:
            raise fault("SEC188", "no right is named whose claims could end", "name collateral")
        if self.after_claims and not self.until_last_valid_claim:
            raise fault(
                "SEC188", "after_claims without until_last_valid_claim", "write until_last_valid_claim = true"
            )
        return self


class DatedRoyalty(Model):
    """A royalty of one date."""

    date: Date
    royalty: Amount


class ProjectedRoyalty(Royalty):
    """Royalties as somebody else projects them: ``kind = "projected-royalty"``."""

    follows_sales: ClassVar[bool] = False
    kind: Literal["projected-royalty"]
    cash: tuple[DatedRoyalty, ...] = Field(min_length=1, max_length=12_000)
    file: Text = ""

    def needs_rights(self, cause: Cause) -> bool:
        """What is projected stands, whichever rights fail."""
        return False

    def reports(self) -> tuple[tuple[dt.date, int], ...]:
        """Dates and amounts, minor units."""
        return tuple((one.date, one.royalty) for one in self.cash)

    def instalment_dates(self) -> tuple[dt.date, ...]:
        """The dates listed."""
        return tuple(one.date for one in self.cash)

    @model_validator(mode="after")
    def _cash_fits(self) -> Self:
        dates = (self.start, *self.instalment_dates())
        if any(after <= before for before, after in pairwise(dates)):
            raise fault("SEC155", "dates of cash do not ascend after start", "sort them, each once")
        return self
