"""The Chinese of shipped data: one language a field, a Chinese form of all that is shown, the words of the market."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.packaging.tree import ROOT

RULES = tomllib.loads(Path(__file__).with_name("chinese.toml").read_text(encoding="utf-8"))
HAN = "\u3400-\u9fff"
FULL_WIDTH = rf"[{HAN}）][,;:?!()]|[,;:?!()][{HAN}]"
SPACED = rf"[{HAN}，。；：（）] +[A-Za-z0-9]|[A-Za-z0-9%] +[{HAN}（]"
At = tuple[str | int, ...]


def _files() -> list[Path]:
    found = [path for root in RULES["roots"] for path in sorted((ROOT / root).rglob("*.toml"))]
    apart = (*RULES["matched"], *RULES["sentences"])
    return [path for path in found if not _name(path).startswith(apart)]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def texts(value: Any, at: At = ()) -> Iterator[tuple[At, str]]:
    """Every text with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, (*at, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from texts(inner, (*at, place))
    elif isinstance(value, str):
        yield at, value


def chinese(name: str, value: Any) -> Iterator[tuple[At, str]]:
    """Every Chinese text that is not a citation or a word to compare with."""
    meanings = name.endswith("definitions/fields.toml")
    for at, text in texts(value):
        if re.search(f"[{HAN}]", text) and (meanings or not set(at) & set(RULES["cited"])):
            yield at, text


def is_mixed(text: str) -> bool:
    """Whether a Chinese text holds a word of another language that is no proper name or code."""
    for name in RULES["names"]:
        text = text.replace(name, "")
    return re.search(r"[a-z]{2}", text) is not None


def without_chinese(value: Any, at: At = ()) -> Iterator[At]:
    """Fields that readers see and that have no Chinese form, or are Chinese themselves."""
    if isinstance(value, list):
        for place, inner in enumerate(value):
            yield from without_chinese(inner, (*at, place))
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        yield from without_chinese(inner, (*at, key))
        is_key = key == "name" and (not at or at[0] in RULES["keys"])
        is_shown = key in RULES["shown"] or (key == "source" and _is_source_of_money(at, value))
        if not is_shown or not isinstance(inner, str) or not inner or is_key:
            continue
        if at and at[0] in RULES["filed"]:
            continue
        if not value.get(f"{key}_zh") or re.search(f"[{HAN}]", inner):
            yield (*at, key)


def _is_source_of_money(at: At, table: dict[str, Any]) -> bool:
    """Whether a table is an entry of recoveries, not a figure with its source."""
    return "kind" not in table and len(at) > 1 and at[-2] in RULES["sourced"]


def retired(name: str, text: str) -> list[str]:
    """What stands in the place of each retired word of a text."""
    return [
        rule["instead"]
        for rule in RULES["retired"]
        if re.search(rule["pattern"], text)
        and not any(name.startswith(one) for one in rule.get("except", ()))
    ]


@pytest.mark.parametrize("path", _files(), ids=_name)
def test_shipped_chinese_is_that_of_the_market(path: Path) -> None:
    name, raw = _name(path), tomllib.loads(path.read_text(encoding="utf-8"))
    for at, text in chinese(name, raw):
        assert not is_mixed(text), (at, text)
        assert not re.search(FULL_WIDTH, text), (at, text)
        assert not re.search(SPACED, text), (at, text)
        assert not retired(name, text), (at, text, retired(name, text))


@pytest.mark.parametrize(
    "path",
    [path for path in _files() if _name(path).split("/")[0] in ("deals", "pools", "scenarios")],
    ids=_name,
)
def test_what_is_shown_has_a_chinese_form_of_its_own(path: Path) -> None:
    closed = RULES["closed"].get(path.name, ())
    found = without_chinese(tomllib.loads(path.read_text(encoding="utf-8")))
    assert not [at for at in found if at[-1] not in closed]


def test_every_exception_still_stands_somewhere() -> None:
    told = {_name(path): list(texts(tomllib.loads(path.read_text(encoding="utf-8")))) for path in _files()}
    for rule in RULES["retired"]:
        assert rule["reason"], rule
        assert ("except" in rule) == ("why" in rule), rule
        for one in rule.get("except", ()):
            assert any(
                re.search(rule["pattern"], text)
                for name, found in told.items()
                if name.startswith(one)
                for _, text in found
            ), (rule, one)
    for proper in RULES["names"]:
        assert any(proper in text for found in told.values() for _, text in found), proper
    assert all((ROOT / name).exists() for name in (*RULES["matched"], *RULES["sentences"]))


def test_a_breach_is_seen() -> None:
    assert is_mixed("senior interest 优先级利息")
    assert not is_mixed("LPR上升200个基点")
    assert re.search(FULL_WIDTH, "违约情景:轻度")
    assert re.search(SPACED, "期次，自 1 起")
    assert retired("deals/x.toml", "广州开发区专利许可（重构）")
    assert not retired("deals/x.toml", "加速清偿")
    assert list(without_chinese({"name": "key", "steps": [{"name": "taxes"}]})) == [("steps", 0, "name")]
    assert not list(without_chinese({"steps": [{"name": "taxes", "name_zh": "税费"}]}))
    assert list(without_chinese({"title": "专利", "title_zh": "专利"})) == [("title",)]
    assert list(without_chinese({"recoveries": [{"source": "debtor"}]})) == [("recoveries", 0, "source")]
    assert not list(chinese("deals/x.toml", {"source": "财办建〔2020〕40号: art. 3"}))
