"""A deal with some of its values changed, checked as its files are: the one way in which a value changes.

Source: ``docs/how-to/ask-questions.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import BaseModel

from securitize.base.errors import DefinitionError, Problem, UsageError, printable
from securitize.base.messages import Message
from securitize.definitions import kinds
from securitize.definitions.codes import is_warning
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.documents.locator import KeyPath
from securitize.definitions.documents.partial import validate
from securitize.definitions.documents.places import as_written, place_of, with_entry
from securitize.definitions.kinds import Kind
from securitize.definitions.loading import Definitions, fitted, found_by
from securitize.engine.prepare.dates import on_dates
from securitize.engine.prepare.prepared import Prepared

M = TypeVar("M", bound=BaseModel)
#: Files of a run by the word before a place, each with its kind; the name is also that of its definition.
FILES: Mapping[str, Kind[Any]] = {
    "deal": kinds.DEAL,
    "pool": kinds.POOL,
    "scenario": kinds.SCENARIO,
    "market": kinds.MARKET,
    "state": kinds.STATE,
    "performance": kinds.RANDOM_PERFORMANCE,
    "holidays": kinds.HOLIDAYS,
}
#: Of a deal, what names other files: these are named where the deal is loaded.
_OTHER_FILES: frozenset[KeyPath] = frozenset({("pool",), ("market",)})


def with_value(prepared: Prepared, file: str, dotted: str, value: Decimal) -> Prepared:
    """The same run with another number at one place; what is drawn at random is drawn alike.

    file : deal, pool, performance (what happens at random) or market;  dotted : the place as the register writes it
    Raises UsageError where nothing is written there, DefinitionError where the number does not fit.
    """
    changed = with_values(prepared.definitions, {f"{file}:{dotted}": value})
    return on_dates(changed, prepared.draw, prepared.known_on)


def with_values(found: Definitions, values: Mapping[str, object]) -> Definitions:
    """The same definitions with other values at some places, checked by the checks of files.

    values : by place, ``notes.A.balance`` of the deal or ``FILE:PATH`` with a word of :data:`FILES`
    Raises UsageError where there is no such place, DefinitionError with every problem.
    """
    by_file: dict[str, dict[str, object]] = {}
    for text, value in values.items():
        word, colon, dotted = text.partition(":")
        file, dotted = (word, dotted) if colon and word in FILES else ("deal", text)
        by_file.setdefault(file, {})[dotted] = value
    changed: dict[str, Any] = {}
    problems: list[Problem] = []
    for file, of_file in by_file.items():
        loaded: Loaded[Any] | None = getattr(found, file)
        if loaded is None:
            label = f"{file}:{next(iter(of_file))}"
            raise UsageError("{label}: nothing is written there", label=printable(label))
        try:
            changed[file] = with_entries(loaded, FILES[file], of_file, f"{file}:")
        except DefinitionError as error:
            problems += error.problems
    if problems:
        raise DefinitionError(problems)
    return fitted(replace(found, **changed))


def with_number(loaded: Loaded[M], kind: Kind[M], dotted: str, value: Decimal) -> Loaded[M]:
    """The same file with another number at one place. Raises as :func:`with_values`."""
    return with_entries(loaded, kind, {dotted: value}, f"{loaded.path.stem}:")


def with_entries(loaded: Loaded[M], kind: Kind[M], entries: Mapping[str, object], prefix: str) -> Loaded[M]:
    """The same file with other values at some places, checked by itself.

    prefix : how the user names the file before a place
    Raises UsageError where there is no such place, DefinitionError with every problem of the file.
    """
    raw, given = loaded.raw, list(loaded.given)
    for dotted, value in entries.items():
        place = place_of(kind.model, raw, dotted, f"{prefix}{dotted}")
        if kind is kinds.DEAL and place in _OTHER_FILES:
            raise UsageError("{label} names a file: load the deal with it", label=f"{prefix}{dotted}")
        raw = with_entry(raw, place, _as_written(value, f"{prefix}{dotted}"))
        given.append(place)
    changed = replace(loaded, raw=raw, given=tuple(dict.fromkeys(given)))
    validated, explained = validate(kind.model, raw)
    if validated is None:
        raise DefinitionError(
            [changed.problem(one.path, one.what, one.found, one.repair, one.code) for one in explained]
        )
    changed = replace(changed, model=validated)
    if problems := _errors(found_by(kind.check, changed) if kind.check else ()):
        raise DefinitionError(problems)
    return changed


def _as_written(value: object, label: str) -> Any:
    try:
        return as_written(value)
    except TypeError as error:
        what = Message(
            "a {kind} stands in no file; give a number, a text, a date, true or false", kind=str(error)
        )
        raise UsageError("{label}: {what}", label=printable(label), what=what) from None


def _errors(found: Iterable[Problem]) -> list[Problem]:
    return [one for one in found if not is_warning(one)]
