"""Codes: each is used, each that is used is registered, and the reference page is current."""

from __future__ import annotations

import re
from pathlib import Path

from securitize.definitions.codes import codes, is_warning
from securitize.definitions.codes_page import reference_page
from tests.unit.mutations import GOOD, edited, problems_of_deal

ROOT = Path(__file__).parents[2]


def _used() -> set[str]:
    files = [file for file in (ROOT / "securitize").rglob("*.py") if file.name != "codes.py"]
    return {code for file in files for code in re.findall(r"\bSEC\d{3}\b", file.read_text(encoding="utf-8"))}


def test_every_code_is_registered_and_every_registered_code_is_used() -> None:
    assert sorted(_used()) == sorted(codes())


def test_codes_are_measured_once_and_in_order() -> None:
    assert list(codes()) == sorted(codes())
    assert len({code.title for code in codes().values()}) >= len(codes()) - 3
    assert all(code.title and code.meaning.endswith(".") for code in codes().values())
    assert all(code.title_zh and code.meaning_zh.endswith("\u3002") for code in codes().values())
    assert len({code.title_zh for code in codes().values()}) >= len(codes()) - 3


def test_the_reference_page_is_current() -> None:
    page = (ROOT / "docs" / "reference" / "codes.md").read_text(encoding="utf-8")
    assert page == reference_page(), "write it anew from securitize.definitions.codes_page.reference_page()"


def test_warnings_stop_no_run(tmp_path: Path) -> None:
    found = problems_of_deal(edited("deal.toml", tmp_path, ('unless = ["cover"]', "")))
    assert [problem.code for problem in found] == ["SEC301"]
    assert all(is_warning(problem) for problem in found)
    assert (GOOD / "deal.toml").exists()
