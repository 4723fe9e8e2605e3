"""Patent-backed securities: pools, priority of payments, and the all-in cost of each company.

``securitize.run(deal, scenario)``, ``securitize.build(pool)`` and ``securitize.savings(deal)`` are the Python API.
Importing the package imports nothing heavy: each public name is fetched from its module when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from securitize.studies.run.api import Run, open_run, roll, run
    from securitize.studies.pool.build import build
    from securitize.studies.price.price import price
    from securitize.studies.programme.api import check_programme
    from securitize.studies.savings.savings import savings
    from securitize.studies.stress.api import stress

    __version__: str

_HOMES = dict.fromkeys(("Run", "open_run", "price", "roll", "run"), "securitize.studies.run.api")
_HOMES["build"] = "securitize.studies.pool.build"
_HOMES["savings"] = "securitize.studies.savings.savings"
_HOMES["price"] = "securitize.studies.price.price"
_HOMES["stress"] = "securitize.studies.stress.api"
_HOMES["check_programme"] = "securitize.studies.programme.api"

__all__ = [
    "Run",
    "__version__",
    "build",
    "check_programme",
    "open_run",
    "price",
    "roll",
    "run",
    "savings",
    "stress",
]


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version

        return version("securitize")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
