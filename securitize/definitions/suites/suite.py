"""A suite as written: a named, versioned list of scenarios that any deal can be put to.

The meaning of every field is in ``docs/reference/suites.md``.
"""

from __future__ import annotations

import warnings
from typing import Annotated, Literal, Self, assert_never

from pydantic import BeforeValidator, Field, model_validator

from securitize.base.closed import partition
from securitize.base.messages import Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.figures import Margin, Model, Multiple, Name, Prose, Rate, Text, fault
from securitize.definitions.suites.gates import GateText
from securitize.definitions.suites.stresses import SuiteStress

#: How much of a scenario acts in a deal: all of its stresses, some of them, or none.
Applies = Literal["whole", "in-part", "not-applicable"]
WHOLE, PART, NOT_APPLICABLE = partition(Applies, {"whole"}, {"in-part"}, {"not-applicable"})
#: Whether a scenario that acts changes any line of the waterfall.
Effect = Literal["changes-cash", "changes-no-cash"]
#: The deal as it stands: first in every suite.
BASE = "base"
#: What a solver may move; see :mod:`securitize.performance.drivers`.
DriverName = Literal[
    "default-rate",
    "default-path",
    "recovery-rate",
    "prepayment-rate",
    "late-payment",
    "obligors-out",
    "royalty-base",
    "index-rates-up",
    "index-rates-down",
    "support",
]


def _as_given(value: object) -> object:
    """The word of an older version still works, and warns."""
    if value != "as-told":
        return value
    warnings.warn('subsidies = "as-told" is now "as-given"', DeprecationWarning, stacklevel=2)
    return "as-given"


class SuiteScenario(Model):
    """One scenario: the stresses of those it is composed of, then its own."""

    name: Name
    title: Text
    title_zh: Text
    description: Prose = ""
    description_zh: Prose = ""
    with_: tuple[Name, ...] = Field(default=(), alias="with", max_length=20)
    subsidies: Annotated[Literal["as-given", "withdrawn"], BeforeValidator(_as_given)] = "as-given"
    stress: tuple[SuiteStress, ...] = Field(default=(), max_length=100)

    @property
    def withdraws(self) -> bool:
        """Whether companies get no subsidies."""
        match self.subsidies:
            case "withdrawn":
                return True
            case "as-given":
                return False
            case _:
                assert_never(self.subsidies)


class ReverseDriver(Model):
    """A driver of reverse stress and the law of its move for the worse, in the driver's own unit.

    deviation : standard deviation of a normal move
    no_move, mean : instead, the probability of no move at all, and the mean of the others, which are exponential
    """

    driver: DriverName
    deviation: Multiple | None = Field(default=None, gt=0)
    no_move: Rate | None = Field(default=None, lt=RATE_UNITS)
    mean: Multiple | None = Field(default=None, gt=0)
    loading: Margin = 0

    @model_validator(mode="after")
    def _one_law(self) -> Self:
        mixed = self.no_move is not None and self.mean is not None
        if mixed == (self.deviation is not None) or (self.no_move is None) != (self.mean is None):
            raise fault(
                "SEC744",
                Message("the law of {driver} is not clear", driver=self.driver),
                "write deviation, or no_move and mean",
            )
        return self


class Suite(Model):
    """A suite: ``scenarios/suites/NAME.toml`` or one of a user's ``scenarios/suites/``.

    reverse : the drivers whose likeliest combination that breaks a note is looked for
    fail_on : states in which notes may not be, see :mod:`securitize.definitions.suites.gates`
    """

    name: Name
    version: Text
    title: Text = ""
    title_zh: Text = ""
    description: Prose = ""
    sources: tuple[Prose, ...] = ()
    scenarios: tuple[SuiteScenario, ...] = Field(default=(), max_length=200)
    reverse: tuple[ReverseDriver, ...] = Field(default=(), max_length=10)
    fail_on: tuple[GateText, ...] = Field(default=(), max_length=100)

    @model_validator(mode="after")
    def _composed_of_earlier_ones(self) -> Self:
        known = {BASE}
        for one in self.scenarios:
            if one.name in known:
                raise fault(
                    "SEC740",
                    Message("two scenarios are named {name}", name=one.name),
                    "names differ; base is the deal",
                )
            for part in one.with_:
                if part not in known or part == BASE:
                    what = Message(
                        "{name} is composed of {part}, which is not written above it",
                        name=one.name,
                        part=part,
                    )
                    raise fault("SEC741", what, "name a scenario that stands earlier in the suite")
            if not (one.stress or one.with_ or one.withdraws):
                raise fault(
                    "SEC742",
                    Message("{name} changes nothing", name=one.name),
                    "write a stress, or what it is composed of",
                )
            known.add(one.name)
        drivers = [one.driver for one in self.reverse]
        if len(set(drivers)) < len(drivers):
            raise fault("SEC743", "a driver of reverse stress is written twice", "write each once")
        return self
