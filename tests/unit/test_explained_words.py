"""``securitize explain`` knows headings, values and Chinese words, and speaks one language at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

import pytest

from securitize.base.errors import UsageError
from securitize.base.language import use_language
from securitize.base.wrapping import width_of
from securitize.definitions.codes import codes
from securitize.definitions.fields import fields
from securitize.definitions.glossary import entries
from securitize.reports.explained import print_explained
from securitize.reports.explained_words import terms
from securitize.tables.dictionary import all_names, load
from securitize.tables.naming import unit_labels

HAN = re.compile("[\u4e00-\u9fff]")
#: Words that stand for every kind of answer: a code, fields, kinds of a field, fixed words, columns, tables, values.
SAMPLE = (
    "SEC211", "SEC301", "notes.coupon", "notes.principal", "notes.principal.scheduled", "steps", "licence-back",
    "rank", "dscr", "note_measures.wal_years", "rule_checks", "rule_checks.status", "breached", "WAL", "senior",
    "triggers", "contracts", "with", "price_yield.z_spread",
)  # fmt: skip


@pytest.fixture
def chinese() -> Iterator[None]:
    use_language("zh")
    yield
    use_language("en")


def _explained(word: str, capsys: pytest.CaptureFixture[str]) -> str:
    print_explained(word)
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("WAL", "weighted average life"),
        ("DSCR", "coverage.dscr"),
        ("次级", "subordinated"),
        ("优先级", "senior"),
        ("差额支付", "shortfall undertaking"),
        ("加权平均期限", "wal_years"),
        ("票面利率", "notes.NAME.coupon in a deal file"),
        ("weighted average life", "the mean time until principal is paid"),
        ("ＷＡＬ", "weighted average life"),
        ("中间级", "mezzanine"),
        ("已触发", "breached, value of a column\n  trigger_ledger.status: Status"),
        ("breached", "rule_checks.status: Status"),
        ("证券指标", "note_measures, table"),
    ],
)
def test_a_heading_a_value_or_a_chinese_word_is_explained(
    word: str, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert expected in _explained(word, capsys)


def test_each_glossary_word_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    for entry in entries():
        for word in entry.names:
            assert entry.meaning in {block.lines[0] for block in terms(word)}, word
    for entry in entries()[::20]:
        assert entry.meaning[:30] in " ".join(_explained(entry.term, capsys).split())


def test_every_kind_of_a_field_stands_with_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    out = _explained("notes.principal", capsys)
    kinds = [f.kind for f in fields() if f.written == "notes.NAME.principal.kind" and f.kind]
    assert re.findall(r"notes\.principal, kind (.+)", out) == kinds
    assert f"table, each of a kind: {', '.join(kinds)}" in out
    assert "less: amount in currency units, at most two decimals; default: 0" in out
    assert _explained("notes.principal.scheduled", capsys).splitlines() == [
        "notes.principal, kind scheduled",
        "  payments: array, each with date, amount; must be given",
        "  payments.date: date, such as 2024-09-11; must be given",
        "  payments.amount: amount in currency units, at most two decimals; must be given",
    ]


def test_an_unknown_chinese_word_gets_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 票面利率"):
        print_explained("票面率")


def test_english_holds_no_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    ends = {field.path[-1] for field in fields()} - {"*"}
    columns = {column.name for name in all_names() for column in load(name).columns}
    for word in [*SAMPLE, *sorted({*codes(), *ends, *columns, *all_names()})[::5]]:
        assert not HAN.search(_explained(word, capsys)), word


#: What stays as it is typed or stored: names with a point, a dash or an underline, and those that stand below.
_NAME = re.compile(r"SEC\d+|[A-Za-z0-9*]+(?:[._/-][A-Za-z0-9*]+)+")


@pytest.mark.usefixtures("chinese")
def test_chinese_holds_no_english_but_names(capsys: pytest.CaptureFixture[str]) -> None:
    keys = {part for field in fields() for part in (*field.path, *field.choices, field.kind, field.file)}
    columns = [column for name in all_names() for column in load(name).columns]
    keys |= {column.name for column in columns} | set(
        chain.from_iterable(column.values for column in columns)
    )
    keys |= {"NAME", "true", "false", "LPR", "TOML", "ASCII", *all_names()}
    for word in SAMPLE:
        out = _explained(word, capsys)
        assert HAN.search(out), word
        left = {each for each in re.findall("[A-Za-z]{3,}", _NAME.sub("", out)) if each not in keys}
        assert not left, (word, left)


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize("width", [60, 80, 120])
def test_lines_fit_the_terminal_and_break_no_name(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for word in SAMPLE:
        for line in _explained(word, capsys).splitlines():
            assert width_of(line) <= width, line
    assert "stress_results.wal_years" in _explained("WAL", capsys)


def test_every_unit_of_a_column_has_chinese() -> None:
    used = {column.unit for name in all_names() for column in load(name).columns if column.unit}
    assert set(unit_labels()) == used
    assert all(HAN.search(chinese) for chinese in unit_labels().values())
