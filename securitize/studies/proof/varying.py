"""What may be another in a run than what is made again here, and what it has to be all the same.

The list is closed: the version of the program, the environment, and what follows from them
(``docs/reference/proof.md``). No file of a run holds a time, the name of a machine or a number of workers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from securitize.base.messages import Message
from securitize.store.engine_version import DIGITS
from securitize.store.environment import LIBRARIES
from securitize.store.stored import StoredRun

_RELEASE = re.compile(r"\d+(\.\d+){0,3}((a|b|rc|\.post|\.dev)\d+)*")
_VERSION = re.compile(rf"{_RELEASE.pattern}(\+[A-Za-z0-9.]+)?")
_PROGRAM = re.compile(rf"{_RELEASE.pattern}\+[0-9a-f]{{12}}")
_ENGINE = re.compile(rf"[0-9a-f]{{{DIGITS}}}")
_PYTHON = re.compile(rf"[A-Z][A-Za-z]+ {_RELEASE.pattern}\+?")
_SYSTEM = re.compile(r"[A-Z][A-Za-z0-9]+ [a-z0-9_]+")
_C_LIBRARY = re.compile(r"([a-z]+ [0-9][0-9.]*)?")
_FEATURE = re.compile(r"[A-Z][A-Z0-9_.]*")


def faults(stored: StoredRun) -> Iterator[str]:
    """What of the leaves that may differ is not what it has to be."""
    manifest = stored.manifest
    if not _is(_PROGRAM, manifest.version):
        yield _fault("version", manifest.version)
    if manifest.engine_version is not None and not _is(_ENGINE, manifest.engine_version):
        yield _fault("engine_version", manifest.engine_version)
    environment: Mapping[str, Any] = manifest.environment
    for key in sorted({*environment, *_ENVIRONMENT}):
        if key not in environment or key not in _ENVIRONMENT or not _ENVIRONMENT[key](environment[key]):
            yield _fault(f"environment.{key}", environment.get(key))
    yield from _writer(stored)


def _fault(path: str, found: object) -> str:
    return Message("{path} cannot be {value}", path=path, value=repr(found))


def _is(form: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and form.fullmatch(value) is not None


def _are_libraries(value: object) -> bool:
    return isinstance(value, Mapping) and all(
        name in LIBRARIES and _is(_VERSION, found) for name, found in value.items()
    )


def _are_features(value: object) -> bool:
    if not isinstance(value, list | tuple) or not all(_is(_FEATURE, one) for one in value):
        return False
    return list(value) == sorted(set(value))


#: Leaf of the environment -> whether it has the form of what this program writes there.
_ENVIRONMENT: Mapping[str, Callable[[object], bool]] = {
    "python": lambda value: _is(_PYTHON, value),
    "system": lambda value: _is(_SYSTEM, value),
    "c_library": lambda value: _is(_C_LIBRARY, value),
    "byte_order": lambda value: value in ("little", "big"),
    "libraries": _are_libraries,
    "processor_features": _are_features,
}


def _writer(stored: StoredRun) -> Iterator[str]:
    """The pyarrow of the environment, where it is not the one that the tables say wrote them."""
    from securitize.tables.parquet import written_by

    libraries = stored.manifest.environment.get("libraries")
    said = libraries.get("pyarrow") if isinstance(libraries, Mapping) else None
    found = {written_by(stored.table_file(name)) for name in stored.manifest.tables}
    if found and found != {said}:
        yield Message(
            "environment.libraries.pyarrow is {said}, the tables were written by {found}",
            said=said,
            found=" and ".join(sorted(found)),
        )
