"""What happens to the obligors: rates, recoveries and conventions, as written.

The meaning of every field is in ``docs/reference/assets.md``, section 3. Rates are units of 1e-8, amounts
minor units (see :mod:`securitize.definitions.figures`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema, model_validator

from securitize.base.closed import complete
from securitize.base.messages import Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.figures import Amount, Model, Multiple, Name, Rate, Text, fault, unwrap

Event = Literal["default", "interest", "prepayment"]
AfterLast = Literal["last-payment", "lost"]
#: Whether what comes after the last collection date is paid with the last payment.
PAID_AT_THE_END: Mapping[AfterLast, bool] = complete(AfterLast, {"last-payment": True, "lost": False})
Conversion = Literal["days", "months"]
#: Who comes first in what later recoveries bring, once a guarantor has paid: the vehicle, both in proportion, or the
#: guarantor.
Subrogation = Literal["creditor-first", "pari-passu", "guarantor-first"]
#: What a recovery is a share of: what defaulted, or that and the interest that had accrued on it unpaid.
ClaimOf = Literal["principal", "principal-and-interest"]
USUAL_CLAIM: ClaimOf = "principal"
EVENTS: tuple[Event, ...] = ("default", "interest", "prepayment")

#: A whole number of months or years, 0M included.
Lag = Annotated[str, StringConstraints(pattern=r"^(0|[1-9][0-9]{0,2})[MY]$")]


def _vector(value: Any) -> Any:
    """A bare number is a vector of one; a figure may hold a vector."""
    if isinstance(value, Mapping) and isinstance(value.get("value"), list | tuple):
        value = unwrap(value)
    if not isinstance(value, list | tuple):
        return (value,)
    if not value:
        raise fault("SEC234", "the list of rates names nothing", "write a rate, or one for each period")
    return tuple(value)


def _vector_schema(description: str, **bounds: int) -> WithJsonSchema:
    return WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0, **bounds},
                {"type": "array", "items": {"type": ["number", "object"]}, "minItems": 1, "maxItems": 1200},
                {"type": "object", "required": ["kind"]},
            ],
            "description": description,
        }
    )


#: tuple of rates, units of 1e-8, one a collection period; the last value holds.
RateVector = Annotated[
    tuple[Rate, ...],
    Field(max_length=1200),
    BeforeValidator(_vector),
    _vector_schema("Annual rate as a decimal, or one a collection period; the last value holds", maximum=1),
]
#: tuple of multiples, units of 1e-8, one a reporting period; the last value holds.
MultipleVector = Annotated[
    tuple[Multiple, ...],
    Field(max_length=1200),
    BeforeValidator(_vector),
    _vector_schema("Plain multiple, or one a reporting period; the last value holds"),
]
#: tuple of amounts, minor units, one a reporting period.
AmountVector = Annotated[
    tuple[Amount, ...],
    Field(max_length=1200),
    BeforeValidator(_vector),
    _vector_schema("Amount in currency units, or one a reporting period"),
]


class Recovery(Model):
    """A share of the defaulted balance that comes back some months later."""

    source: Text
    source_zh: Text = ""
    rate: Rate
    lag: Lag = "0M"
    party: Name | None = None
    subrogation: Subrogation = "creditor-first"
    claim: ClaimOf = USUAL_CLAIM


class NamedRecovery(Model):
    """A recovery of a named default: a share of what defaulted, or an amount of each contract."""

    source: Text
    source_zh: Text = ""
    rate: Rate | None = None
    amount: Amount | None = None
    lag: Lag = "0M"
    party: Name | None = None
    subrogation: Subrogation = "creditor-first"
    claim: ClaimOf = USUAL_CLAIM

    @model_validator(mode="after")
    def _one_size(self) -> Self:
        if (self.rate is None) == (self.amount is None):
            raise fault("SEC150", "a recovery has either a rate or an amount", "write one of rate, amount")
        return self


class Performance(Model):
    """The base performance of a deal: ``[performance]``."""

    default_rate: RateVector = (0,)
    prepayment_rate: RateVector = (0,)
    recoveries: tuple[Recovery, ...] = Field(default=(), max_length=20)
    conversion: Conversion = "days"
    order: tuple[Event, ...] = EVENTS
    default_cuts: Literal["this-interest", "next-interest"] = "this-interest"
    instalment: Literal["recomputed", "fixed"] = "recomputed"
    after_last: AfterLast = "lost"

    @model_validator(mode="after")
    def _orderly(self) -> Self:
        if sorted(self.order) != sorted(EVENTS):
            raise fault(
                "SEC151",
                "order must name each event once",
                'write order = ["default", "interest", "prepayment"]',
            )
        check_recoveries(self.recoveries)
        return self


def check_recoveries(recoveries: tuple[Recovery, ...] | tuple[NamedRecovery, ...]) -> None:
    """Raise the fault SEC152 where recoveries are more than what defaulted.

    What a party promises does not count: it pays less where it fails, and later entries take what is then left.
    """
    total = sum(recovery.rate or 0 for recovery in recoveries if recovery.party is None)
    if total > RATE_UNITS:
        raise fault(
            "SEC152",
            Message("recoveries sum to {total:.8g}", total=total / RATE_UNITS),
            "let their rates sum to at most 1",
        )
