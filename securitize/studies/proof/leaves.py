"""What differs between a stored content and the one that was made again: tables cell by cell, JSON leaf by leaf."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from securitize.base.messages import Message
from securitize.tables.dictionary import FLOATING, load

if TYPE_CHECKING:
    import pyarrow as pa

#: What stands for a leaf that one of the two has not.
ABSENT = Message("absent")


def table_differences(name: str, then: pa.Table, now: pa.Table, exact: bool) -> Iterator[str]:
    """Columns, rows and cells that differ; floating-point numbers by more than their column's tolerance.

    exact : no tolerance, as where the same libraries and processor features made both
    """
    if then.schema.names != now.schema.names or then.schema.types != now.schema.types:
        yield Message("its columns differ")
        return
    if then.num_rows != now.num_rows:
        yield Message("{before} rows, made again {after}", before=then.num_rows, after=now.num_rows)
        return
    table = load(name)
    for column in table.columns:
        old, new = then[column.name], now[column.name]
        if old.equals(new):
            continue
        allowed = 0.0 if exact or column.type not in FLOATING else column.tolerance
        for row, (value, other) in enumerate(zip(old.to_pylist(), new.to_pylist(), strict=True)):
            if not same(value, other, allowed):
                yield Message(
                    "{name}[{where}].{column} is {value}, made again {new}",
                    name=name,
                    where=", ".join(str(then[key][row].as_py()) for key in table.primary_key),
                    column=column.name,
                    value=value,
                    new=other,
                )


def same(then: object, now: object, tolerance: float) -> bool:
    """Whether two cells or leaves are the same: of one type and equal, floating-point numbers within a tolerance.

    tolerance : of the larger of the two, or of 1
    """
    if type(then) is not type(now):
        return False
    if isinstance(then, float) and isinstance(now, float) and tolerance:
        return math.isclose(then, now, rel_tol=tolerance, abs_tol=tolerance)
    return then == now


def leaf_differences(
    then: object, now: object, tolerance: float = 0.0, at: str = ""
) -> Iterator[tuple[str, object, object]]:
    """Each leaf of two JSON values that differs: its path, before and after; ``ABSENT`` where one has it not."""
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for key in sorted({*then, *now}):
            inside = f"{at}.{key}" if at else str(key)
            yield from leaf_differences(then.get(key, ABSENT), now.get(key, ABSENT), tolerance, inside)
    elif _is_list(then) and _is_list(now) and len(then) == len(now):  # type: ignore[arg-type]
        for k, (old, new) in enumerate(zip(then, now, strict=True)):  # type: ignore[call-overload]
            yield from leaf_differences(old, new, tolerance, f"{at}[{k}]")
    elif not same(then, now, tolerance):
        yield at, then, now


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def leaf_texts(then: object, now: object, tolerance: float = 0.0) -> list[str]:
    """The same as sentences."""
    return [
        Message("{path} is {value}, made again {new}", path=path, value=_shown(before), new=_shown(after))
        for path, before, after in leaf_differences(then, now, tolerance)
    ]


def _shown(value: Any) -> str:
    return value if isinstance(value, Message) else repr(value)
