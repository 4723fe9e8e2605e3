"""What a reader is told of a result that an earlier version stored: what it lacks, and what it means otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from securitize.base.language import Language, language
from securitize.base.messages import Listing, Message, in_language
from securitize.reports.terminal import print_line
from securitize.store.manifest import Manifest
from securitize.tables.dictionary import is_earlier, load
from securitize.tables.earlier import former_of

if TYPE_CHECKING:
    from securitize.store.run import Run


def earlier_tables(manifest: Manifest) -> dict[str, str]:
    """Each table that an earlier schema version has -> that version."""
    return {
        name: entry.schema_version
        for name, entry in manifest.tables.items()
        if is_earlier(entry.schema_version, load(name).schema_version)
    }


def earlier_lines(manifest: Manifest, wanted: Language) -> list[str]:
    """Sentences in a language; none where every table is of today's version."""
    found = earlier_tables(manifest)
    if not found:
        return []
    first = Message(
        "stored by an earlier version of this program: what it did not record is empty here, and unknown ({tables})",
        tables=Listing(f"{name} {version}" for name, version in found.items()),
    )
    return [in_language(first, wanted), *_meanings(found, wanted)]


def _meanings(found: dict[str, str], wanted: Language) -> list[str]:
    """What columns held then, where that is not quite what they hold now; each meaning once."""
    headings: dict[tuple[str, bool], dict[str, None]] = {}
    for name, version in found.items():
        for column in load(name).columns:
            former = former_of(column, version)
            if former is None or not former.meaning:
                continue
            match wanted:
                case "en":
                    key, heading = (former.meaning, former.other), column.label
                case "zh":
                    key, heading = (former.meaning_zh, former.other), column.label_zh
                case _:
                    assert_never(wanted)
            headings.setdefault(key, {})[heading] = None
    return [
        in_language(_of_columns(Listing(names, "; "), meaning, other=other), wanted)
        for (meaning, other), names in headings.items()
    ]


def _of_columns(columns: Listing, meaning: str, *, other: bool) -> Message:
    if other:
        return Message(
            "{columns}: left out, as what was stored answers another question: {meaning}",
            columns=columns,
            meaning=meaning,
        )
    return Message("{columns}: as stored, {meaning}", columns=columns, meaning=meaning)


def print_earlier(run: Run) -> None:
    """The sentences on standard output; nothing for a result of today."""
    lines = earlier_lines(run.stored.manifest, language()) if run.stored is not None else []
    for line in lines:
        print_line(line)
    if lines:
        print_line("")
