"""Messages: English where they arise, the reader's language where they are shown."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from securitize.base import translations
from securitize.base.errors import DefinitionError, Problem, UsageError, line_in_language
from securitize.base.language import language_of_locale
from securitize.base.messages import Listing, Message, in_language
from securitize.base.translations import placeholders
from securitize.base.wrapping import width_of, wrapped

CATALOGUE = {
    "no note is named {note}; notes are {notes}": "没有名为{note}的证券；证券有：{notes}",
    "the rate is missing": "缺少利率",
    "add a rate": "请补充利率",
    "{count:,} of {total:,} paths are kept": "共{total:,}条路径，已保留{count:,}条",
    "cannot be read: {reason}": "无法读取：{reason}",
    "{file}:{line}": "{file} 第{line}行",
    "{place}: {path}": "{place} {path}",
    "{where}: {what} ({found}); {repair}  [{code}]": "{where}：{what}（{found}）；{repair}。[{code}]",
    "{where}: {what} ({found})  [{code}]": "{where}：{what}（{found}）。[{code}]",
    "{where}: {what}  [{code}]": "{where}：{what}。[{code}]",
    "write rate = { value = … }": "请写rate = { value = … }",
    "note": "证券",
    "an array of {count}": "含{count}项的数组",
}


@pytest.fixture(autouse=True)
def _catalogue(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for cached in (translations.catalogue, translations._patterns, translations.recognised):
        cached.cache_clear()
    monkeypatch.setattr(translations, "catalogue", lambda: CATALOGUE)
    yield
    for cached in (translations._patterns, translations.recognised):
        cached.cache_clear()


def test_a_message_is_its_english_text() -> None:
    message = Message("no note is named {note}; notes are {notes}", note="C", notes=Listing(["A", "B"]))
    assert message == "no note is named C; notes are A, B"
    assert in_language(message, "en") == message
    assert in_language(message, "zh") == "没有名为C的证券；证券有：A、B"


def test_a_message_inside_a_message_is_shown_in_the_same_language() -> None:
    inner = Message("the rate is missing")
    assert in_language(Message("cannot be read: {reason}", reason=inner), "zh") == "无法读取：缺少利率"


def test_numbers_keep_their_form_in_every_language() -> None:
    message = Message("{count:,} of {total:,} paths are kept", count=1500, total=20000)
    assert in_language(message, "zh") == "共20,000条路径，已保留1,500条"


def test_a_sentence_that_was_stored_as_text_is_recognised() -> None:
    assert in_language("1,500 of 20,000 paths are kept", "zh") == "共20,000条路径，已保留1,500条"
    assert in_language("cannot be read: the rate is missing", "zh") == "无法读取：缺少利率"


def test_what_has_no_translation_stays_english() -> None:
    assert in_language("nobody has translated this", "zh") == "nobody has translated this"


def test_text_without_values_may_hold_braces() -> None:
    assert Message("write { value = 1 }") == "write { value = 1 }"


def test_braces_of_a_text_without_values_are_no_places_of_values() -> None:
    assert in_language("write rate = { value = … }", "zh") == "请写rate = { value = … }"
    assert in_language("cannot be read: the rate is missing", "zh") == "无法读取：缺少利率"


def test_a_typed_word_in_a_sentence_stays_and_a_sentence_in_it_is_translated() -> None:
    for reason, chinese in [("note", "note"), (Message("note"), "证券"), ("the rate is missing", "缺少利率")]:
        assert in_language(Message("cannot be read: {reason}", reason=reason), "zh") == f"无法读取：{chinese}"
        listed = Listing([reason, "A"])
        assert (
            in_language(Message("cannot be read: {reason}", reason=listed), "zh") == f"无法读取：{chinese}、A"
        )


def test_what_stood_in_a_file_stays_and_what_is_said_of_it_is_translated() -> None:
    place = ("deal.toml", 35, "notes.A", "the rate is missing")
    array = Problem(*place, Message("an array of {count}", count=3), "", "SEC123")
    assert array.text("zh") == "deal.toml 第35行 notes.A：缺少利率（含3项的数组）。[SEC123]"
    assert "（note）" in Problem(*place, "note", "", "SEC123").text("zh")
    assert "（A和B）" in Problem(*place, Listing("AB", " and "), "", "SEC123").text("zh")


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_a_copy_is_still_a_message(copied: object) -> None:
    message = Message("cannot be read: {reason}", reason=Listing(["A", "B"], " and "))
    assert in_language(copied(message), "zh") == "无法读取：A和B"  # type: ignore[operator]


def test_a_problem_says_the_place_first_in_chinese() -> None:
    problem = Problem("deal.toml", 35, "notes.A", "the rate is missing", "none", "add a rate", "SEC123")
    assert problem.text("zh") == "deal.toml 第35行 notes.A：缺少利率（none）；请补充利率。[SEC123]"
    assert problem.text("en") == str(problem)
    assert DefinitionError([problem]).text("zh") == problem.text("zh")


def test_a_problem_that_was_kept_as_text_is_taken_apart() -> None:
    problem = Problem("deal.toml", 35, "notes.A", "the rate is missing", "", "add a rate", "SEC123")
    assert line_in_language(str(problem), "zh") == problem.text("zh")
    nowhere = Problem("deal.toml", 0, "", "the rate is missing", "", "", "SEC123")
    assert line_in_language(str(nowhere), "zh") == nowhere.text("zh")


def test_an_error_takes_a_template_and_its_values() -> None:
    error = UsageError("no note is named {note}; notes are {notes}", note="C", notes=Listing("AB"))
    assert str(error) == "no note is named C; notes are A, B"
    assert error.text("zh") == "没有名为C的证券；证券有：A、B"


def test_placeholders_are_the_names_in_braces() -> None:
    assert placeholders("{count:,} of {total} {{}}") == ("count", "total")


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US"}, "zh"),
        ({"LANG": "zh_CN.GB18030"}, "zh"),
        ({"LC_MESSAGES": "en_GB.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
    ],
)
def test_the_locale_says_the_language(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language_of_locale() == expected


def test_chinese_breaks_anywhere_but_before_a_closing_mark() -> None:
    text = "在“重度”情景下，优先级证券本金损失为0元；不计外部增信时为12,314.70万元。"
    for width in range(8, 60):
        lines = wrapped(text, width)
        assert "".join(lines) == text
        assert not any(line[0] in "，；。”" for line in lines)
        # A mark that closes stays with what it closes, even where the line is full.
        assert all(width_of(line) <= width + 4 or "12,314.70" in line for line in lines)


def test_latin_words_stay_whole() -> None:
    assert wrapped("from the pool to the notes", 12) == ["from the", "pool to the", "notes"]


def test_every_file_of_the_catalogue_can_be_read() -> None:
    folder = Path(translations.__file__).parent / "catalogue"
    assert list(folder.glob("*.toml"))
