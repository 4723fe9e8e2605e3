"""What a file accepts, in words: the warning that it would be, and why it is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from securitize.base.errors import line_in_language
from securitize.base.language import Language, language
from securitize.base.messages import Message, in_language


def accepted_lines(about: Mapping[str, Any], wanted: Language | None = None) -> Iterator[str]:
    """A line each, of the labels of a run, in a language; the reason as the file has it."""
    chosen = language() if wanted is None else wanted
    for row in about.get("accepted") or ():
        values = {"warning": line_in_language(str(row["warning"]), chosen), "reason": row["reason"]}
        line = (
            Message("accepted: {warning}: {reason} ({source})", source=row["source"], **values)
            if row["source"]
            else Message("accepted: {warning}: {reason}", **values)
        )
        yield in_language(line, chosen)
