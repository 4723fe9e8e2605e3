"""Tables and arrays of a file that was read: they cannot be changed, since several readers hold the same ones.

They are a ``dict`` and a ``list``, so that whatever reads those reads them; a copy is an ordinary one, free to change.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, NoReturn


def _refuse(*_: object, **__: object) -> NoReturn:
    raise TypeError("what was read from a file does not change; change a copy")


class FrozenTable(dict[str, Any]):
    """A table of a file."""

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __copy__(self) -> dict[str, Any]:
        return dict(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        return {key: copy.deepcopy(value, memo) for key, value in self.items()}

    def __reduce__(self) -> tuple[Any, ...]:
        return FrozenTable, (dict(self),)


class FrozenArray(list[Any]):
    """An array of a file."""

    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse
    append = clear = extend = insert = pop = remove = reverse = sort = _refuse

    def __copy__(self) -> list[Any]:
        return list(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> list[Any]:
        return [copy.deepcopy(value, memo) for value in self]

    def __reduce__(self) -> tuple[Any, ...]:
        return FrozenArray, (list(self),)


def frozen(value: Any) -> Any:
    """Tables and arrays, and all within them, as they cannot be changed; those that cannot already are kept."""
    if isinstance(value, FrozenTable | FrozenArray):
        return value
    if isinstance(value, Mapping):
        return FrozenTable({key: frozen(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return FrozenArray(frozen(item) for item in value)
    return value
