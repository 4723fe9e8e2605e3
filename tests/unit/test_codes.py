"""Codes: each is used, each that is used is registered, and the reference page is current."""

from __future__ import annotations

import re
from pathlib import Path

from securitize.definitions.codes import CODES, is_warning, reference_page
from tests.unit.mutations import GOOD, edited, problems_of_deal

ROOT = Path(__file__).parents[2]


def _used() -> set[str]:
    files = [file for file in (ROOT / "securitize").rglob("*.py") if file.name != "codes.py"]
    return {code for file in files for code in re.findall(r"\bSEC\d{3}\b", file.read_text(encoding="utf-8"))}


def test_every_code_is_registered_and_every_registered_code_is_used() -> None:
    assert sorted(_used()) == sorted(CODES)


def test_codes_are_told_once_and_in_order() -> None:
    assert list(CODES) == sorted(CODES)
    assert len({code.title for code in CODES.values()}) >= len(CODES) - 3
    assert all(code.title and code.explanation.endswith(".") for code in CODES.values())


def test_the_reference_page_is_current() -> None:
    page = (ROOT / "docs" / "reference" / "codes.md").read_text(encoding="utf-8")
    assert page == reference_page(), "write it anew from securitize.definitions.codes.reference_page()"


def test_warnings_stop_no_run(tmp_path: Path) -> None:
    found = problems_of_deal(edited("deal.toml", tmp_path, ('unless = ["cover"]', "")))
    assert [problem.code for problem in found] == ["SEC301"]
    assert all(is_warning(problem) for problem in found)
    assert (GOOD / "deal.toml").exists()
