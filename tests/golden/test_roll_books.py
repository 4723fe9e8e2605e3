"""Wrong actuals of every kind are refused or warned of with their cell; right ones pass without a warning.

Two deals: one of licence fees and one of loans with recoveries, each from a file that is right.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from securitize.base.errors import DefinitionError
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.studies.roll.actuals import read_actuals
from securitize.studies.roll.roll import forecast_rows, roll, rows_csv
from tests.golden.test_roll_recoveries import stressed

LOANS, FEES, SALES = "nanshan-5-2022", "guangzhou-2019", "xoma-vabysmo-2023"


@cache
def deal(name: str) -> Prepared:
    return prepare(name)


@cache
def right(name: str, by_asset: bool, struck: bool) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Heading and rows of two periods, in which, if struck, something defaulted and came back."""
    base = deal(name)
    if not struck:
        heading, *rows = csv.reader(io.StringIO(rows_csv(forecast_rows(base, 2, by_asset))))
        return tuple(heading), tuple(map(tuple, rows))
    day = base.schedule.collection[1]
    contract = next(iter(base.pool.contracts))
    hit = stressed(
        base,
        [
            {"driver": "default-rate", "set": [Decimal("0.05")], "last_period": 1},
            {"driver": "default", "contract": contract, "at": day, "recoveries": [
                {"source": "at once", "rate": Decimal("0.5"), "lag": "0M"}]},
        ],
    )  # fmt: skip
    heading, *rows = csv.reader(io.StringIO(rows_csv(forecast_rows(hit, 2, by_asset))))
    return tuple(heading), tuple(map(tuple, rows))


@dataclass(frozen=True)
class Wrong:
    """One change of a right file.

    row : of the file, from 0;  column, text : what is written there;  told : the cell or column that is named
    """

    what: str
    text: str | Callable[[Decimal], Decimal]
    column: str
    row: int = 0
    told: str = ""
    name: str = LOANS
    by_asset: bool = True
    without: tuple[str, ...] = ()
    struck: bool = True


def fen(more: str = "0.01") -> Callable[[Decimal], Decimal]:
    return lambda amount: amount + Decimal(more)


AMOUNTS = (
    "principal", "prepayment", "bought_back", "performing", "defaulted", "overdue_principal", "lost",
)  # fmt: skip
IDENTITIES = [
    *(Wrong(f"{column} a fen more", fen(), column, told="performing") for column in AMOUNTS),
    *(
        Wrong(f"{column} of the pool a fen more", fen(), column, told="performing", by_asset=False)
        for column in AMOUNTS
    ),
    *(
        Wrong(f"{column} of fees a fen more", fen(), column, told="performing", name=FEES)
        for column in ("fee", "performing", "prepayment", "overdue_principal")
    ),
    Wrong("interest in fees a fen more", fen(), "fee_interest", row=1, told="performing", name=FEES),
    Wrong("performing a fen less", fen("-0.01"), "performing", row=1, told="performing"),
    Wrong("recovered a fen more", fen(), "recovery", told="defaulted_stock"),
    Wrong("written off a fen more", fen(), "written_off", told="defaulted_stock"),
    Wrong("the stock a fen more", fen(), "defaulted_stock", told="defaulted_stock"),
    Wrong("the stock of the pool a fen less", fen("-0.01"), "defaulted_stock", told="defaulted_stock", by_asset=False),
    Wrong("fees without their interest", fen(), "performing", row=1, told="performing", name=FEES,
          without=("fee_interest",), struck=False),
    Wrong("fees of the pool without their interest", fen(), "performing", told="performing", name=FEES, by_asset=False,
          without=("fee_interest",), struck=False),
    Wrong("more recovered than defaulted", "99999999.00", "recovery", told="recovery", without=("defaulted_stock",)),
    Wrong("recovered of a contract that did not default", "0.01", "recovery", row=-1, told="recovery",
          without=("defaulted_stock",), struck=False),
    Wrong("more written off than defaulted", "999999999.00", "written_off", told="written_off",
          without=("defaulted_stock",)),
    Wrong("more interest in a fee than fee", "999999999.00", "fee_interest", row=1, told="fee_interest", name=FEES),
    Wrong("a royalty above sales", "99999999999.00", "royalty", told="royalty", name=SALES, struck=False),
    *(
        Wrong(f"{column} of a royalty", "0.01", column, told=column, name=SALES, struck=False)
        for column in ("performing", "defaulted", "recovery", "interest", "written_off")
    ),
    Wrong("interest above the contract rate", "90000000.00", "interest", row=1, told="interest"),
    Wrong("interest of the pool above the rates", "900000000.00", "interest", told="interest", by_asset=False),
]  # fmt: skip
CELLS = [
    *(
        Wrong(f"amount {text!r}", text, "interest", told="interest")
        for text in (
            "", "-1.00", "１００.00", "1,000.00", "1e3", "1_000", "12.345", "¥100.00", "100元", "100 CNY", "USD 100",
            "(100.00)", "+1.00",
            "NaN", "inf", "5%", "n/a", "-", "1.5万", "007.00", ".50", "1.", "true", "=A1", "2022-01-31",
            "99999999999999999999", "1 000.00", "--",
        )
    ),
    *(
        Wrong(f"period {text!r}", text, "period", told="period")
        for text in ("", "0", "１", "1.0", "-1", "one", "99", "2")
    ),
    *(Wrong(f"contract {text!r}", text, "asset", told="asset") for text in ("", "nobody", "合计", "C1", "total")),
    *(
        Wrong(f"date {text!r}", text, "collection_date", told="collection_date")
        for text in ("", "2022-1-31", "31/01/2022", "2022-02-30", "1999-12-31", "20220131", "２０２２-01-31")
    ),
    *(Wrong(f"currency {text!r}", text, "currency", told="currency") for text in ("", "USD", "RMB", "cny", "元")),
    *(
        Wrong(f"day {text!r}", text, "default_date", told="default_date")
        for text in ("1999-12-31", "2050-01-01", "2022-13-01", "soon", "2022-01-01; 2022-01-02")
    ),
    Wrong("a day without a default", "2022-12-01", "default_date", row=-1, told="default_date"),
    Wrong("a royalty of a loan", "0.01", "royalty", told="royalty"),
    Wrong("a licence fee of a loan", "0.01", "fee", told="fee"),
    Wrong("sales of a loan", "0.01", "sales", told="sales"),
    Wrong("principal of a licence-back", "0.01", "principal", told="principal", name=FEES),
    Wrong("a share of a loan", "0.5", "entitled", told="entitled"),
    Wrong("a share above 1", "1.5", "entitled", told="entitled"),
    Wrong("a fee that is not owed", "9999999999.00", "fee", row=1, told="fee", name=FEES),
]  # fmt: skip


def written(
    file: Path, heading: tuple[str, ...], rows: list[list[str]], without: tuple[str, ...] = ()
) -> Path:
    keep = [k for k, name in enumerate(heading) if name not in without]
    lines = [
        ",".join(f'"{line[k]}"' if "," in line[k] else line[k] for k in keep) for line in (heading, *rows)
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@pytest.mark.parametrize("wrong", [*IDENTITIES, *CELLS], ids=lambda wrong: wrong.what)
def test_a_wrong_cell_is_named(wrong: Wrong, tmp_path: Path) -> None:
    heading, rows = right(wrong.name, wrong.by_asset, wrong.struck)
    changed = [list(row) for row in rows]
    at = heading.index(wrong.column)
    row = changed[wrong.row]
    row[at] = str(wrong.text(Decimal(row[at]))) if callable(wrong.text) else wrong.text
    file = written(tmp_path / "actuals.csv", heading, changed, wrong.without)
    try:
        found = roll(deal(wrong.name), file).warnings
    except DefinitionError as error:
        found = tuple(error.problems)
    line = 2 + wrong.row % len(changed)
    cells = {(one.line, one.path) for one in found}
    assert (line, wrong.told) in cells or (wrong.told in ("period", "asset") and found)


@pytest.mark.parametrize("name", [LOANS, FEES, SALES, "supply-chain"])
@pytest.mark.parametrize("by_asset", [True, False])
def test_right_actuals_have_no_warning(name: str, by_asset: bool, tmp_path: Path) -> None:
    base = deal(name if name in (LOANS, FEES, SALES) else f"deals/templates/{name}")
    file = tmp_path / "actuals.csv"
    file.write_text(rows_csv(forecast_rows(base, 2, by_asset)), encoding="utf-8")
    assert roll(base, file).warnings == ()


def test_a_file_is_read_as_candidate_files_are(tmp_path: Path) -> None:
    """A workbook with the dust of binary arithmetic, other separators and encodings say the same."""
    import openpyxl

    heading, rows = right(LOANS, True, True)
    text = "\n".join(",".join(row) for row in (heading, *rows)) + "\n"
    files = {
        "comma.csv": text.encode("utf-8-sig"),
        "semicolon.csv": text.replace(";", "").replace(",", ";").encode(),
        "tab.tsv": text.replace(",", "\t").encode(),
        "gbk.csv": ("\u5b9e\u6536\u6b3e\n" + text).encode("gb18030"),
    }
    if any(";" in cell for row in rows for cell in row):
        del files["semicolon.csv"]
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(list(heading))
    for row in rows:
        sheet.append(
            [float(cell) * (1 + 2**-52) if "." in cell and " " not in cell else cell for cell in row]
        )
    book.save(tmp_path / "book.xlsx")
    found = []
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        found.append(roll(deal(LOANS), tmp_path / name))
    found.append(roll(deal(LOANS), tmp_path / "book.xlsx"))
    assert all(one.state == found[0].state and one.restated == found[0].restated for one in found)
    assert all(one.warnings == () for one in found)


@pytest.mark.parametrize("text", ["9" * 29, "9" * 29 + ".123", "1.5e-9999999999999999999999"])
def test_a_cell_beyond_all_bounds_is_named(text: str, tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["period", "performing", "interest"], ["1", "1000.00", text]):
        book.worksheets[0].append(row)
    book.save(tmp_path / "book.xlsx")
    with pytest.raises(DefinitionError) as refused:
        read_actuals(tmp_path / "book.xlsx")
    assert [(one.line, one.path, one.code) for one in refused.value.problems] == [(2, "interest", "SEC292")]
