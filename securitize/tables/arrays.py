"""NumPy arrays as Arrow arrays, by their buffers: exact, and without ``pa.array``, which imports pandas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Nulls = NDArray[np.bool_]


def fixed_width(kind: pa.DataType, values: NDArray[Any], nulls: Nulls) -> pa.Array:
    """Values whose bytes are those of the Arrow type: int64, float64, days as int32."""
    import numpy as np
    import pyarrow as pa

    data = np.where(nulls, np.zeros(1, values.dtype), values)
    return pa.Array.from_buffers(kind, len(values), [_validity(nulls), pa.py_buffer(data)])


def decimals(kind: pa.DataType, scaled: NDArray[np.int64], nulls: Nulls) -> pa.Array:
    """Scaled integers as decimals: the 128 bits of a decimal are its scaled integer."""
    import numpy as np
    import pyarrow as pa

    words = np.zeros((len(scaled), 2), np.int64)
    words[:, 0] = np.where(nulls, 0, scaled)
    words[:, 1] = words[:, 0] >> 63
    return pa.Array.from_buffers(kind, len(scaled), [_validity(nulls), pa.py_buffer(words)])


def booleans(kind: pa.DataType, values: NDArray[np.bool_], nulls: Nulls) -> pa.Array:
    """One bit a value."""
    import numpy as np
    import pyarrow as pa

    data = np.packbits(values & ~nulls, bitorder="little")
    return pa.Array.from_buffers(kind, len(values), [_validity(nulls), pa.py_buffer(data)])


def texts(kind: pa.DataType, values: Sequence[bytes], nulls: Nulls) -> pa.Array:
    """UTF-8 bytes one after another. Raises OverflowError where they are 2 GB or more."""
    import numpy as np
    import pyarrow as pa

    ends = np.zeros(len(values) + 1, np.int64)
    np.cumsum([len(value) for value in values], out=ends[1:])
    if ends[-1] >= 2**31:
        raise OverflowError(f"{ends[-1]} bytes of text")
    buffers = [_validity(nulls), pa.py_buffer(ends.astype(np.int32)), pa.py_buffer(b"".join(values))]
    return pa.Array.from_buffers(kind, len(values), buffers)


def _validity(nulls: Nulls) -> pa.Buffer | None:
    import numpy as np
    import pyarrow as pa

    return pa.py_buffer(np.packbits(~nulls, bitorder="little")) if nulls.any() else None
