"""Every record of a decision stands in the index under its own title."""

from __future__ import annotations

from tests.packaging.decisions import index
from tests.packaging.tree import ROOT


def test_the_index_of_decisions_is_current() -> None:
    page = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    assert page == index(), "python -m tests.packaging.decisions > docs/decisions/README.md"
