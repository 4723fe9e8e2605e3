"""Every record of a decision stands in the index under its own title."""

from __future__ import annotations

import re

from tests.packaging.tree import ROOT

RECORDS = ROOT / "docs" / "decisions"


def test_the_index_names_every_record() -> None:
    rows = []
    for record in sorted(RECORDS.glob("[0-9]*.md")):
        title = re.match(r"# (\d{4}) (.+)\n", record.read_text(encoding="utf-8"))
        assert title, f"{record.name}: begin with its number and title"
        assert record.name.startswith(title[1])
        rows.append(f"| [{title[1]}]({record.name}) | {title[2]} |")
    index = (RECORDS / "README.md").read_text(encoding="utf-8")
    assert [line for line in index.splitlines() if line.startswith("| [")] == rows
