"""What stands in the library is found by its title, as a reader types it."""

from __future__ import annotations

from pathlib import Path

import pytest

from securitize.base.errors import UsageError
from securitize.library import find_file, find_market, template


@pytest.mark.parametrize(
    ("shelf", "text", "stem"),
    [
        ("alternative", "保理", "factoring"),
        ("alternative", "ｆａｃｔｏｒｉｎｇ", "factoring"),
        ("deal", "广州", "guangzhou-2019"),
        ("scenario", "回款延迟90日", "late-90-days"),
        ("suite", "反向", "reverse"),
        ("policy", "丽江：贴息", "lijiang-2025"),
        ("policy", "丽江:贴息", "lijiang-2025"),
        ("policy", "Lijiang: interest support", "lijiang-2025"),
    ],
)
def test_a_name_is_found_by_its_title(shelf: str, text: str, stem: str) -> None:
    assert find_file(shelf, text).stem == stem


def test_templates_and_markets_are_found_too() -> None:
    assert template("二次许可").name == "licence-back"
    with pytest.raises(
        UsageError, match=r"more than one market has 美元 in the title; name one: usd-2000-08-31 \("
    ):
        find_market("美元")


def test_of_several_titles_all_are_told() -> None:
    expected = (
        "more than one template has 贷款 in the title; name one: "
        "pledged-loan (质押贷款项目模板), trust-loan (信托贷款资产支持票据模板)"
    )
    with pytest.raises(UsageError) as error:
        template("贷款")
    assert str(error.value) == expected


def test_an_unknown_title_lists_what_is_known() -> None:
    with pytest.raises(
        UsageError, match=r"no template is named 某某; known: lease-back \(售后回租项目模板\), "
    ):
        template("某某")


def test_a_file_wins_over_a_title(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("保理").write_text("", encoding="utf-8")
    assert find_file("alternative", "保理") == Path("保理")
