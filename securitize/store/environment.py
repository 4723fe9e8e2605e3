"""What a run's results may depend on beside its inputs: versions, the processor. No clock, no host name."""

from __future__ import annotations

import hashlib
import platform
import sys
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from securitize.store.identity import Json

#: Libraries that take part in a calculation or write its results.
LIBRARIES = ("QuantLib", "highspy", "llvmlite", "numba", "numpy", "pandas", "pyarrow", "pydantic", "scipy")


@cache
def environment() -> dict[str, Json]:
    """Versions of Python, the C library and the libraries, and what the processor can do."""
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": f"{platform.system()} {platform.machine()}",
        "c_library": " ".join(platform.libc_ver()).strip(),
        "byte_order": sys.byteorder,
        "libraries": {name: found for name in LIBRARIES if (found := _version(name))},
        "processor_features": processor_features(),
    }


def processor_features() -> list[str]:
    """Vector instruction sets that NumPy finds on this processor, sorted.

    Its dispatch table has no public name; where it is not found, the list is empty.
    """
    try:
        features = import_module("numpy._core._multiarray_umath").__cpu_features__
    except (ImportError, AttributeError):
        return []
    return sorted(name for name, there in features.items() if there)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


@cache
def program_version() -> str:
    """The release, and a digest of the program's own sources: another program is another run.

    An edited checkout keeps its release number; without the digest it would take a run of the unedited program for its
    own.
    """
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    # What ships in the library are inputs, which have digests of their own.
    own = [file for file in root.rglob("*.toml") if "library" not in file.relative_to(root).parts]
    for file in sorted(root.rglob("*.py")) + sorted(own):
        digest.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return f"{version('securitize')}+{digest.hexdigest()[:12]}"
