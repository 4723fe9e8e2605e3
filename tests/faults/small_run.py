"""A small stored run, for whatever may go wrong with it; also a program, for what is done to a whole process.

``python -m tests.faults.small_run ROOT`` stores it and prints its folder; a SecuritizeError gives one line on
stderr and its exit code, as in the real program.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import resource
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from securitize import tables
from securitize.base.errors import SecuritizeError
from securitize.store.identity import Identity
from securitize.store.manifest import Facts
from securitize.store.store import claim
from securitize.store.stored import StoredRun

if TYPE_CHECKING:
    import pyarrow as pa

FACTS = Facts(warnings=("a warning 警告",), checks={"sources equal uses": "holds"}, about={"deal": "small"})


#: What is told of a run about which nothing is known.
NO_FACTS = Facts()


def write_run(
    root: Path,
    identity: Identity,
    tables: Mapping[str, pa.Table],
    facts: Facts = NO_FACTS,
    output: Path | None = None,
) -> StoredRun:
    """Store a calculated run as ``root/<id>``, or as ``output``; see :func:`claim`, :meth:`Claim.write`."""
    with claim(output or root / identity.id, identity) as claimed:
        return claimed.write(tables, facts)


def identity(variant: str = "base") -> Identity:
    """What makes the run; another ``variant`` is another run."""
    inputs = {"deal.toml": b'title = "small"\n', "pool/pool.toml": b'currency = "CNY"\n'}
    return Identity(inputs, {"scenario": variant}, "0.1.0")


def small_tables() -> dict[str, pa.Table]:
    """Two tables."""
    day = dt.date(2020, 3, 11)
    return {
        "closing": tables.build(
            "closing",
            {
                "side": ["source", "use"],
                "item": ["proceeds", "company"],
                "party": ["A", "受让人"],
                "party_zh": [None, "受让人"],
                "amount": [100_000_001, 100_000_001],
            },
            "CNY",
        ),
        "support": tables.build(
            "support",
            {
                "support": ["undertaking"] * 3,
                "period": [1, 2, 3],
                "payment_date": [day, day, day],
                "drawn": [1, 2, 3],
                "reimbursed": [0, 0, 0],
                "outstanding": [1, 3, 6],
                "limit_used": [1, 3, 6],
                **{
                    f"{what}_{k}": [0, 0, 0]
                    for what in ("interest", "fee")
                    for k in ("charged", "paid", "unpaid")
                },
                "available": [None, None, None],
                "provider_pays": [10**8, 10**8, 10**8],
                "provider_rating": [None, None, None],
            },
            "CNY",
        ),
    }


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("root", type=Path)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--variant", default="base")
    parser.add_argument(
        "--hold", action="store_true", help="say so and wait for the end of stdin, then write"
    )
    parser.add_argument("--file-limit", type=int, help="largest file, in bytes")
    parser.add_argument("--open-limit", type=int, help="most open files")
    parser.add_argument("--user", type=int, help="user to become")
    return parser.parse_args()


def main() -> int:
    """Store the run; returns the exit code."""
    given, made = arguments(), small_tables()
    if given.file_limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (given.file_limit, given.file_limit))
    if given.open_limit is not None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (given.open_limit, given.open_limit))
    if given.user is not None:
        os.setuid(given.user)
    asked = identity(given.variant)
    try:
        with claim(given.output or given.root / asked.id, asked) as claimed:
            if given.hold:
                print("holding", flush=True)
                sys.stdin.read()
            print(claimed.write(made, FACTS).path)
    except SecuritizeError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
