"""``securitize explain`` knows headings, Chinese words, and the kinds of a field."""

from __future__ import annotations

import pytest

from securitize.base.errors import UsageError
from securitize.definitions.fields import fields
from securitize.reports.explained import print_explained
from tests.unit.glossary_rows import SHIPPED, rows, shipped_text


def test_the_glossary_that_ships_is_that_of_the_docs() -> None:
    assert len(rows()) > 90
    assert SHIPPED.read_text(encoding="utf-8") == shipped_text()


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("WAL", "weighted average life"),
        ("DSCR", "coverage.dscr"),
        ("次级", "note, tranche"),
        ("差额支付", "shortfall undertaking"),
        ("加权平均期限", "wal_years"),
        ("票面利率", "notes.NAME.coupon in a deal file"),
        ("weighted average life", "the mean time to principal"),
        ("ＷＡＬ", "weighted average life"),
    ],
)
def test_a_heading_or_a_chinese_word_is_explained(
    word: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_explained(word)
    assert told in capsys.readouterr().out


def test_each_glossary_word_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    for english, chinese, meaning in rows():
        for word in (english.split(",")[0], chinese.split("、")[0]):
            print_explained(word)
            assert " ".join(meaning.split())[:30] in " ".join(capsys.readouterr().out.split())


def test_every_kind_of_a_field_is_told_with_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    print_explained("notes.principal")
    out = capsys.readouterr().out
    kinds = {f.kind for f in fields() if f.written == "notes.NAME.principal.kind" and f.kind}
    assert kinds
    for kind in kinds:
        assert f"notes.principal, kind {kind}" in out
    assert "less: amount in currency units, at most two decimals; default 0" in out
    print_explained("notes.principal.scheduled")
    assert capsys.readouterr().out == "notes.principal, kind scheduled\n  payments: array; must be given\n"


def test_an_unknown_chinese_word_gets_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 票面利率"):
        print_explained("票面")
