"""The Chinese catalogue is complete, and written as its style guide says."""

from __future__ import annotations

import re
from functools import cache
from string import Formatter

import pytest

from securitize.base.messages import in_language
from securitize.base.translations import COUNTS, FEWEST_OF_WORDS, placeholders
from securitize.definitions.codes import codes
from tests.packaging.sentences import ROOT, sentences, translated
from tests.packaging.test_chinese import retired

FILES = tuple(translated())
#: Titles and meanings of codes stand in a file of their own.
CODES = "codes.toml"
#: What Chinese itself writes in Latin letters.
LATIN = {"LPR", "SHA", "Copula"}

#: A file and a line of it, between which a space stands in Chinese too.
PLACE = "{file}:{line}"
HAN = "[\u4e00-\u9fff]"
SPACED = re.compile(f"{HAN} [0-9A-Za-z{{]|[0-9A-Za-z}}] {HAN}|{HAN} {HAN}")
HALF_WIDTH = re.compile(f"{HAN}[,;:?!()]|[,;?!]{HAN}")


@cache
def _needed() -> dict[str, str]:
    return sentences()


def _texts(file: str) -> list[tuple[str, str]]:
    if file == CODES:
        return [
            pair for code in codes().values() for pair in zip(code.text("en"), code.text("zh"), strict=True)
        ]
    return [(en, zh) for en, zh in translated()[file].items() if zh]


@pytest.mark.parametrize("file", FILES)
def test_every_sentence_has_chinese(file: str) -> None:
    assert [en for en, zh in translated()[file].items() if not zh] == []


@pytest.mark.parametrize("file", FILES)
def test_chinese_has_the_placeholders_of_english(file: str) -> None:
    differing = [
        (en, zh) for en, zh in _texts(file) if sorted(set(placeholders(en))) != sorted(set(placeholders(zh)))
    ]
    assert differing == []


@pytest.mark.parametrize("file", [*FILES, CODES])
def test_punctuation_after_chinese_is_full_width(file: str) -> None:
    assert [zh for _, zh in _texts(file) if HALF_WIDTH.search(zh)] == []


@pytest.mark.parametrize("file", [*FILES, CODES])
def test_no_space_stands_beside_chinese(file: str) -> None:
    assert [zh for en, zh in _texts(file) if SPACED.search(zh) and en != PLACE] == []


@pytest.mark.parametrize("file", [*FILES, CODES])
def test_a_latin_word_of_the_chinese_stands_in_the_english(file: str) -> None:
    """What is typed stays as it is typed; nothing else is left in English."""
    foreign = [
        (word, zh)
        for en, zh in _texts(file)
        for word in re.findall("[A-Za-z]{3,}", zh)
        if word not in re.findall("[A-Za-z]{3,}", en) and word not in LATIN
    ]
    assert foreign == []


@pytest.mark.parametrize("file", [*FILES, CODES])
def test_no_retired_word_is_used(file: str) -> None:
    found = [(retired(f"catalogue/{file}", zh), zh) for _, zh in _texts(file)]
    assert [one for one in found if one[0]] == []


@pytest.mark.parametrize("file", FILES)
def test_entries_stand_as_the_tool_writes_them(file: str) -> None:
    """None is missing, none is unused: ``python -m tests.packaging.sentences`` brings them up to date."""
    libraries = translated()["libraries.toml"]
    if file != "libraries.toml":
        needed = [en for en, place in _needed().items() if place == file and en not in libraries]
        assert list(translated()[file]) == needed


def test_every_sentence_has_a_file() -> None:
    assert set(_needed().values()) <= set(FILES)


def _filled(template: str, values: dict[str, str]) -> str:
    """The template with texts in its places, whatever form it gives to numbers."""
    pieces = Formatter().parse(template)
    return "".join(text + ("" if name is None else values[name]) for text, name, _, _ in pieces)


def _sample(template: str, name: str, k: int) -> str:
    """A value: a number where the template forms or counts one."""
    forms = {field: form for _, field, form, _ in Formatter().parse(template)}
    return f"{k + 2}" if forms[name] or name in COUNTS else f"v{k}"


@pytest.mark.parametrize("file", FILES)
def test_a_sentence_that_was_stored_as_text_is_taken_for_its_own_template(file: str) -> None:
    taken_for_another = []
    for en, zh in _texts(file):
        values = {name: _sample(en, name, k) for k, name in enumerate(dict.fromkeys(placeholders(en)))}
        letters = sum(map(str.isalpha, _filled(en, dict.fromkeys(values, "")))) if values else 0
        if letters >= FEWEST_OF_WORDS and all(map(str.isidentifier, values)):
            shown = in_language(_filled(en, values), "zh")
            if shown != _filled(zh, values):
                taken_for_another.append((en, shown))
    assert taken_for_another == []


#: The HTML page holds both languages itself, and so do pages of the documentation that are made from tables.
CHINESE_IN_CODE = re.compile(
    r"securitize/(reports/(html/.*|wording)|tables/page|definitions/glossary_page)\.py"
)


def test_chinese_stands_in_data_not_in_code() -> None:
    holding = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "securitize").rglob("*.py"))
        if re.search("[\u3000-\u9fff\uff00-\uffef]", path.read_text(encoding="utf-8"))
    ]
    assert [path for path in holding if not CHINESE_IN_CODE.fullmatch(path)] == []
