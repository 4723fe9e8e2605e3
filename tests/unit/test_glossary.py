"""The glossary: each term once, in both languages, found under every spelling, and its page is current."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from securitize.definitions.glossary import Entry, entries, groups
from securitize.definitions.glossary_page import glossary_page

ROOT = Path(__file__).parents[2]
_CHINESE = re.compile("[\u4e00-\u9fff]")
#: One Chinese word for two terms, as the market uses it: the margin of a note and the spread of a market.
SHARED = {"利差"}


def test_the_page_is_current() -> None:
    page = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    assert page == glossary_page(), "python -m securitize.definitions.glossary_page > docs/glossary.md"


def test_a_spelling_leads_to_one_term() -> None:
    counted = Counter(name.casefold() for entry in entries() for name in set(entry.names))
    assert {name for name, count in counted.items() if count > 1} == SHARED


def test_groups_hold_every_entry() -> None:
    assert sum(len(group.entries) for group in groups()) == len(entries())
    assert all(group.title and group.title_zh for group in groups())


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.term)
def test_a_meaning_is_one_plain_line_in_both_languages(entry: Entry) -> None:
    assert all((entry.term_zh, entry.meaning, entry.meaning_zh))
    assert not _CHINESE.search(entry.meaning + entry.term), "one language a field"
    for text in (entry.meaning, entry.meaning_zh):
        assert len(text) <= 140
        assert not {"|", "\n"} & set(text)
        assert not text.endswith((".", "。"))
