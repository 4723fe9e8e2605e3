"""The glossary as a page, made from the data.

``python -m securitize.definitions.glossary_page > docs/glossary.md`` renews it.
"""

from __future__ import annotations

import sys

from securitize.definitions.glossary import Entry, groups

_HEAD = """\
# Glossary 术语

<!-- Made from securitize/definitions/glossary.toml by `python -m securitize.definitions.glossary_page`. -->

The terms of tables, commands, reports and documents, by subject. `securitize explain TERM` prints one, in either
language. Other standard spellings stand in brackets.
"""


def glossary_page() -> str:
    """The whole page, Markdown."""
    parts = [_HEAD]
    for group in groups():
        parts.append(
            f"\n## {group.title} {group.title_zh}\n\n| English | 中文 | meaning |\n| --- | --- | --- |\n"
        )
        parts += [_row(entry) for entry in group.entries]
    return "".join(parts)


def _row(entry: Entry) -> str:
    english = entry.term + (f" ({', '.join(entry.also)})" if entry.also else "")
    chinese = entry.term_zh + (f"（{'、'.join(entry.also_zh)}）" if entry.also_zh else "")
    return f"| {english} | {chinese} | {entry.meaning} |\n"


if __name__ == "__main__":
    sys.stdout.write(glossary_page())
