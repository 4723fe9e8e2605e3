"""What makes two runs the same run, and the one form in which JSON is written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
ID_DIGITS = 16


def canonical(value: Json) -> bytes:
    """JSON in its one form: UTF-8, keys sorted, two spaces of indent, a line end at the end.

    Raises ValueError for NaN, infinities and lone surrogates, TypeError for anything that JSON does not know.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, indent=2, default=_as_dict)
    return (text + "\n").encode()


def _as_dict(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def sha256(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class Identity:
    """Everything that a run's results follow from.

    inputs  : bytes of each input file by its name in the run's folder ``inputs``, such as ``pool/pool.toml``
    options : what was asked beside the inputs, such as the scenario's name
    version : of this program
    """

    inputs: Mapping[str, bytes]
    options: Mapping[str, Json]
    version: str
    seed: int | None = None

    @property
    def id(self) -> str:
        """16 hexadecimal digits."""
        digests = {name: sha256(data) for name, data in self.inputs.items()}
        return id_of(digests, self.options, self.version, self.seed)


def id_of(digests: Mapping[str, str], options: Mapping[str, Json], version: str, seed: int | None) -> str:
    """The id of the run with these inputs (SHA-256 by name), options, version and seed."""
    identity = {"inputs": digests, "options": options, "seed": seed, "version": version}
    return sha256(canonical(identity))[:ID_DIGITS]
