"""A resolved deal as words and numbers: what a plan is recorded from, and what it is bound to.

The *words* of a deal are all that decides which instructions there are: names, kinds, choices, what is there at all.
Its *numbers* (amounts, rates, what dates make of them by period) are operands. :func:`taken_apart` puts in place of
each number a :class:`Term`, which can be recorded and not be looked at, so that no rule can choose by a number behind
the recorder's back. Source: ``docs/decisions/0080-one-recording-a-structure.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from threading import Lock
from typing import Any, Literal, NoReturn, assert_never

import numpy as np

from securitize.base.arithmetic import Int64
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.payees import Payee
from securitize.definitions.figures import Model
from securitize.waterfall.resolved import ResolvedDeal

#: Whole numbers that are words: ranks, counts of tests and dates. A unit of payment is one where it is 1.
_WORDS = frozenset({"rank", "consecutive", "cure", "periods"})
#: Fields that no rule reads: texts, and what the dates of the deal have turned into arrays.
_UNREAD = frozenset(
    {
        *("title", "title_zh", "name", "name_zh", "provider", "provider_zh", "payee", "payee_zh"),
        *("date", "from_", "until", "window", "payable", "payments", "day_count", "first_date", "prices"),
        *("first_call", "first_test", "last_test", "effect_from", "capitalise_until", "coupon", "funding"),
        *("reset", "reset_lag", "index", "price", "most"),
    }
)
#: Fields with such a name that are read all the same.
_READ = frozenset({("CleanUpCall", "price")})
#: Parts of a deal that the rules read; the others are not there for them.
_OF_DEAL = (
    *(
        "rounding",
        "currency",
        "collections",
        "principal_distribution",
        "accounts",
        "notes",
        "fees",
        "support",
    ),
    *("triggers", "limits", "clean_up_call", "issuer_call", "principal_deficiency", "priority"),
)


@cache
def _fields_read(kind: type[Model]) -> tuple[str, ...]:
    return tuple(name for name in kind.model_fields if name not in _UNREAD or (kind.__name__, name) in _READ)


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A number of a deal, in place of its value: ``place`` among the numbers, ``path`` in the deal."""

    place: int
    path: str

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError(f"{self.path} is a number of the deal: record it, a rule must not look at it")

    __bool__ = __eq__ = __ne__ = __lt__ = __gt__ = __le__ = __ge__ = __hash__ = _refuse


@dataclass(frozen=True, slots=True)
class DealInTerms(ResolvedDeal):
    """A resolved deal whose numbers are terms. What its properties decide by numbers is said in words here.

    redeems : see ``may_redeem``;  banks, late : see ``failing_banks``, ``late_providers``
    days    : int64 (periods,), days from ``since`` to each payment date
    """

    redeems: bool = False
    banks: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    days: Int64 = ()  # type: ignore[assignment]
    count: int = 0

    @property
    def may_redeem(self) -> bool:
        """As of the deal itself."""
        return self.redeems

    @property
    def failing_banks(self) -> tuple[str, ...]:
        """As of the deal itself."""
        return self.banks

    @property
    def late_providers(self) -> tuple[str, ...]:
        """As of the deal itself."""
        return self.late

    @property
    def periods(self) -> int:
        """Number of payment periods."""
        return self.count

    @property
    def days_since(self) -> Int64:
        """As of the deal itself."""
        return self.days


@dataclass(frozen=True, slots=True)
class Parts:
    """A resolved deal taken apart.

    key     : of its words
    numbers : int64 (numbers, periods), one row a term, the same in every period where it has no dates
    paths   : of each row, its place in the deal
    """

    key: tuple[Any, ...]
    numbers: Int64
    paths: list[str]
    words: DealInTerms


def taken_apart(resolved: ResolvedDeal) -> Parts:
    """The words and the numbers of a resolved deal."""
    return _Walk(resolved).parts()


_Kind = Literal["word", "number", "array", "model", "tuple", "mapping", "payee", "dataclass"]


#: Of the types that were met: asking a model for its class is slow.
_KINDS: dict[type[Any], _Kind] = {type(None): "word", str: "word", bool: "word"}


def _kind(of: type[Any]) -> _Kind:
    """What values of a type are to a walk; raises TypeError where they are neither words nor numbers."""
    kinds: list[tuple[type[Any], _Kind]] = [(int, "number"), (np.ndarray, "array"), (Model, "model")]
    kinds += [(tuple, "tuple"), (Mapping, "mapping"), (Payee, "payee")]
    found = next((kind for base, kind in kinds if issubclass(of, base)), None)
    if found is None and not is_dataclass(of):
        raise TypeError(f"{of.__name__} is neither a word nor a number of a deal")
    _KINDS[of] = found or "dataclass"
    return _KINDS[of]


#: Walks through deals by the identity of the object, which each of them keeps alive: (deal, made, rows, paths, key,
#: models known). Models are frozen.
_WALKS: dict[int, tuple[Any, ...]] = {}
_MOST_WALKS, _LOCK = 16, Lock()


class _Walk:
    """One walk through a deal: always in the same order, so that equal words have their numbers in equal places."""

    def __init__(self, resolved: ResolvedDeal) -> None:
        self._resolved, self._periods = resolved, resolved.periods
        self._rows: list[Any] = []
        self._paths: list[str] = []
        self._key: list[Any] = [self._periods]
        #: models that are reached on several ways are one
        self._known: dict[int, Any] = {}

    def parts(self) -> Parts:
        """What was found."""
        resolved = self._resolved
        deal = self._deal(resolved.deal)
        read = {
            each.name: self._part(getattr(resolved, each.name), each.name, each.name)
            for each in fields(resolved)
            if each.name not in ("deal", "schedule", "since", "varying")
        }
        varying = tuple(sorted(resolved.varying))
        said = (resolved.may_redeem, resolved.failing_banks, resolved.late_providers)
        self._key += [varying, said]
        words = DealInTerms(
            deal=deal,
            schedule=None,  # type: ignore[arg-type]
            since=None,  # type: ignore[arg-type]
            varying=resolved.varying,
            redeems=said[0],
            banks=said[1],
            late=said[2],
            days=self._term(resolved.days_since, "days"),
            count=self._periods,
            **read,
        )
        rows = np.empty((len(self._rows), self._periods), np.int64)
        for row, value in zip(rows, self._rows, strict=True):
            row[:] = value
        return Parts(tuple(self._key), rows, self._paths, words)

    def _deal(self, deal: Deal) -> Any:
        """The deal itself, which is walked through first; a walk through the same object is remembered."""
        with _LOCK:
            known = _WALKS.get(id(deal))
        if known is None:
            made = self._model(deal, "deal", _OF_DEAL)
            known = (
                deal,
                made,
                *(tuple(each) for each in (self._rows, self._paths, self._key[1:])),
                {**self._known},
            )
            with _LOCK:
                _WALKS[id(deal)] = known
                while len(_WALKS) > _MOST_WALKS:
                    del _WALKS[next(iter(_WALKS))]
            return made
        _, made, rows, paths, key, models = known
        self._rows += rows
        self._paths += paths
        self._key += key
        self._known |= models
        return made

    def _term(self, value: Any, path: str) -> Any:
        self._rows.append(value)
        self._paths.append(path)
        self._key.append(Term)
        return Term(len(self._paths) - 1, path)

    def _part(self, value: Any, path: str, name: str) -> Any:
        """A part of the deal with terms in it; what is a word goes into the key."""
        of = type(value)
        kind = _KINDS.get(of) or _kind(of)
        match kind:
            case "word":
                self._key.append(value)
                return value
            case "number":
                if name not in _WORDS and not (name == "unit" and value == 1):
                    return self._term(value, path)
                self._key.append(value)
                return value
            case "array":
                return self._term(value, path)
            case "model":
                return self._model(value, path)
            case "tuple":
                if len(value) == self._periods and all(map(_is_flag, value)):
                    return self._term([-1 if holds else 0 for holds in value], path)
                if all(type(each) is str for each in value):
                    self._key.append(value)
                    return value
                self._key.append(len(value))
                return tuple(self._part(each, f"{path}.{i}", name) for i, each in enumerate(value))
            case "mapping":
                self._key.append(tuple(value))
                return {each: self._part(one, f"{path}.{each}", "") for each, one in value.items()}
            case "payee":
                self._key += [value.kind, value.name]
                return value
            case "dataclass":
                return self._dataclass(value, path)
            case _:
                assert_never(kind)

    def _model(self, model: Model, path: str, read: tuple[str, ...] | None = None) -> Any:
        """The model with terms in it, without the fields that no rule reads: they are not there to be looked at."""
        made = self._again(model)
        if made is None:
            kind = type(model)
            read = _fields_read(kind) if read is None else read
            made = kind.__new__(kind)
            self._known[id(model)] = (len(self._known), made)
            self._key.append(kind.__name__)
            parts = {name: self._part(getattr(model, name), f"{path}.{name}", name) for name in read}
            object.__setattr__(made, "__dict__", parts)
        return made

    def _dataclass(self, value: Any, path: str) -> Any:
        made = self._again(value)
        if made is None:
            kind = type(value)
            self._key.append(kind.__name__)
            made = kind(
                **{
                    each.name: self._part(getattr(value, each.name), f"{path}.{each.name}", each.name)
                    for each in fields(value)
                }
            )
            self._known[id(value)] = (len(self._known), made)
        return made

    def _again(self, value: object) -> Any:
        """What was made of the same object before, None where it was not seen; that it is the same is a word."""
        at, made = self._known.get(id(value), (-1, None))
        self._key.append(at)
        return made


def _is_flag(value: object) -> bool:
    return value is True or value is False or isinstance(value, np.bool_)
