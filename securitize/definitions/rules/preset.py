"""A preset as written: the rules of a venue or programme that can be tested on a deal.

The meaning of every field is in ``docs/reference/rules.md``.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from securitize.base.closed import partition
from securitize.base.messages import Message
from securitize.definitions.figures import Model, Multiple, Name, Prose, Text, fault

#: What is measured; see :mod:`securitize.risk.rules`. ``none``: a rule that nothing here can test.
Test = Literal[
    "obligors",
    "largest-obligor",
    "five-largest-obligors",
    "fixed-claims",
    "rights-behind-contracts",
    "lowest-note",
    "retained-of-deal",
    "retained-of-lowest",
    "least-retained-of-a-note",
    "guaranteed-over-net-assets",
    "clean-up-call",
    "sequential-after-trigger",
    "kinds-of-contracts",
    "senior-coverage",
    "none",
]
_, UNTESTED = partition(
    Test,
    {
        "obligors",
        "largest-obligor",
        "five-largest-obligors",
        "fixed-claims",
        "rights-behind-contracts",
        "lowest-note",
        "retained-of-deal",
        "retained-of-lowest",
        "least-retained-of-a-note",
        "guaranteed-over-net-assets",
        "clean-up-call",
        "sequential-after-trigger",
        "kinds-of-contracts",
        "senior-coverage",
    },
    {"none"},
)


class PresetRule(Model):
    """One rule: what is measured, and the least or the most that it may be.

    disclosure : a breach asks for disclosure and forbids nothing
    waivable   : on what ground it may be waived; empty where it may not
    instead    : the rule of the preset that may be kept in its place
    """

    name: Name
    title: Text
    title_zh: Text
    test: Test
    at_least: Multiple | None = None
    at_most: Multiple | None = None
    disclosure: bool = False
    waivable: Text = ""
    instead: Name | None = None
    kind: Literal["published", "derived", "assumed"]
    source: Prose

    @model_validator(mode="after")
    def _one_threshold(self) -> Self:
        bounds = (self.at_least is not None) + (self.at_most is not None)
        if bounds != (self.test not in UNTESTED):
            raise fault(
                "SEC710",
                Message("{name} needs one of at_least, at_most", name=self.name),
                "write one; none where nothing is tested",
            )
        return self


class Preset(Model):
    """A preset: ``scenarios/presets/NAME.toml`` or one of a user's ``scenarios/presets/``."""

    name: Name
    version: Text
    title: Text = ""
    title_zh: Text = ""
    description: Prose = ""
    sources: tuple[Prose, ...] = ()
    tests: tuple[PresetRule, ...] = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [one.name for one in self.tests]
        if len(set(names)) < len(names):
            raise fault("SEC711", "two rules have one name", "names differ")
        for one in self.tests:
            if one.instead is not None and one.instead not in names:
                raise fault(
                    "SEC713",
                    Message("{name}: no rule is named {instead}", name=one.name, instead=one.instead),
                    "name a rule of this preset",
                )
        return self
