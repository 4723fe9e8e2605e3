"""Of which kind a file is, by the keys at its top.

A file *has a kind's signature* where all keys of one alternative of it stand at the top; no file that is valid
under one kind has the signature of another and is known to it in whole (a test holds the table to that). Where
no signature stands, the name of a file that has one name only decides (``deal.toml``), then whether it is a
bare scenario. What remains undecided is refused, with the kinds that it could be.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pydantic import BaseModel

from securitize.base.errors import DefinitionError, Problem
from securitize.base.messages import Listing, Message
from securitize.definitions.documents.reading import Document
from securitize.definitions.kinds import KINDS, Kind

#: Where more kinds than these are equally near, the refusal names all there are.
_MOST_NAMED = 5


def recognise(document: Document) -> Kind[BaseModel]:
    """The kind of a file. Raises DefinitionError where that is not decided: with what could not be read of it, or else
    with the kinds that it could be.
    """
    raw = document.raw
    found = _signed(raw)
    if not found:
        found = [kind for kind in KINDS.values() if kind.shelf.file == document.path.name][:1]
    if not found:
        found = [kind for kind in KINDS.values() if kind.bare and kind.required <= raw.keys() <= kind.keys]
    if len(found) == 1:
        return found[0]
    # What could not be read may be what is missing.
    raise DefinitionError(document.syntax or [_undecided(document, found)])


def has_signature(kind: Kind[BaseModel], raw: Mapping[str, object]) -> bool:
    """Whether one alternative of the kind's signature stands in a file."""
    return any(not _absent(kind, keys, raw) for keys in kind.signature)


def _signed(raw: Mapping[str, object]) -> list[Kind[BaseModel]]:
    """The kinds whose signature stands in a file; of several, or beside one that knows more, those that know it all.

    A file that the only kind with a signature does not know in whole may lack what another kind needs.
    """
    signed = [kind for kind in KINDS.values() if has_signature(kind, raw)]
    whole = [kind for kind in signed if raw.keys() <= kind.keys]
    if whole or not signed:
        return whole
    return signed + [kind for kind in KINDS.values() if raw.keys() <= kind.keys and not kind.bare]


def _absent(kind: Kind[BaseModel], keys: Collection[str], raw: Mapping[str, object]) -> list[str]:
    """What of an alternative of the signature is not there, as it would be written."""
    found = [key for key in keys if key not in raw]
    if kind.discriminator in keys and raw.get(kind.discriminator) not in kind.words:
        found = [key for key in found if key != kind.discriminator]
        found.append(Message("{key} = {words}", key=kind.discriminator, words=Listing(kind.words, " or ")))
    return found


def _undecided(document: Document, found: list[Kind[BaseModel]]) -> Problem:
    """The problem that names the kinds: those found, or those that are nearest by keys unknown and absent."""
    raw = document.raw
    what = "the keys are of several kinds of file" if found else "no kind of file has these keys"
    nearest = found or _nearest(raw)
    could_be = Message(
        "it could be: {nearest}", nearest=Listing((_how_to_repair(kind, raw) for kind in nearest), "; ")
    )
    repair = could_be if len(nearest) <= _MOST_NAMED else Message("kinds are {kinds}", kinds=Listing(KINDS))
    return Problem(str(document.path), 1, "", what, ", ".join(list(raw)[:20]), repair, "SEC141")


def _nearest(raw: Mapping[str, object]) -> list[Kind[BaseModel]]:
    def faults(kind: Kind[BaseModel]) -> int:
        return len(raw.keys() - kind.keys) + min(len(_absent(kind, keys, raw)) for keys in kind.signature)

    least = min(map(faults, KINDS.values()))
    return [kind for kind in KINDS.values() if faults(kind) == least]


def _how_to_repair(kind: Kind[BaseModel], raw: Mapping[str, object]) -> str:
    """A kind, and what would make the file one: what to write, what to take away."""
    absent = [missing for keys in kind.signature if (missing := _absent(kind, keys, raw))]
    needed = Listing((Listing(each, " and ") for each in absent), " or ")
    unknown = [key for key in raw if key not in kind.keys]
    other = Listing(unknown[:5])
    match len(absent) == len(kind.signature), bool(unknown):
        case True, True:
            template = "{kind} with {needed} and without {other}"
            return Message(template, kind=kind.name, needed=needed, other=other)
        case True, False:
            return Message("{kind} with {needed}", kind=kind.name, needed=needed)
        case False, True:
            return Message("{kind} without {other}", kind=kind.name, other=other)
        case _:
            return kind.name
