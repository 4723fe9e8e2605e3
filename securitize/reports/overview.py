"""Shipped definitions, and what would be run: short facts for a list or a program."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from securitize.base.errors import UsageError
from securitize.base.messages import Listing, Message
from securitize.definitions.documents.reading import read_toml
from securitize.definitions.figures import is_figure
from securitize.library import SHELVES, ShippedFile, find_pool, list_deals, list_shipped
from securitize.library.shelves import DEAL_FILE
from securitize.reports.headings import named, value_named
from securitize.reports.terminal import Column, print_table
from securitize.reports.wording import money
from securitize.reports.words import in_users, word

if TYPE_CHECKING:
    from securitize.engine.prepare.prepared import Prepared
    from securitize.studies.run.estimate import Estimate


def print_library(only: str | None = None) -> None:
    """What ships, shelf by shelf, or on one shelf. Raises UsageError where none ships on it."""
    for name, shelf in SHELVES.items():
        if only == name and shelf.unlisted:
            raise UsageError(
                "{title}: none ships; {reason}", title=Message(shelf.title), reason=Message(shelf.unlisted)
            )
        if only in (None, name) and not shelf.unlisted:
            print_table(shelf.heading, *_listed(name))


def _listed(shelf: str) -> tuple[list[Column], list[tuple[Any, ...]]]:
    """Columns and rows of a shelf."""
    columns = [Column("Name"), named("title", wraps=True)]
    listed = list_shipped(shelf)
    if shelf in ("deal", "template"):
        columns[1:1] = [Column("Kind of contract", wraps=True), Column("Size", right=True)]
        return columns, [_deal(one) for one in listed]
    if shelf == "financing":
        # The financing of a deal goes by the deal's name, which is listed above.
        deals = {one.name for one in list_deals()}
        listed = [one for one in listed if one.name not in deals]
    return columns, [(one.name, _titles(shelf, read_toml(one.path).raw)) for one in listed]


def dry_run(prepared: Prepared, folder: Path, estimated: Estimate | None = None) -> dict[str, Any]:
    """What would be run, as one object.

    estimated : what random paths would take; None where none are drawn
    """
    deal, pool = prepared.deal, prepared.pool
    return {
        "run": prepared.run_id,
        "path": str(folder),
        "exists": folder.exists(),
        "deal": deal.name,
        "scenario": prepared.about["scenario"],
        "paths": prepared.about.get("paths", 0),
        "seconds": round(estimated.seconds, 1) if estimated else None,
        "memory_bytes": estimated.memory if estimated else None,
        "payment_dates": prepared.schedule.periods,
        "contracts": len(pool.contracts),
        "obligors": len(pool.obligors),
        "notes": len(deal.notes),
        "warnings": list(prepared.warnings),
        "accepted": prepared.about.get("accepted", []),
    }


def _deal(one: ShippedFile) -> tuple[Any, ...]:
    """Name, kinds of the contracts, currency and size of the notes, titles; as written, not validated."""
    file = one.path / DEAL_FILE if one.path.is_dir() else one.path
    raw = read_toml(file).raw
    pool = read_toml(find_pool(file, str(raw.get("pool")))).raw
    contracts = _tables(pool.get("contracts"))
    kinds = dict.fromkeys(word("contract", str(contract.get("kind", ""))) for contract in contracts)
    size = sum((_number(note.get("balance")) for note in _tables(raw.get("notes"))), Decimal(0))
    synthetic = Message("SYNTHETIC pool") if pool.get("synthetic") else ""
    shown = money(size, str(raw.get("currency", "CNY")))
    return one.name, Listing(kinds), shown, (_title(raw), synthetic)


def _title(raw: Mapping[str, Any]) -> str:
    return in_users(str(raw.get("title", "")), str(raw.get("title_zh", "")))


def _titles(shelf: str, raw: Mapping[str, Any]) -> tuple[str, str]:
    """The title, and what a reader of the list must know: what a scenario changes, what is made up."""
    remark: str = ""
    if shelf == "scenario":
        stresses = raw.get("stress")
        drivers = [str(stress.get("driver", "")) for stress in stresses] if isinstance(stresses, list) else []
        changed = Listing(value_named("driver", driver) for driver in dict.fromkeys(drivers))
        remark = Message("changes: {drivers}", drivers=changed) if drivers else Message("changes nothing")
    elif raw.get("synthetic"):
        remark = Message("SYNTHETIC pool") if shelf == "pool" else Message("SYNTHETIC candidates")
    return _title(raw), remark


def _tables(value: Any) -> list[dict[str, Any]]:
    return [one for one in value.values() if isinstance(one, dict)] if isinstance(value, dict) else []


def _number(value: Any) -> Decimal:
    """A number, written bare or with its source; 0 where there is none."""
    number = value.get("value") if is_figure(value) else value
    return Decimal(number) if isinstance(number, int | Decimal) else Decimal(0)
