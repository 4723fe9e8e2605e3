"""Columns of candidate tables as arrays and lists; what is missing is kept apart from zero."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from securitize.base.arithmetic import Int64

#: A day that is not known; NumPy's NaT as days since 1970.
NO_DAY = np.iinfo(np.int64).min


class Columns:
    """A canonical table of candidates; (rows,) everywhere."""

    def __init__(self, table: Any) -> None:
        self.table = table
        self.rows = int(table.num_rows)

    def texts(self, name: str) -> list[str]:
        """Texts and words; what is missing is empty."""
        return [value or "" for value in self._column(name).to_pylist()]

    def known(self, name: str) -> NDArray[np.bool_]:
        """Whether a value is there."""
        found: NDArray[np.bool_] = self._column(name).is_valid().to_numpy(zero_copy_only=False)
        return found

    def whole(self, name: str, missing: int) -> Int64:
        """Whole numbers, minor units, units of 1e-8."""
        import pyarrow.compute as pc

        filled = pc.fill_null(self._column(name), missing)
        found: Int64 = filled.to_numpy(zero_copy_only=False).astype(np.int64)
        return found

    def numbers(self, name: str) -> NDArray[np.float64]:
        """Numbers; NaN where one is missing."""
        import pyarrow.compute as pc

        filled = pc.fill_null(self._column(name), float("nan"))
        found: NDArray[np.float64] = filled.to_numpy(zero_copy_only=False).astype(np.float64)
        return found

    def days(self, name: str) -> Int64:
        """Days since 1970; NO_DAY where it is missing."""
        import pyarrow as pa
        import pyarrow.compute as pc

        numbers = pc.cast(pc.cast(self._column(name), pa.int32()), pa.int64())
        found: Int64 = pc.fill_null(numbers, NO_DAY).to_numpy(zero_copy_only=False)
        return found

    def flags(self, name: str) -> NDArray[np.bool_]:
        """Truth values; what is missing is false."""
        import pyarrow.compute as pc

        found: NDArray[np.bool_] = pc.fill_null(self._column(name), False).to_numpy(zero_copy_only=False)
        return found

    def among(self, name: str, words: Sequence[str]) -> NDArray[np.bool_]:
        """Whether a text is one of some words; what is missing is none of them."""
        import pyarrow as pa
        import pyarrow.compute as pc

        wanted = pa.array(list(words), pa.string())
        found: NDArray[np.bool_] = pc.is_in(self._column(name), wanted).to_numpy(zero_copy_only=False)
        return found

    def _column(self, name: str) -> Any:
        return self.table.column(name).combine_chunks()


def positions(keys: list[str], values: list[str]) -> Int64:
    """Place of each of ``values`` in ``keys``; -1 where it is none of them."""
    places = {key: k for k, key in enumerate(keys)}
    return np.array([places.get(value, -1) for value in values], np.int64).reshape(len(values))


def coded(values: list[str]) -> tuple[tuple[str, ...], Int64]:
    """The distinct values, sorted, and the place of each."""
    names = tuple(sorted(set(values)))
    return names, positions(list(names), values)
