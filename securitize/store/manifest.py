"""The manifest of a run: what went in, what came out, by what it was made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from securitize.store.identity import Identity, Json, canonical, id_of, sha256

FORMAT = "securitize-run"
#: Manifests of before 1.1 do not say the version of the engine.
FORMAT_VERSION, WITHOUT_ENGINE = "1.1", "1.0"
MANIFEST = "manifest.json"
SEAL = "manifest.sha256"
DATA_PACKAGE = "datapackage.json"
#: The folder of the tables.
TABLES = "tables"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the engine says about a run beside its tables.

    checks : result of each runtime check by its name
    about  : labels for the reader, such as the names of deal and scenario, and whether the pool is synthetic
    random_scheme : how random numbers are keyed; None where none are drawn
    """

    warnings: tuple[str, ...] = ()
    checks: Mapping[str, Json] = field(default_factory=dict)
    about: Mapping[str, Json] = field(default_factory=dict)
    random_scheme: str | None = None


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file as the manifest lists it."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class TableEntry(FileEntry):
    """One table as the manifest lists it."""

    rows: int
    schema_version: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The content of ``manifest.json``; inputs and tables by name.

    results : files beside the tables by name, such as the ``pool.toml`` of a build; a run of a deal has none
    engine_version : digest of what of the program can change a figure; None where an earlier program made the run
    """

    id: str
    version: str
    seed: int | None
    options: Mapping[str, Json]
    inputs: Mapping[str, FileEntry]
    tables: Mapping[str, TableEntry]
    data_package: FileEntry
    facts: Facts
    environment: Mapping[str, Json]
    results: Mapping[str, FileEntry] = field(default_factory=dict)
    engine_version: str | None = None

    def files(self) -> dict[str, FileEntry]:
        """Every listed file by its path inside the run's folder."""
        return {
            **{f"inputs/{name}": entry for name, entry in self.inputs.items()},
            **{table_path(name): entry for name, entry in self.tables.items()},
            **self.results,
            DATA_PACKAGE: self.data_package,
        }

    def to_bytes(self) -> bytes:
        """``manifest.json``."""
        content = asdict(self)
        facts = content.pop("facts")
        if not self.results:
            del content["results"]
        version = FORMAT_VERSION
        if self.engine_version is None:
            del content["engine_version"]
            version = WITHOUT_ENGINE
        return canonical({"format": FORMAT, "format_version": version, **content, **facts})

    @property
    def own_id(self) -> str:
        """The id of the listed inputs, options, version and seed."""
        digests = {name: entry.sha256 for name, entry in self.inputs.items()}
        return id_of(digests, self.options, self.version, self.seed)

    @property
    def id_follows(self) -> bool:
        """Whether the id is that of the listed inputs, options, version and seed."""
        return self.id == self.own_id


def make_manifest(
    identity: Identity,
    tables: Mapping[str, TableEntry],
    data_package: bytes,
    facts: Facts,
    environment: Mapping[str, Json],
    results: Mapping[str, FileEntry],
    engine_version: str,
) -> Manifest:
    """The manifest of a run with these tables and results."""
    return Manifest(
        id=identity.id,
        version=identity.version,
        seed=identity.seed,
        options=identity.options,
        inputs={name: file_entry(data) for name, data in identity.inputs.items()},
        tables=tables,
        data_package=file_entry(data_package),
        facts=facts,
        environment=environment,
        results=results,
        engine_version=engine_version,
    )


def file_entry(data: bytes) -> FileEntry:
    """A file's size and digest."""
    return FileEntry(bytes=len(data), sha256=sha256(data))


def table_path(name: str) -> str:
    """Where a table lies inside the run's folder."""
    return f"{TABLES}/{name}.parquet"


def seal(manifest: bytes) -> bytes:
    """``manifest.sha256``, in the form that ``sha256sum --check`` reads."""
    return f"{sha256(manifest)}  {MANIFEST}\n".encode()


def parse_manifest(data: bytes) -> Manifest:
    """The manifest in ``data``. Raises ValueError, saying why, where it is not one in canonical form."""
    try:
        content = json.loads(data)
        if canonical(content) != data:
            raise ValueError("not in canonical form")
        return _manifest(content)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a manifest: {error!r}") from error


def _manifest(content: dict[str, Any]) -> Manifest:
    if content["format"] != FORMAT:
        raise ValueError("not the manifest of a run")
    if content["format_version"].partition(".")[0] != FORMAT_VERSION.partition(".")[0]:
        raise ValueError(f"of format {content['format_version']}, not {FORMAT_VERSION}")
    facts = Facts(
        tuple(content["warnings"]), dict(content["checks"]), dict(content["about"]), content["random_scheme"]
    )
    return Manifest(
        id=content["id"],
        version=content["version"],
        seed=content["seed"],
        options=dict(content["options"]),
        inputs={_inside(name): FileEntry(**entry) for name, entry in content["inputs"].items()},
        tables={_inside(name): TableEntry(**entry) for name, entry in content["tables"].items()},
        data_package=FileEntry(**content["data_package"]),
        facts=facts,
        environment=dict(content["environment"]),
        results={_inside(name): FileEntry(**entry) for name, entry in content.get("results", {}).items()},
        engine_version=content.get("engine_version"),
    )


def _inside(name: str) -> str:
    """``name`` if it is a relative path that stays where it is put. Raises ValueError."""
    parts = name.split("/")
    if not all(parts) or {".", ".."} & set(parts) or "\\" in name or "\0" in name:
        raise ValueError(f"{name!r} leads out of the folder")
    return name
