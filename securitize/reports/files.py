"""Reports as files beside a run: written whole or not at all, with their digests."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args

from securitize.base.errors import UsageError, printable
from securitize.base.files import replace_file
from securitize.reports.html.figures import Language
from securitize.reports.html.page import page
from securitize.store.identity import sha256
from securitize.store.named import holds_prices
from securitize.store.stored import StoredRun
from securitize.store.tree import DIGESTS, PAGE, REPORTS

#: How every page of this program begins: only such a file is replaced.
BEGINS = b"<!DOCTYPE html>\n<html lang="


def write_page(
    stored: StoredRun, language: Language, output: Path | None = None, priced: Sequence[StoredRun] = ()
) -> Path:
    """Write the report of a run; beside the run, its digest too.

    priced : stored prices of the run, which go with ``output`` alone: a page beside a run is of nothing but the run
    Raises UsageError where something else stands there, or the prices are not of the run.
    """
    if priced and output is None:
        raise UsageError("a page of a run with its prices is of two results: say --output FILE")
    for one in priced:
        _require_of(one, stored)
    data = page(stored, language, priced).encode()
    if output is not None:
        _require_own(output, BEGINS)
        replace_file(output, data)
        return output
    folder = stored.path / REPORTS
    folder.mkdir(exist_ok=True)
    _require_own(folder / PAGE, BEGINS)
    replace_file(folder / PAGE, data)
    replace_file(folder / DIGESTS, f"{sha256(data)}  {PAGE}\n".encode())
    return folder / PAGE


def pages_of(stored: StoredRun) -> Iterator[bytes]:
    """The report of a run in each language in which one can be made. Raises StorageError where a table is damaged."""
    for language in get_args(Language):
        yield page(stored, language).encode()


def write_workbook(stored: StoredRun, output: Path, language: Language = "both") -> Path:
    """Write the tables of a run as a workbook in a language, or with headings in both.

    Raises UsageError where the file exists and is no workbook.
    """
    from securitize.reports.workbook import workbook

    if output.suffix.lower() != ".xlsx":
        raise UsageError("{output}: a workbook's name ends in .xlsx", output=printable(str(output), 300))
    _require_own(output, b"PK\x03\x04")
    replace_file(output, workbook(stored, language))
    return output


def _require_of(prices: StoredRun, run: StoredRun) -> None:
    """Raises UsageError where they are no prices, or not those of the run."""
    if not holds_prices(prices.manifest):
        raise UsageError("{run} holds no prices", run=prices.id)
    if prices.manifest.options.get("run") != run.id:
        raise UsageError(
            "prices {prices} are not of run {run}: price the run with securitize price RUN --store",
            prices=prices.id,
            run=run.id,
        )


def _require_own(file: Path, begins: bytes) -> None:
    if not os.path.lexists(file):
        return
    if file.is_file():
        with open(file, "rb") as opened:
            if opened.read(len(begins)) == begins:
                return
    raise UsageError("{file}: something else stands there; name another file", file=printable(str(file), 300))
