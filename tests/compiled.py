"""Compiles every kernel into numba's cache: ``python -m tests.compiled``.

Two workers that need a kernel at the same time would each compile it.
"""

from __future__ import annotations

import importlib

import securitize
from securitize.waterfall.execute import COMPILED_FROM

#: Two deals whose paths go through all of them.
RUNS = (("guangzhou-2019", "assumed-small-companies"), ("xoma-vabysmo-2023", "assumed-royalties"))


def main() -> None:
    """Run deals for which the compiled machine, once it is loaded, is chosen."""
    importlib.import_module("securitize.waterfall.kernel")
    for deal, performance in RUNS:
        securitize.run(deal, performance=performance, paths=COMPILED_FROM, store=False)


if __name__ == "__main__":
    main()
