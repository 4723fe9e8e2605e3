"""The reference page of the tables.

``python -m securitize.tables.page > docs/reference/tables.md`` renews it.
"""

from __future__ import annotations

import sys

from securitize.tables import dictionary
from securitize.tables.dictionary import TOLERANCE, Column, Former, Table, TableSet

_HEAD = """\
# Tables: the reference

<!-- Made from securitize/tables/**/*.toml by `python -m securitize.tables.page`. Change those, not this. -->

Every table of a run is the Parquet file `tables/NAME.parquet` in the run's folder. Rows stand in the order of
the primary key, whose columns are in bold. A column is never null unless its type says so.

| type | in Parquet | what it holds |
| --- | --- | --- |
| date | date32 | a calendar date |
| integer | int64 | a whole number |
| text | string, UTF-8 | text; where a list of values is given, one of them |
| boolean | bool | true or false |
| money | decimal128(18, 2) | currency units, exact to the minor unit; the column `currency` says which |
| rate | decimal128(12, 8) | a decimal rate, exact: 0.04000000 is 4% |
| ratio | float64 | a quotient; finite, and null where its denominator is 0 |

Amounts for a reader. Money is stored with two decimals in every currency. Wherever it is printed, on a screen, in a
page or workbook, in a sentence, in CSV and JSON, it has the decimals of the row's `currency`: 3067 yen, 30.67 yuan.
What is finer than is paid in the currency, such as costs of companies and present values in yen, is rounded half-even
there; Parquet, DuckDB and pandas hold it exactly. Columns of whole minor units (`present_value_minor`) are hundredths
in every currency.

A ratio that is made again on other libraries or another processor is within 1e-12 of what is stored, or within what
stands behind its type ([what verify proves](proof.md)); every other cell is equal.

Within a major schema version columns are only added, and those may be null. A minor version may add words to a closed
list, or change a word or the meaning of a column; a major version changes names or types. Each such column says
below, after **< version**, what files of before that version have. Through that this program reads files of earlier
versions, also of earlier majors that are bridged so: names, types and words come as they are today; what earlier files
do not have is null, and so is what answered another question there: unknown, never 0 and never "no". A table that is
read so has the version of its file in its Arrow metadata (`securitize.stored_schema_version`), `runs show`, reports
and workbooks say it first, and the stored files stay as they are
([record 0053](../decisions/0053-old-files-are-read-through-the-dictionary.md)). Each file carries its table's
name, version and key, and each column's heading, unit and description, as Arrow metadata; `datapackage.json` says
the same for other tools.

A name has one heading in each language, in `securitize/tables/columns.toml`; a table has its own only where
the name means another thing there.
"""

_PATHS = """\
# Tables of random paths

`securitize run DEAL --performance NAME` adds these to the tables of a run. Amounts of single paths are whole
minor units.
"""

_KEPT = """\
# Tables of kept paths

`securitize run DEAL --performance NAME --keep-paths N` adds these: the full flows of the first N paths.
"""

_BUILDS = """\
# Tables of the build of a pool

`securitize build` writes these, in the same form and into the same places.
"""

_MARKETS = """\
# Tables of a market

`securitize market show NAME` prints these; rates are decimals.
"""

_SAVINGS = """\
# Tables of savings

`securitize savings` makes these, with the table `assumptions` of a run; it prints them and stores nothing.
"""


_PROGRAMME = """\
# Table of a city's plan

`securitize programme check PLAN` makes it; it is printed, not stored.
"""


_PRICES = """\
# Tables of prices

`securitize price DEAL` makes these; it prints them and stores nothing.
"""


_STRESS = """\
# Tables of stress results

`securitize stress DEAL` stores these beside the tables of the base case.
"""

_CHECKS = """\
# Tables of checks

`securitize check RUN` makes these, and `securitize stress DEAL` stores them.
"""


_LOSSES = """\
# Tables of the pool's loss without sampling

`securitize losses DEAL --performance NAME` makes these; it prints them and stores nothing.
"""


_SETS: tuple[tuple[str, TableSet], ...] = (
    (_PATHS, "paths"),
    (_KEPT, "kept"),
    (_BUILDS, "build"),
    (_MARKETS, "market"),
    (_SAVINGS, "savings"),
    (_PRICES, "prices"),
    (_PROGRAMME, "programme"),
    (_STRESS, "stress"),
    (_CHECKS, "check"),
    (_LOSSES, "losses"),
)


def reference_page() -> str:
    """The whole page, Markdown."""
    sections = [_HEAD, *(_section(dictionary.load(name)) for name in dictionary.names())]
    for head, of in _SETS:
        sections += [head, *(_section(dictionary.load(name)) for name in dictionary.names(of))]
    return "\n".join(sections)


def _section(table: Table) -> str:
    rows = [_row(table, column) for column in table.columns]
    head = f"## {table.name}\n\n{table.title} {table.title_zh} · schema version {table.schema_version}"
    if table.group_paths:
        head += f" · a row group of the file is of {table.group_paths:,} path numbers"
    head += "\n"
    text = f"{table.description}\n{table.description_zh}\n"
    return "\n".join(
        [
            head,
            text,
            "| column | heading | 名称 | type | unit | meaning | 含义 |",
            "| --- | --- | --- | --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


def _row(table: Table, column: Column) -> str:
    name = f"**{column.name}**" if column.name in table.primary_key else column.name
    kind = column.type + (" or null" if column.nullable else "")
    if column.tolerance != TOLERANCE:
        kind += f", ± {column.tolerance:.0e}"
    meaning, meaning_zh = column.description, column.description_zh
    if column.values:
        meaning += f": {', '.join(f'`{value}`' for value in column.values)}"
        meaning_zh += f"：{'、'.join(column.values_zh[value] for value in column.values if value)}"
    if column.former is not None:
        earlier, earlier_zh = _earlier(column.former)
        meaning, meaning_zh = f"{meaning}. {earlier}", f"{meaning_zh}。{earlier_zh}"
    cells = (name, column.label, column.label_zh, kind, column.unit, meaning, meaning_zh)
    return f"| {' | '.join(cells)} |"


def _earlier(former: Former) -> tuple[str, str]:
    """What files of before a version have, for the English and for the Chinese meaning."""
    parts = [f"`{former.name}`"] if former.name else []
    parts += [former.type] if former.type else []
    parts += [f"`{old}` → `{new}`" for old, new in former.words.items()]
    parts += [f"`{old}`" for old in former.kept_zh]
    english, chinese = list(parts), list(parts)
    if former.meaning:
        english.append(former.meaning)
        chinese.append(former.meaning_zh)
    if former.other:
        english.append("→ null")
        chinese.append("→ null")
    before = f"**< {former.before}**"
    return f"{before}: {'; '.join(english)}", f"{before}：{'；'.join(chinese)}"


if __name__ == "__main__":
    sys.stdout.write(reference_page())
