"""Costs, prices, stresses and checks are printed in one language at a time, and data the same in both."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.program import securitize

HAN = re.compile("[\u4e00-\u9fff]")
#: Words of Latin letters that are no names in lower case with hyphens or digits: notes, ratings, rules, commands.
NAMES = {
    *(
        "A",
        "sub",
        "AAA",
        "DSCR",
        "LPR",
        "VAT",
        "exchange",
        "disclosure",
        "supervisory",
        "securitize",
        "report",
        "list",
    ),
    *(
        "loan",
        "coverage",
        "NOTE",
        "RATING",
        "offers",
        "assumptions",
        "stress_factors",
        "reverse_stresses",
        "refund",
        "market",
    ),
}
#: Versions of rules are texts of their files, in English.
VERSIONS = re.compile(r"（(2018 listing guides|CRR|PBoC)[^）]*）")
COMMANDS = {
    "savings": ("savings", "nanshan-5-2022", "--policy", "shenzhen-nanshan-2025", "--as-if"),
    "company": ("savings", "nanshan-5-2022", "--company", "o1"),
    "price": ("price", "guangzhou-2019"),
    "break-even": ("break-even", "xoma-vabysmo-2023"),
    "reverse": ("reverse", "xoma-vabysmo-2023"),
    "grid": ("grid", "xoma-vabysmo-2023", "--over", "royalty-base=1:0.5:3"),
    "size": ("size", "nanshan-5-2022", "--note", "A", "--target", "coverage=1.02", "--lot", "10000000"),
    "check": ("check", "nanshan-5-2022", "--preset", "exchange", "--capital", "eu-sec-sa"),
    "stress": ("stress", "nanshan-5-2022", "--suite", "disclosure", "--no-searches"),
}


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_english_has_no_chinese_and_chinese_no_english(arguments: tuple[str, ...], tmp_path: Path) -> None:
    english = securitize("--language", "en", *arguments, cwd=tmp_path, COLUMNS="100")
    chinese = securitize("--language", "zh", *arguments, cwd=tmp_path, COLUMNS="100")
    assert english.returncode == chinese.returncode == 0, english.stderr + chinese.stderr
    assert not HAN.search(english.stdout + english.stderr)
    text = VERSIONS.sub("", (chinese.stdout + chinese.stderr).replace(str(tmp_path), ""))
    assert HAN.search(text)
    words = re.findall(r"(?<![\w./-])[A-Za-z][A-Za-z_]+(?![\w/-]|\.\w)", text)
    assert [word for word in words if word not in NAMES] == []


def test_data_are_the_same_in_both(tmp_path: Path) -> None:
    last = ""
    for arguments in (
        ("savings", "nanshan-5-2022", "--format", "json"),
        ("savings", "nanshan-5-2022", "--format", "csv", "--table", "financing_cost"),
        ("price", "guangzhou-2019", "--format", "json"),
        ("break-even", "xoma-vabysmo-2023", "--format", "csv"),
        ("check", "nanshan-5-2022", "--preset", "exchange", "--format", "json"),
    ):
        english, chinese = (
            securitize("--language", language, *arguments, cwd=tmp_path) for language in ("en", "zh")
        )
        assert english.stdout == chinese.stdout
        assert english.stdout
        last = english.stdout
    assert json.loads(last)["deal"] == "nanshan-5-2022"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_column_has_the_heading_of_the_dictionary(language: str, tmp_path: Path) -> None:
    from securitize.tables.dictionary import load

    done = securitize("--language", language, "price", "guangzhou-2019", cwd=tmp_path, COLUMNS="300")
    heads = re.sub(r"\s", "", done.stdout)
    for name in ("yield_interbank", "modified_duration", "spread_to_government"):
        column = load("prices").column(name)
        named = column.label_zh if language == "zh" else column.label
        # A heading that takes several lines stands between those of its neighbours, but whole words of it stand.
        for word in [named[:2]] if language == "zh" else named.split():
            assert word in heads
