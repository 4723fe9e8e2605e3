"""Building tables: exact amounts, and every fault refused with its table, column and row."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from securitize import tables
from securitize.base.errors import SecuritizeError
from securitize.tables.errors import TableError
from tests.packaging.tree import ROOT
from tests.unit.table_samples import expected, sample

CLOSING: dict[str, list[Any]] = {
    "side": ["use", "source"],
    "item": ["cost", "proceeds"],
    "party": ["lawyer", "A"],
    "party_zh": ["律师", None],
    "amount": [100, 100],
}
COVERAGE: dict[str, list[Any]] = {
    "rank": [1, 1],
    "period": [2, 1],
    "payment_date": [dt.date(2020, 3, 11), dt.date(2019, 12, 11)],
    "dscr": [None, 1.5],
    "dscr_with_support": [None, 1.5],
    "ic": [2.0, 1.5],
    "oc": [2.0, 1.5],
}


@pytest.mark.parametrize("name", tables.names())
def test_values_come_out_exactly_in_key_order(name: str) -> None:
    table = tables.load(name)
    values = sample(table)
    assert tables.build(table, values).to_pydict() == expected(table, values)


@pytest.mark.parametrize("name", tables.names())
def test_order_given_does_not_matter(name: str) -> None:
    values = sample(tables.load(name))
    turned = {column: each[::-1] for column, each in values.items()}
    assert tables.build(name, turned).equals(tables.build(name, values), check_metadata=True)


@pytest.mark.parametrize("name", tables.names())
def test_no_rows_make_an_empty_table(name: str) -> None:
    made = tables.build(name, {column.name: [] for column in tables.load(name).columns})
    assert made.num_rows == 0
    assert made.schema == tables.load(name).arrow_schema()


@given(st.lists(st.integers(1 - 10**18, 10**18 - 1) | st.none(), max_size=30))
def test_money_is_exact(amounts: list[int | None]) -> None:
    rows = len(amounts)
    made = tables.build(
        "collections",
        {
            "period": range(rows),
            "collection_start": [dt.date(2020, 1, 1)] * rows,
            "collection_end": [dt.date(2020, 1, 1)] * rows,
            "payment_date": [dt.date(2020, 1, 1)] * rows,
            "stream": ["fee"] * rows,
            "amount": np.array([amount or 0 for amount in amounts], np.int64),
            "scheduled": amounts,
        },
        "CNY",
    )
    assert [None if v is None else int(v.scaleb(2)) for v in made["scheduled"].to_pylist()] == amounts
    assert [int(v.scaleb(2)) for v in made["amount"].to_pylist()] == [amount or 0 for amount in amounts]


def test_numpy_and_masked_arrays_are_taken() -> None:
    arrays = dict(COVERAGE)
    arrays["rank"] = np.array([1, 1], np.int8)  # type: ignore[assignment]
    arrays["payment_date"] = np.array(COVERAGE["payment_date"], "datetime64[D]")  # type: ignore[assignment]
    arrays["dscr"] = np.ma.masked_invalid(np.array([np.nan, 1.5]))  # type: ignore[assignment]
    assert tables.build("coverage", arrays).equals(tables.build("coverage", COVERAGE))


@pytest.mark.parametrize(
    ("column", "values", "what"),
    [
        ("amount", [100, 100.0], r"amount\[1\]: is not whole minor units \(100.0\)"),
        ("amount", np.array([1.0, 2.0]), r"amount\[0\]: is not whole minor units"),
        ("amount", [True, 1], r"amount\[0\]: is not whole minor units \(True\)"),
        ("amount", [Decimal(1), 1], r"amount\[0\]: is not whole minor units"),
        ("amount", [1, 10**18], r"amount\[1\]: has more than 18 digits"),
        ("amount", np.array([-(10**18), 1]), r"amount\[0\]: has more than 18 digits"),
        ("amount", [1, 2**63], r"amount\[1\]: is too large"),
        ("amount", np.array([1, 2**63], np.uint64), r"amount\[1\]: is too large"),
        ("amount", [None, 1], r"amount\[0\]: is null"),
        ("amount", [1], r"amount: has 1 values"),
        ("side", ["use", "Use"], r"side\[1\]: is an unknown value \(Use\); it is one of source, use"),
        ("side", ["use", b"use"], r"side\[1\]: is not of type text"),
        ("party", ["\ud800", "A"], r"party\[0\]: is not valid Unicode"),
        ("currency", ["CNY", "yuan"], r"currency\[1\]: is not a currency \(yuan\)"),
        ("sort", [1, 2], r"sort: is not a column"),
    ],
)
def test_wrong_amounts_and_texts_are_refused(column: str, values: Any, what: str) -> None:
    with pytest.raises(TableError, match=f"^table closing: {what}") as caught:
        tables.build("closing", {"currency": ["CNY"] * 2, **CLOSING, column: values})
    assert isinstance(caught.value, SecuritizeError)
    assert (caught.value.table, caught.value.column) == ("closing", column)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("column", "values", "what"),
    [
        ("dscr", [1.0, float("nan")], r"dscr\[1\]: is not finite \(nan\); use null"),
        ("dscr", np.array([np.inf, 1.0]), r"dscr\[0\]: is not finite \(inf\)"),
        ("dscr", np.ma.masked_invalid([np.nan, np.inf]).filled(-np.inf), r"dscr\[0\]: is not finite"),
        ("dscr", ["1", 2.0], r"dscr\[0\]: is not a number"),
        ("dscr", [True, 2.0], r"dscr\[0\]: is not a number"),
        ("rank", [1.0, 1], r"rank\[0\]: is not a whole number"),
        (
            "payment_date",
            [dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.date(2020, 1, 1)],
            r"payment_date\[0\]: is not of type",
        ),
        ("payment_date", ["2020-01-01", "2020-01-02"], r"payment_date\[0\]: is not of type date"),
        (
            "payment_date",
            np.array(["2020-01-01T01", "2020-01-01T00"], "M8[h]"),
            r"payment_date\[0\]: has a time",
        ),
        ("payment_date", np.array(["NaT", "2020-01-01"], "M8[D]"), r"payment_date\[0\]: is null"),
        (
            "payment_date",
            np.array(["+20000-01-01", "2020-01-01"], "M8[D]"),
            r"payment_date\[0\]: is out of range",
        ),
        ("period", [1, 1], r"rank\[1\]: identifies two rows \(rank = 1, period = 1\)"),
    ],
)
def test_wrong_ratios_dates_and_keys_are_refused(column: str, values: Any, what: str) -> None:
    with pytest.raises(TableError, match=f"^table coverage: {what}"):
        tables.build("coverage", {**COVERAGE, column: values})


def test_missing_column_and_currency_are_refused() -> None:
    with pytest.raises(TableError, match="table closing: currency: is missing"):
        tables.build("closing", CLOSING)
    with pytest.raises(TableError, match="table coverage: currency: is given to a table without money"):
        tables.build("coverage", COVERAGE, "CNY")
    without = {name: values for name, values in COVERAGE.items() if name != "oc"}
    with pytest.raises(TableError, match="table coverage: oc: is missing"):
        tables.build("coverage", without)


def test_frames_hold_decimals_and_sum_exactly() -> None:
    frame = tables.to_pandas(
        tables.build("closing", {**CLOSING, "amount": [1, 9_007_199_254_740_993]}, "CNY")
    )
    assert frame["amount"].sum() == Decimal("90071992547409.94")
    assert frame.groupby("side")["amount"].sum()["source"] == Decimal("90071992547409.93")
    assert frame["amount"].iloc[1] / 3 == Decimal("0.01") / 3
    with pytest.raises(TypeError):
        _ = frame["amount"] * 1.1


def test_frames_hold_the_usual_types() -> None:
    frame = tables.to_pandas(tables.build("coverage", COVERAGE))
    assert frame["rank"].dtype == "int64"
    assert frame["dscr"].dtype == "float64"
    assert frame["dscr"].isna().tolist() == [False, True]
    assert pd.api.types.is_datetime64_dtype(frame["payment_date"])
    assert (frame["payment_date"] < "2020-01-01").tolist() == [True, False]


def test_building_and_packing_do_not_import_pandas() -> None:
    script = (
        "import sys; from tests.faults.small_run import small_tables; "
        "from securitize.tables.parquet import from_bytes, to_bytes; "
        "[from_bytes(to_bytes(t), 'f') for t in small_tables().values()]; print('pandas' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
