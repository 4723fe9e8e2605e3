"""Cells, columns and data handed to other programs."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pyarrow as pa
import pytest

from securitize.reports.tables import as_csv
from securitize.reports.terminal import (
    Column,
    column_groups,
    emit_data,
    percent,
    print_table,
    shown,
    table_widths,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1234567.8"), "1,234,567.80"),
        (Decimal("-0.01"), "-0.01"),
        (1.00005, "1.0001"),
        (12345, "12,345"),
        (True, "yes"),
        (None, "-"),
        ("", "-"),
        ("a\x1b[2Jb\n", "a\\x1b[2Jb\\n"),
        ("a\u202eb", "a\\u202eb"),
        (("a", "", "b"), "a\nb"),
    ],
)
def test_shown(value: object, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    ("rate", "text"),
    [(4_000_000, "4.00%"), (123_456, "0.123456%"), (100_000_000, "100.00%"), (None, "-"), (0, "0.00%")],
)
def test_percent(rate: int | None, text: str) -> None:
    assert percent(rate) == text


def test_columns_that_fit_stay_together() -> None:
    assert column_groups([4, 10, 10], 1, 28) == [[0, 1, 2]]


def test_columns_that_do_not_fit_are_told_below_with_the_key() -> None:
    assert column_groups([4, 10, 10, 10], 1, 28) == [[0, 1, 2], [0, 3]]


def test_a_column_wider_than_the_terminal_stands_alone() -> None:
    assert column_groups([4, 90, 10], 1, 80) == [[0, 1], [0, 2]]


def test_chinese_takes_two_columns_a_character(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [("优先级", Decimal("1.00")), ("A", Decimal("10.00"))]
    assert table_widths([Column("note"), Column("x")], rows) == [6, 5]
    print_table("", [Column("note"), Column("x")], rows)
    assert capsys.readouterr().out.splitlines() == ["note        x", "优先级   1.00", "A       10.00", ""]


def test_nothing_moves_the_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("a\x1b[2Jb", [Column("x", wraps=True)], [("[bold]\x1b[31m :smile:",)])
    told = capsys.readouterr().out
    assert "\x1b" not in told
    assert "[bold]\\x1b[31m :smile:" in told


def test_data_are_escaped_at_a_terminal_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    for at_terminal, wanted in ((True, b"a\\u202eb\\x9b\tc\n"), (False, "a\u202eb\x9b\tc\n".encode())):
        output = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        monkeypatch.setattr(output, "isatty", lambda there=at_terminal: there)
        monkeypatch.setattr("sys.stdout", output)
        emit_data("a\u202eb\x9b\tc\n")
        output.flush()
        assert output.buffer.getvalue() == wanted


def test_csv_is_no_formula_and_no_control_character() -> None:
    hostile = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "a=b", "a\nb", "\x1b[2J", "", '"', "逗号,"]
    told = as_csv(pa.table({"text": hostile, "amount": [Decimal("-1.50")] * len(hostile)}))
    cells = [row["text"] for row in csv.DictReader(io.StringIO(told))]
    assert cells == [
        "'=1+1", "'+1", "'-1", "'@x", "'\\tx", "'\\rx", "a=b", "a\\nb", "\\x1b[2J", "", '"', "逗号,"
    ]  # fmt: skip
    assert told.count("\n") == len(hostile) + 1
    assert all(row["amount"] == "-1.50" for row in csv.DictReader(io.StringIO(told)))


def test_csv_of_null_and_truth() -> None:
    assert as_csv(pa.table({"x": [1, 2, 3], "a": [None, True, False]})) == "x,a\n1,\n2,true\n3,false\n"


def test_a_chinese_heading_keeps_four_characters_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("", [Column("加权平均期限（年）")], [("1",)])
    assert capsys.readouterr().out.splitlines()[:3] == ["加权平均", "期限", "（年）"]


@pytest.mark.parametrize(
    ("heading", "cell", "lines"),
    [
        ("偿债覆盖倍数（含外部增信）", "1.0362", ["偿债覆盖倍数", "（含外部", "增信）"]),
        ("最低偿债覆盖倍数（不含外部增信）", "1.0362", ["最低偿债覆盖倍数", "（不含外部增信）"]),
        ("本步骤所用账户余额（支付后）", "34,452,850.62", ["本步骤所用", "账户余额", "（支付后）"]),
        ("综合融资成本", "1.00", ["综合融资", "成本"]),
    ],
)
def test_a_chinese_heading_breaks_before_its_bracket_and_between_words(
    heading: str, cell: str, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    print_table("", [Column(heading)], [(cell,)])
    assert capsys.readouterr().out.split()[:-1] == lines


def test_later_blocks_say_what_they_continue(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    print_table("Cash", [Column("a"), Column("b"), Column("c")], [("x" * 10, "y" * 20, "z" * 20)])
    titles = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Cash")]
    assert titles == ["Cash", "Cash (continued)"]


def test_text_that_wraps_breaks_before_no_closing_mark(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    print_table("", [Column("a", wraps=True)], [("资产池累计违约率超过基准日资产池余额的百分之十（触发）",)])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 2
    assert not [line for line in lines if line.startswith(("）", "，"))]
