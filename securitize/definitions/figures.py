"""The number types of a definition: amounts, rates, shares, each bare or with its source.

A definition writes ``0.04`` or ``{ value = 0.04, kind = "published", source = "…" }``. Models hold the bare
integer (minor units, or units of 1e-8); sources are read into the assumption register
(:mod:`securitize.definitions.register`) from the same file.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from securitize.base.closed import complete, partition
from securitize.base.messages import Listing, Message
from securitize.base.money import to_minor, to_rate
from securitize.definitions.hints import margin_meant, percent_is, rate_meant

#: From the most to the least reliable.
FigureKind = Literal["published", "derived", "assumed"]
#: The word of each, in a sentence.
KIND_WORDS: Mapping[FigureKind, str] = complete(
    FigureKind,
    {"published": Message("published"), "derived": Message("derived"), "assumed": Message("assumed")},
)
#: Whether a figure says where it comes from.
NEEDS_SOURCE: Mapping[FigureKind, bool] = complete(
    FigureKind, {"published": True, "derived": True, "assumed": False}
)
#: What a figure may carry beside its value. A published figure may be a bound, a range or unknown.
FIGURE_KEYS = frozenset({"value", "kind", "source", "at_least", "at_most", "unit", "note"})
#: QuantLib's calendars and dates end where these do.
EARLIEST = datetime.date(1901, 1, 1)
LATEST = datetime.date(2199, 12, 31)


class Model(BaseModel):
    """What was written: frozen, nothing unknown, nothing coerced."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True)


def fault(code: str, what: str, repair: str) -> PydanticCustomError:
    """A validation error with its SEC code and the repair, for the reader of the file."""
    return PydanticCustomError("definition_fault", "{what}", {"what": what, "code": code, "repair": repair})


def is_figure(value: object) -> bool:
    """Whether a raw TOML value is a number written with its source."""
    return isinstance(value, Mapping) and "kind" in value and value.keys() <= FIGURE_KEYS


def unwrap(value: Any) -> Any:
    """The bare number of a figure; None where only a bound or nothing is published."""
    if not isinstance(value, Mapping):
        return value
    unknown = value.keys() - FIGURE_KEYS
    if unknown:
        what = Message("unknown key {first!r} in a figure", first=sorted(unknown)[0])
        raise fault(
            "SEC117", what, Message("keys are {figure_keys}", figure_keys=Listing(sorted(FIGURE_KEYS)))
        )
    if value.get("kind") not in tuple(NEEDS_SOURCE):
        repair = 'write kind = "published", "derived" or "assumed"'
        raise fault("SEC118", "a figure must say its kind", repair)
    if NEEDS_SOURCE[value["kind"]] and not value.get("source"):
        raise fault(
            "SEC119",
            Message("a {kind} figure must name its source", kind=KIND_WORDS[value["kind"]]),
            'add source = "…"',
        )
    return value.get("value")


def _number(value: Any) -> Decimal:
    bare = unwrap(value)
    if bare is None:
        repair = 'add value = …, kind = "assumed"'
        raise fault("SEC116", "no value is given, only a bound or a source", repair)
    if isinstance(bare, bool) or not isinstance(bare, int | Decimal):
        raise fault("SEC110", "a number is needed", "write a number without quotes")
    number = Decimal(bare)
    if not number.is_finite():
        raise fault("SEC111", "the number is not finite", "write a finite number")
    if number.adjusted() > 18 or number.as_tuple().exponent < -40:  # type: ignore[operator]
        repair = "write a number below 9e13 with at most 8 decimals"
        raise fault("SEC113", "the number is out of range", repair)
    return number


def _amount(value: Any) -> int:
    number = _number(value)
    if number < 0:
        raise fault("SEC114", "an amount cannot be negative", "write 0 or more, in currency units")
    try:
        return to_minor(number)
    except ValueError as error:
        repair = "write currency units with at most two decimals, below 9e13"
        raise fault("SEC113", error.args[0], repair) from None


def _rate(value: Any) -> int:
    number = _number(value)
    if number > 1:
        raise fault("SEC112", Message("{number} is above 1", number=number), rate_meant(number))
    if number < 0:
        raise fault("SEC114", "a rate cannot be negative here", "write 0 or more")
    try:
        return to_rate(number)
    except ValueError as error:
        raise fault("SEC113", error.args[0], "write at most 8 decimals") from None


def _margin(value: Any) -> int:
    number = _number(value)
    if abs(number) > 1:
        raise fault("SEC112", Message("{number} is beyond 1", number=number), margin_meant(number))
    try:
        return to_rate(number)
    except ValueError as error:
        raise fault("SEC113", error.args[0], "write at most 8 decimals") from None


def _multiple(value: Any) -> int:
    number = _number(value)
    if not 0 <= number <= 100:
        raise fault(
            "SEC114",
            Message("{number} is outside 0 to 100", number=number),
            percent_is(number) if number > 100 else "write a plain multiple: 1.2 for 120%",
        )
    try:
        return to_rate(number)
    except ValueError as error:
        raise fault("SEC113", error.args[0], "write at most 8 decimals") from None


def _certificate_unit(value: Any) -> int:
    number = _number(value)
    if not 0 < number <= 100:
        raise fault(
            "SEC114",
            Message("{number} is outside 0 to 100", number=number),
            "write currency units: 0.01 for a cent",
        )
    try:
        return to_rate(number)
    except ValueError as error:
        raise fault("SEC113", error.args[0], "write at most 8 decimals") from None


def _whole(value: Any) -> Any:
    """A whole number may be a figure too; its bounds are those of the field."""
    if not isinstance(value, Mapping):
        return value
    number = _number(value)
    if number != number.to_integral_value():
        raise fault(
            "SEC131", Message("{number} is not a whole number", number=number), "write a whole number"
        )
    return int(number)


def _date(value: datetime.date) -> datetime.date:
    if not EARLIEST <= value <= LATEST:
        raise fault(
            "SEC121", Message("{value} is outside 1901 to 2199", value=value.isoformat()), "check the year"
        )
    return value


_FIGURE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "value": {"type": "number"},
        "kind": {"enum": ["published", "derived", "assumed"]},
        "source": {"type": "string"},
        "at_least": {"type": "number"},
        "at_most": {"type": "number"},
        "unit": {"type": "string"},
        "note": {"type": "string"},
    },
    "required": ["kind"],
}


def _schema(description: str, **bounds: Any) -> WithJsonSchema:
    alternatives = [{"type": "number", **bounds}, _FIGURE_SCHEMA]
    return WithJsonSchema({"anyOf": alternatives, "description": description})


_AMOUNT_SCHEMA = _schema("Amount in currency units, at most two decimals", minimum=0)
_RATE_SCHEMA = _schema("Rate or share as a decimal from 0 to 1", minimum=0, maximum=1)
_MARGIN_SCHEMA = _schema("Margin as a decimal from -1 to 1", minimum=-1, maximum=1)
_MULTIPLE_SCHEMA = _schema("Plain multiple, 1.2 for 120%", minimum=0, maximum=100)
#: int, minor units, not negative; written in currency units.
Amount = Annotated[int, BeforeValidator(_amount), _AMOUNT_SCHEMA]
#: int, units of 1e-8, from 0 to 1; written as a decimal.
Rate = Annotated[int, BeforeValidator(_rate), _RATE_SCHEMA]
#: int, units of 1e-8, from -1 to 1; a margin or a shift.
Margin = Annotated[int, BeforeValidator(_margin), _MARGIN_SCHEMA]
#: int, units of 1e-8, from 0 to 100; a coverage multiple or a price per unit of face.
Multiple = Annotated[int, BeforeValidator(_multiple), _MULTIPLE_SCHEMA]
#: int, units of 1e-8 of a currency unit, above 0; the smallest amount that a certificate is paid.
CertificateUnit = Annotated[
    int, BeforeValidator(_certificate_unit), _schema("Currency units, at most 8 decimals", exclusiveMinimum=0)
]
#: int; bounds are the field's.
Whole = Annotated[int, BeforeValidator(_whole), _schema("Whole number", multipleOf=1)]
#: datetime.date between 1901 and 2199; a TOML date, not a date-time.
Date = Annotated[datetime.date, AfterValidator(_date)]
#: Key of a note, account, fee, trigger, support, limit, obligor or contract.
NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$"
Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
#: Free text for a reader, in any language.
Text = Annotated[str, StringConstraints(max_length=200)]
#: Longer free text.
Prose = Annotated[str, StringConstraints(max_length=4000)]
#: A whole number of months or years: "3M", "1Y".
Frequency = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,2}[MY]$")]


def months(frequency: str) -> int:
    """Months of a frequency such as ``3M`` or ``1Y``."""
    return int(frequency[:-1]) * (12 if frequency.endswith("Y") else 1)


DayCount = Literal[
    "ACT/365F",
    "ACT/365L",
    "ACT/360",
    "NL/365",
    "ACT/ACT-ISDA",
    "ACT/ACT-ICMA",
    "ACT/ACT-AFB",
    "30/360",
    "30U/360",
    "30E/360",
    "30E/360-ISDA",
    "30E+/360",
    "30/360-Italian",
    "30/360-NASD",
    "1/1",
]
#: Day counts that say nothing without how often interest is paid, and those that look at it where it is known.
NEEDS_FREQUENCY, USES_FREQUENCY, _ = partition(
    DayCount,
    {"ACT/ACT-ICMA"},
    {"ACT/365L"},
    {
        *("ACT/365F", "ACT/360", "NL/365", "ACT/ACT-ISDA", "ACT/ACT-AFB", "30/360", "30U/360", "30E/360"),
        *("30E/360-ISDA", "30E+/360", "30/360-Italian", "30/360-NASD", "1/1"),
    },
)
# fmt: off
Rating = Literal[
    "AAA", "AA+", "AA", "AA-", "A+", "A", "A-", "BBB+", "BBB", "BBB-",
    "BB+", "BB", "BB-", "B+", "B", "B-", "CCC", "CC", "C", "D",
]
# fmt: on
#: From the best to the worst.
RATINGS: tuple[Rating, ...] = get_args(Rating)
Calendar = Literal["china-interbank", "china-exchange", "weekends", "none"]
Adjustment = Literal["following", "modified-following", "preceding", "unadjusted"]
#: Whether a date is moved at all.
MOVES: Mapping[Adjustment, bool] = complete(
    Adjustment, {"following": True, "modified-following": True, "preceding": True, "unadjusted": False}
)
#: Whether a date may come later than written.
MOVES_ON: Mapping[Adjustment, bool] = complete(
    Adjustment, {"following": True, "modified-following": True, "preceding": False, "unadjusted": False}
)
Stream = Literal["interest", "principal", "prepayment", "recovery", "fee", "royalty"]
STREAMS: tuple[Stream, ...] = ("interest", "principal", "prepayment", "recovery", "fee", "royalty")
LprIndex = Literal["LPR-1Y", "LPR-5Y"]
LPR_INDICES: Final[tuple[LprIndex, ...]] = get_args(LprIndex)


def is_lpr(index: str) -> bool:
    """Whether an index is a loan prime rate; these move together, by the stress ``lpr``."""
    return index.startswith("LPR-")
