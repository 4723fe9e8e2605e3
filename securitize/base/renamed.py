"""Old names of public arguments and of their values, which keep working for this version with a DeprecationWarning.

The tables say, by function, what became what; ``docs/decisions/0039-the-fields-words-in-code-and-one-api.md`` why.
"""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar

from securitize.base.progress import Progress

P = ParamSpec("P")
R = TypeVar("R")

#: Function -> old argument -> new argument.
ARGUMENTS: Mapping[str, Mapping[str, str]] = {
    "build": {"tell": "progress"},
    "roll": {"to": "output"},
    "savings": {"policy": "policies"},
    "stress": {"told": "progress", "policy": "policies"},
}
#: Function -> argument -> old value -> new value.
VALUES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "price": {"exercise": {"told": "given", "rational": "intrinsic"}}
}
#: Function -> what its callback of an older signature was called with, by the number of its parameters.
CALLBACKS: Mapping[str, Mapping[int, str]] = {"build": {1: "(what)"}, "run": {2: "(done, of)"}}


def old_names_work(function: Callable[P, R]) -> Callable[P, R]:
    """Let a public function be called by the names that it had before.

    The caller gets a DeprecationWarning that says the new name. Raises TypeError where both are given.
    """
    name = function.__name__
    arguments, values, callbacks = ARGUMENTS.get(name, {}), VALUES.get(name, {}), CALLBACKS.get(name, {})

    @functools.wraps(function)
    def called(*args: P.args, **kwargs: P.kwargs) -> R:
        given: dict[str, Any] = kwargs
        for old, new in arguments.items():
            if old in given:
                if new in given:
                    raise TypeError(f"{name}() got both {new!r} and its old name {old!r}")
                _warn(f"{name}({old}=...) is now {name}({new}=...)")
                given[new] = given.pop(old)
        for argument, words in values.items():
            value = given.get(argument)
            if isinstance(value, str) and value in words:
                _warn(f"{name}({argument}={value!r}) is now {name}({argument}={words[value]!r})")
                given[argument] = words[value]
        if given.get("progress") is not None:
            given["progress"] = _of_three(name, given["progress"], callbacks)
        return function(*args, **kwargs)

    return called


def _of_three(name: str, callback: Callable[..., None], older: Mapping[int, str]) -> Callable[..., None]:
    """The callback as it is, or one of three values around a callback that takes fewer."""
    try:
        signature = inspect.signature(callback)
    except ValueError:
        return callback  # one that does not say what it takes
    if _takes(signature, 3):
        return callback
    for count, taken in older.items():
        if _takes(signature, count):
            _warn(f"the callback of {name}(progress=...) is now called with (what, done, of), not {taken}", 4)
            return _WIDENED[count](callback)
    return callback


#: A callback of three values around one of fewer, by how many it takes.
_WIDENED: Mapping[int, Callable[[Callable[..., None]], Progress]] = {
    1: lambda callback: lambda what, done, of: callback(what),
    2: lambda callback: lambda what, done, of: callback(done, of),
}


def _takes(signature: inspect.Signature, count: int) -> bool:
    try:
        signature.bind(*range(count))
    except TypeError:
        return False
    return True


def _warn(text: str, level: int = 3) -> None:
    # So many calls up stands the caller's line.
    warnings.warn(text, DeprecationWarning, stacklevel=level)
