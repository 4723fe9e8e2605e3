"""Limits on a pool that is assembled (``docs/reference/pools.md``, section 5)."""

from __future__ import annotations

from typing import Annotated, Literal, Self, assert_never

from pydantic import Field, StringConstraints, model_validator

from securitize.definitions.figures import Amount, Date, Model, Multiple, Rate, Text, Whole, fault

NodeCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
Stage = Literal["upstream", "midstream", "downstream"]


class PoolLimit(Model):
    """What every limit has: ``waived`` holds the reason why it is not imposed; it is measured all the same."""

    title: Text = ""
    title_zh: Text = ""
    source: Text = ""
    waived: Text = ""


class BandLimit(PoolLimit):
    """A limit with a lower bound, an upper bound, or both."""

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        low, high = getattr(self, "at_least", None), getattr(self, "at_most", None)
        if low is None and high is None:
            raise fault("SEC511", "the limit has no bound", "add at_least or at_most")
        if low is not None and high is not None and low > high:
            raise fault("SEC511", "at_least is above at_most", "exchange them")
        return self


class SizeLimit(BandLimit):
    """Sum of the contracts' amounts."""

    kind: Literal["size"]
    at_least: Amount | None = None
    at_most: Amount | None = None


class CountLimit(BandLimit):
    """Number of patents, contracts or obligors."""

    kind: Literal["patents", "contracts", "obligors"]
    at_least: Whole | None = Field(default=None, ge=0, le=100_000)
    at_most: Whole | None = Field(default=None, ge=0, le=100_000)

    @model_validator(mode="after")
    def _few_obligors_are_no_aim(self) -> Self:
        match self.kind:
            case "obligors":
                if self.at_most is not None:
                    raise fault("SEC511", "obligors have no upper bound", "write at_least")
            case "patents" | "contracts":
                pass
            case _:
                assert_never(self.kind)
        return self


class LargestLimit(PoolLimit):
    """Share of the largest obligors, or groups of affiliates, in the amount."""

    kind: Literal["largest-obligors", "largest-groups"]
    count: Whole = Field(default=1, ge=1, le=100)
    at_most: Rate


class EffectiveNumberLimit(PoolLimit):
    """One over the sum of squared shares of the obligors."""

    kind: Literal["effective-number"]
    at_least: Multiple


class NodeLimit(BandLimit):
    """Share of a node of the chain, and of what lies below it, in the amount."""

    kind: Literal["node"]
    node: NodeCode
    at_least: Rate | None = None
    at_most: Rate | None = None


class StageLimit(BandLimit):
    """Share of a stage of the chain in the amount."""

    kind: Literal["stage"]
    stage: Stage
    at_least: Rate | None = None
    at_most: Rate | None = None


class RegionLimit(PoolLimit):
    """Share of a region in the amount; of each region, where none is named."""

    kind: Literal["region"]
    region: Text = ""
    at_most: Rate


class PatentKindLimit(PoolLimit):
    """Share of a kind of patent in the number of patents."""

    kind: Literal["patent-kind"]
    patent_kind: Literal["invention", "utility-model", "design"]
    at_most: Rate


class RequiredNodesLimit(PoolLimit):
    """Each node named has patents in the pool."""

    kind: Literal["required-nodes"]
    nodes: tuple[NodeCode, ...] = Field(min_length=1, max_length=100)
    at_least: Whole = Field(default=1, ge=1, le=10_000)


class ScoreLimit(PoolLimit):
    """Mean score of the patents, weighted by value; 0 to 100."""

    kind: Literal["weighted-score"]
    at_least: Multiple


class LifeLimit(PoolLimit):
    """Mean remaining life of the patents in years, weighted by value."""

    kind: Literal["weighted-life"]
    at_least: Multiple


class AdvanceRateLimit(PoolLimit):
    """Amount over the value of the patents, on one of the three values."""

    kind: Literal["advance-rate"]
    value: Literal["appraised", "pledge-bank", "liquidation"] = "appraised"
    at_most: Multiple


class MaturityLimit(PoolLimit):
    """Share of the amount of contracts that end after a date."""

    kind: Literal["maturity"]
    after: Date
    at_most: Rate


Limit = Annotated[
    SizeLimit
    | CountLimit
    | LargestLimit
    | EffectiveNumberLimit
    | NodeLimit
    | StageLimit
    | RegionLimit
    | PatentKindLimit
    | RequiredNodesLimit
    | ScoreLimit
    | LifeLimit
    | AdvanceRateLimit
    | MaturityLimit,
    Field(discriminator="kind"),
]
