"""Rows of a table for a reader: amounts as they are written in their currency.

Stored money has two decimals in every currency; a reader of a deal in yen sees none.
Source: ``docs/reference/tables.md``, "Amounts for a reader".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from securitize.definitions.deals.currencies import exactly_in, in_currency, unit_of
from securitize.tables.dictionary import CURRENCY

if TYPE_CHECKING:
    import pyarrow as pa


def printed_rows(table: pa.Table) -> list[dict[str, Any]]:
    """Rows as dictionaries, money in the decimals of the currency that the row names."""
    return _rows(table, in_currency)


def exact_rows(table: pa.Table) -> list[dict[str, Any]]:
    """The same where amounts are compared: one that is finer than its currency, such as a company's cost, stays so."""
    return _rows(table, exactly_in)


def _rows(table: pa.Table, written: Callable[[Decimal, str], Decimal]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.to_pylist()
    if CURRENCY not in table.column_names:
        return rows
    amounts = _amounts(table)
    return [_written(row, amounts, written) for row in rows]


def _amounts(table: pa.Table) -> list[str]:
    """Columns of money, by their type alone: a file of an earlier version has columns that no dictionary has."""
    import pyarrow as pa

    return [one.name for one in table.schema if pa.types.is_decimal(one.type) and one.type.scale == 2]


def _written(
    row: dict[str, Any], amounts: Iterable[str], written: Callable[[Decimal, str], Decimal]
) -> dict[str, Any]:
    currency = row[CURRENCY]
    if not currency or unit_of(currency) == 1:  # stored money has two decimals already
        return row
    return {**row, **{name: written(row[name], currency) for name in amounts if row[name] is not None}}


def is_whole(rows: Iterable[Mapping[str, Any]]) -> bool:
    """Whether all rows that name a currency name one without decimals, and some do."""
    found = {row.get(CURRENCY) for row in rows} - {None, ""}
    return bool(found) and all(unit_of(str(currency)) > 1 for currency in found)
