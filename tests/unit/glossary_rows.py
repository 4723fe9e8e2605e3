"""The rows of ``docs/glossary.md``; ``python -m tests.unit.glossary_rows`` renews the copy that ships."""

from __future__ import annotations

from pathlib import Path

from securitize.base.toml import quoted

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "securitize" / "reports" / "glossary.toml"


def rows() -> list[tuple[str, ...]]:
    """English, Chinese and meaning of each row."""
    lines = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    cells = [
        tuple(cell.strip() for cell in line.strip("| ").split(" | "))
        for line in lines
        if line.startswith("|")
    ]
    return [row for row in cells[2:] if len(row) == 3]


def shipped_text() -> str:
    """The file that ships."""
    how = "renewed by python -m tests.unit.glossary_rows"
    head = f"# The rows of docs/glossary.md, for `securitize explain`; {how}\nterms = [\n"
    return head + "".join(f"  [{', '.join(map(quoted, row))}],\n" for row in rows()) + "]\n"


if __name__ == "__main__":
    SHIPPED.write_text(shipped_text(), encoding="utf-8")
