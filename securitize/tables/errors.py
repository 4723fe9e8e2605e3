"""What can be wrong with a table."""

from __future__ import annotations

from typing import ClassVar

from securitize.base.errors import EXIT_FAILED, EXIT_INVALID, Problem, SecuritizeError
from securitize.base.messages import Message


class TableError(SecuritizeError):
    """Values do not make the table that the dictionary describes; nothing is written.

    column : empty where the table as a whole is wrong;  row : 0-based, as the values were given; -1 for none
    """

    exit_code: ClassVar[int] = EXIT_FAILED

    def __init__(
        self, table: str, column: str, row: int, what: str, found: str = "", repair: str = ""
    ) -> None:
        self.table, self.column, self.row = table, column, row
        place = column + (f"[{row}]" if row >= 0 else "")
        file = Message("table {table}", table=table)
        super().__init__(Problem(file, 0, place, what, found, repair, "SEC920"))


class UnreadableTableError(SecuritizeError):
    """A Parquet file is damaged, too large, or not the table that it should be."""

    exit_code: ClassVar[int] = EXIT_INVALID

    def __init__(self, file: str, column: str, what: str, found: str = "", repair: str = "") -> None:
        self.file, self.column = file, column
        super().__init__(Problem(file, 0, column, what, found, repair, "SEC921"))
