"""Slips of a Chinese keyboard: each is named with its line and column, and with what to write."""

# ruff: noqa: E501

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from securitize.base.errors import DefinitionError, UsageError
from securitize.base.translations import chinese_of
from securitize.definitions.documents import slips
from securitize.definitions.loading import load_deal
from tests.unit.mutations import GOOD, edited

#: what is replaced, by what, and every line that is told of it
SLIPS: list[tuple[str, str, list[str]]] = [
    (
        'title = "Small deal"',
        'title ＝ "Small deal"',
        [
            "deal.toml:3: full-width equals sign ＝ (U+FF1D) at column 7; write =  [SEC142]",
        ],
    ),
    (
        "balance = 5_000_000",
        "balance = ５００００００",
        [
            "deal.toml:75: full-width digits ５００００００ at column 11; write 5000000  [SEC142]",
        ],
    ),
    (
        "balance = 5_000_000",
        "balance = 500万",
        [
            "deal.toml:75: a number that TOML does not know, 500万, at column 11; write 5_000_000  [SEC142]",
        ],
    ),
    (
        "balance = 5_000_000",
        "balance = 0.05亿",
        [
            "deal.toml:75: a number that TOML does not know, 0.05亿, at column 11; write 5_000_000  [SEC142]",
        ],
    ),
    (
        "balance = 5_000_000",
        "balance = 5，000，000",
        [
            "deal.toml:75: full-width comma ， (U+FF0C), in 5，000，000, at column 12; write 5_000_000  [SEC142]",
        ],
    ),
    (
        "balance = 5_000_000",
        "balance = 5,000,000",
        [
            "deal.toml:75: a number that TOML does not know, 5,000,000, at column 11; write 5_000_000  [SEC142]",
        ],
    ),
    (
        "balance = 5_000_000",
        "balance = ￥5000000",
        [
            "deal.toml:75: full-width yen sign ￥ (U+FFE5), in ￥5000000, at column 11; write 5_000_000  [SEC142]",
        ],
    ),
    (
        "rate = 0.045",
        "rate = 4.5%",
        [
            "deal.toml:67: a number that TOML does not know, 4.5%, at column 8; write 0.045  [SEC142]",
        ],
    ),
    (
        "rate = 0.045",
        "rate = 4.5％",
        [
            "deal.toml:67: full-width percent sign ％ (U+FF05), in 4.5％, at column 11; write 0.045  [SEC142]",
        ],
    ),
    (
        "rate = 0.045",
        "rate = －0.045",
        [
            "deal.toml:67: full-width hyphen-minus － (U+FF0D) at column 8; write -  [SEC142]",
            "deal.toml:67: notes.B.coupon.rate: a rate cannot be negative here (-0.045); write 0 or more  [SEC114]",
        ],
    ),
    (
        "rate = 0.045",
        "rate = 0。045",
        [
            "deal.toml:67: ideographic full stop 。 (U+3002) at column 9; write .  [SEC142]",
        ],
    ),
    (
        "closing = 2024-02-29",
        "closing = 2024年2月29日",
        [
            "deal.toml:14: a date that TOML does not know, 2024年2月29日, at column 11; write 2024-02-29  [SEC142]",
        ],
    ),
    (
        "closing = 2024-02-29",
        "closing = 2024/2/29",
        [
            "deal.toml:14: a date that TOML does not know, 2024/2/29, at column 11; write 2024-02-29  [SEC142]",
        ],
    ),
    (
        "closing = 2024-02-29",
        "closing = 2024.2.29",
        [
            "deal.toml:14: a date that TOML does not know, 2024.2.29, at column 11; write 2024-02-29  [SEC142]",
        ],
    ),
    (
        "closing = 2024-02-29",
        "closing = 2024－02－29",
        [
            "deal.toml:14: full-width hyphen-minus － (U+FF0D), in 2024－02－29, at column 15; write 2024-02-29  [SEC142]",
        ],
    ),
    (
        "closing = 2024-02-29",
        'closing = "2024年2月29日"',
        [
            'deal.toml:14: dates.closing: a date is needed ("2024年2月29日"); write it without quotes: 2024-02-29  [SEC128]',
        ],
    ),
    (
        'title = "Small deal"',
        "title = “Small deal”",
        [
            'deal.toml:3: left double quotation mark “ (U+201C) at column 9; write "  [SEC142]',
            'deal.toml:3: right double quotation mark ” (U+201D) at column 20; write "  [SEC142]',
        ],
    ),
    (
        'title = "Small deal"',
        "title = 小项目",
        [
            'deal.toml:3: a text without quotes, 小项目, at column 9; write "小项目"  [SEC142]',
        ],
    ),
    (
        'title = "Small deal"',
        '标题 = "Small deal"',
        [
            "deal.toml:3: a key in Chinese, 标题, at column 1; write title  [SEC142]",
        ],
    ),
    (
        'title = "Small deal"',
        'title： "Small deal"',
        [
            "deal.toml:3: full-width colon ： (U+FF1A) at column 6; write =  [SEC142]",
        ],
    ),
    (
        'title = "Small deal"',
        'title = "Small deal"；',
        [
            "deal.toml:3: full-width semicolon ； (U+FF1B) at column 21; take it out  [SEC142]",
        ],
    ),
    (
        'title = "Small deal"',
        'title = "Small deal"。',
        [
            "deal.toml:3: ideographic full stop 。 (U+3002) at column 21; take it out  [SEC142]",
        ],
    ),
    (
        "[notes.C]",
        "【notes.C】",
        [
            "deal.toml:73: left black lenticular bracket 【 (U+3010) at column 1; write [  [SEC142]",
            "deal.toml:73: right black lenticular bracket 】 (U+3011) at column 9; write ]  [SEC142]",
        ],
    ),
    (
        "[notes.C]",
        "［notes.C］",
        [
            "deal.toml:73: full-width left square bracket ［ (U+FF3B) at column 1; write [  [SEC142]",
            "deal.toml:73: full-width right square bracket ］ (U+FF3D) at column 9; write ]  [SEC142]",
        ],
    ),
    (
        "rank = 2\n",
        "\u3000rank = 2\n",
        [
            "deal.toml:59: ideographic space (U+3000) at column 1; write a blank  [SEC142]",
        ],
    ),
    (
        "rank = 2\n",
        "rank\xa0= 2\n",
        [
            "deal.toml:59: no-break space (U+00A0) at column 5; write a blank  [SEC142]",
        ],
    ),
    (
        "rank = 2\n",
        "ra\u200bnk = 2\n",
        [
            "deal.toml:59: zero width space (U+200B) at column 3; take it out  [SEC142]",
        ],
    ),
    (
        "rank = 2\n",
        "rank = 2 ＃ middle\n",
        [
            "deal.toml:59: full-width number sign ＃ (U+FF03) at column 10; write #  [SEC142]",
        ],
    ),
    (
        "deferrable = true",
        "deferrable = 是",
        [
            "deal.toml:61: a truth value that TOML does not know, 是, at column 14; write true  [SEC142]",
        ],
    ),
    (
        'pay = ["fee:servicer"]',
        'pay = ["fee:servicer"、"fee:trustee"]',
        [
            "deal.toml:146: ideographic comma 、 (U+3001) at column 22; write ,  [SEC142]",
        ],
    ),
    (
        'kind = "zero"',
        'kind = "零息"',
        [
            'deal.toml:76: notes.C.coupon.kind: there is no such kind ("零息"); write "zero"  [SEC125]',
        ],
    ),
    (
        'kind = "zero"',
        'kind ＝ "zero"',
        [
            "deal.toml:76: full-width equals sign ＝ (U+FF1D) at column 17; write =  [SEC142]",
        ],
    ),
    (
        'kind = "zero"',
        'kind = "ｚｅｒｏ"',
        [
            'deal.toml:76: notes.C.coupon.kind: there is no such kind: full-width latin small letter z ｚ (U+FF5A) at character 1 of the text ("ｚｅｒｏ"); write "zero"  [SEC125]',
        ],
    ),
    (
        "balance = 5_000_000",
        'balance = "500万"',
        [
            'deal.toml:75: notes.C.balance: a number is needed ("500万"); write it without quotes: 5_000_000  [SEC110]',
        ],
    ),
    (
        '{ kind = "zero" }',
        '｛ kind = "zero" ｝',
        [
            "deal.toml:76: full-width left curly bracket ｛ (U+FF5B) at column 10; write {  [SEC142]",
            "deal.toml:76: full-width right curly bracket ｝ (U+FF5D) at column 26; write }  [SEC142]",
        ],
    ),
]


def told(path: Path) -> list[str]:
    try:
        load_deal(path)
    except DefinitionError as error:
        return [str(problem).replace(f"{path.parent}/", "") for problem in error.problems]
    return []


@pytest.mark.parametrize(("old", "new", "lines"), SLIPS, ids=[new.strip() for _, new, _ in SLIPS])
def test_a_slip_is_named_with_its_column_and_what_to_write(
    old: str, new: str, lines: list[str], tmp_path: Path
) -> None:
    assert told(edited("deal.toml", tmp_path, (old, new))) == lines


def test_slips_hide_neither_each_other_nor_other_faults(tmp_path: Path) -> None:
    edits = (
        ("title = ", "title ＝ "),
        ("closing = 2024-02-29", "closing = 2024年2月29日"),
        ("rank = 2", "rank = “2”"),
        ("balance = 5_000_000", "balance = 500万"),
        ('kind = "zero"', 'kind = "null"'),
        ("threshold = 0.25", "threshold = [0.25"),
    )
    lines = {int(line.split(":")[1]) for line in told(edited("deal.toml", tmp_path, *edits))}
    assert lines == {3, 14, 59, 75, 76, 116}


@pytest.mark.parametrize(
    ("encoding", "line"),
    [
        (
            "gb18030",
            "deal.toml:3: the file is in GBK or GB18030, not UTF-8: 广 at column 10; save it as UTF-8  [SEC104]",
        ),
        ("utf-16", "deal.toml:1: the file is in UTF-16, not UTF-8; save it as UTF-8  [SEC104]"),
        ("utf-16-le", "deal.toml:1: the file is in UTF-16-LE, not UTF-8; save it as UTF-8  [SEC104]"),
        (
            "utf-8-sig",
            "deal.toml:1: the file begins with a byte order mark; save it as UTF-8 without a byte order mark  [SEC104]",
        ),
    ],
)
def test_another_encoding_is_named_and_hides_nothing(encoding: str, line: str, tmp_path: Path) -> None:
    path = edited("deal.toml", tmp_path, ("Small deal", "广州"), ("rank = 2", "rank ＝ 2"))
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    assert told(path) == [
        line,
        "deal.toml:59: full-width equals sign ＝ (U+FF1D) at column 6; write =  [SEC142]",
    ]


def test_a_good_file_has_no_slips(tmp_path: Path) -> None:
    assert not (GOOD / "deal.toml").read_bytes().startswith(codecs.BOM_UTF8)
    assert told(edited("deal.toml", tmp_path, ("Small deal", "小项目，“甲”：１２３　％"))) == []


@pytest.mark.parametrize(
    ("text", "number"), [("3亿", "300000000"), ("３００", "300"), ("300,000", "300000"), ("5万元", "50000")]
)
def test_an_amount_on_the_command_line_is_answered_with_what_to_write(text: str, number: str) -> None:
    from securitize.commands.check import _amount

    with pytest.raises(UsageError, match=f"write {number}$"):
        _amount(text)
    assert _amount(number) == 100 * int(number)


def test_every_sign_has_a_chinese_name() -> None:
    known = {*slips.signs(), *(chr(code) for code in range(0xFF01, 0xFF5F))}
    unnamed = [
        slips.unicode_name(sign)
        for sign in sorted(known)
        if not slips.is_alphanumeric(sign) and chinese_of(slips.unicode_name(sign)) is None
    ]
    assert unnamed == []


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        (
            "balance = 5，000，000",
            "第75行第12列：“5，000，000”中的全角逗号“，”（U+FF0C）；请改为“5_000_000”。[SEC142]",
        ),
        ("balance = ５００００００", "第75行第11列：全角数字“５００００００”；请改为“5000000”。[SEC142]"),
        ("balance = “5000000”", '第75行第11列：左双引号「“」（U+201C）；请改为“"”。[SEC142]'),
    ],
)
def test_a_slip_is_said_in_chinese(tmp_path: Path, slip: str, said: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        load_deal(edited("deal.toml", tmp_path, ("balance = 5_000_000", slip)))
    assert caught.value.problems[0].text("zh").endswith(said)
