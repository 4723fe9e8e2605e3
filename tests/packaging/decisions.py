"""The index of the records of decisions, made from their titles.

``python -m tests.packaging.decisions > docs/decisions/README.md`` renews it.
"""

from __future__ import annotations

import re
import sys

from tests.packaging.tree import ROOT

_HEAD = """\
# Decisions

<!-- Made from the titles of the records by `python -m tests.packaging.decisions`. -->

Choices that are hard to take back, or that a newcomer would question: the question, the decision, and why not
otherwise. A record is not rewritten when a later one replaces it; the later one names it. Numbers are given out in
order, and some are not used.

| record | decision |
| --- | --- |
"""


def index() -> str:
    """The whole page, Markdown. Raises ValueError where a record does not begin with its number and title."""
    rows = []
    for record in sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md")):
        title = re.match(r"# (\d{4}) (.+)\n", record.read_text(encoding="utf-8"))
        if not title or not record.name.startswith(title[1]):
            raise ValueError(f"{record.name}: begin with its number and title")
        rows.append(f"| [{title[1]}]({record.name}) | {title[2]} |\n")
    return _HEAD + "".join(rows)


if __name__ == "__main__":
    sys.stdout.write(index())
