"""Patent-backed securities: pools, priority of payments, and the all-in cost of each company.

``securitize.run(deal, scenario)``, ``securitize.build(pool)`` and ``securitize.savings(deal)`` are the Python API,
``securitize.load(deal)`` gives a case that answers questions without files.
Importing the package imports nothing heavy: each public name is fetched from its module when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from securitize.store.run import Run, open_run
    from securitize.studies.losses.api import losses
    from securitize.studies.pool.build import build
    from securitize.studies.price.price import price
    from securitize.studies.programme.api import check_programme
    from securitize.studies.question.api import Case, load
    from securitize.studies.roll.api import roll
    from securitize.studies.run.api import run
    from securitize.studies.savings.savings import savings
    from securitize.studies.stress.api import stress

    __version__: str

_HOMES = {
    "Case": "securitize.studies.question.api",
    "Run": "securitize.store.run",
    "build": "securitize.studies.pool.build",
    "check_programme": "securitize.studies.programme.api",
    "load": "securitize.studies.question.api",
    "losses": "securitize.studies.losses.api",
    "open_run": "securitize.store.run",
    "price": "securitize.studies.price.price",
    "roll": "securitize.studies.roll.api",
    "run": "securitize.studies.run.api",
    "savings": "securitize.studies.savings.savings",
    "stress": "securitize.studies.stress.api",
}

__all__ = [
    "Case",
    "Run",
    "__version__",
    "build",
    "check_programme",
    "load",
    "losses",
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
