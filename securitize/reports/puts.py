"""What investors put: how much, what of it was paid and by whom, and the coupon of what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from securitize.base.messages import Message
from securitize.reports.headings import cell, heading
from securitize.reports.names import Names
from securitize.reports.rows import Row, rows_of
from securitize.reports.terminal import Column, print_table
from securitize.reports.wording import in_unit

if TYPE_CHECKING:
    from securitize.store.run import Run

PUT = "put:"
AMOUNTS = ("due", "paid", "supported", "shortfall")


def print_puts(run: Run, names: Names) -> None:
    """A line for each payment date on which something put is due; nothing where nothing is."""
    put = [row for row in rows_of(run, "steps") if row["payee"].startswith(PUT) and row["due"]]
    if not put:
        return
    coupons = {(row["note"], row["period"]): row["coupon"] for row in rows_of(run, "note_cash_flows")}
    columns = [
        heading("note_cash_flows", "note", wraps=True),
        heading("steps", "payment_date"),
        Column("Put", right=True),
        *(heading("steps", name) for name in AMOUNTS[1:]),
        Column("Coupon of the rest", right=True),
    ]
    title = in_unit(Message("Puts of investors"), put[0]["currency"])
    print_table(title, columns, [_line(row, names, coupons) for row in put])


def _line(row: Row, names: Names, coupons: dict[tuple[str, int], object]) -> list[str]:
    note = row["payee"].removeprefix(PUT)
    # The coupon of the last period, where there is none after it.
    coupon = coupons.get((note, row["period"] + 1), coupons[note, row["period"]])
    return [
        names.of("notes", note),
        cell("steps", "payment_date", row["payment_date"]),
        *(cell("steps", name, row[name]) for name in AMOUNTS),
        cell("note_cash_flows", "coupon", coupon),
    ]
