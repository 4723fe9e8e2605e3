"""What ships with the program, and what would be run: short facts for a list or a program."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from securitize.definitions.documents.reading import read_toml
from securitize.definitions.figures import is_figure
from securitize.library import (
    Shipped,
    find_pool,
    list_alternatives,
    list_builds,
    list_capital_sets,
    list_chains,
    list_deals,
    list_financings,
    list_markets,
    list_performances,
    list_policies,
    list_presets,
    list_programmes,
    list_scenarios,
    list_suites,
    list_templates,
)
from securitize.reports.terminal import Column, print_table

if TYPE_CHECKING:
    from securitize.engine.prepare.prepared import Prepared
    from securitize.studies.run.estimate import Estimate


#: What is listed by name and title, with the command that takes it.
_TITLED: tuple[tuple[str, Callable[[], list[Shipped]]], ...] = (
    ("Suites: securitize stress DEAL --suite NAME", list_suites),
    ("Presets of rules: securitize check RUN --preset NAME", list_presets),
    ("Capital: securitize check RUN --capital NAME", list_capital_sets),
    ("Random performance: securitize run DEAL --performance NAME", list_performances),
    ("Markets: securitize market show NAME", list_markets),
    ("Pools assembled from candidates: securitize build NAME", list_builds),
    ("Industry chains: securitize chain show NAME", list_chains),
    ("Companies without a pool: securitize savings NAME", list_financings),
    ("Alternatives: securitize savings DEAL --against NAME", list_alternatives),
    ("Policies: securitize savings DEAL --policy NAME", list_policies),
    ("Plans of cities: securitize programme check NAME", list_programmes),
)


def print_library() -> None:
    """Deals, templates, scenarios, suites, markets, builds, chains, what companies could do, policies, plans."""
    columns = [Column("name"), Column("kind", wraps=True), Column("size"), Column("title", wraps=True)]
    print_table("Deals", columns, [_deal(one.name, one.path) for one in list_deals()])
    templates = [_deal(one.name, one.path / "deal.toml") for one in list_templates()]
    print_table("Templates: securitize init DIRECTORY --from NAME", columns, templates)
    columns = [Column("name"), Column("title", wraps=True)]
    scenarios = [_scenario(one.name, one.path) for one in list_scenarios()]
    print_table("Scenarios: securitize run DEAL --scenario NAME", columns, scenarios)
    deals = {one.name for one in list_deals()}
    for head, listed in _TITLED:
        rows = [
            _titled(one.name, one.path)
            for one in listed()
            if listed is not list_financings or one.name not in deals
        ]
        print_table(head, columns, rows)


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
    }


def _deal(name: str, file: Path) -> tuple[Any, ...]:
    """Name, kinds of the contracts, currency and size of the notes, titles; as written, not validated."""
    raw = read_toml(file).raw
    pool = read_toml(find_pool(file, str(raw.get("pool")))).raw
    contracts = _tables(pool.get("contracts"))
    kinds = ", ".join(dict.fromkeys(str(contract.get("kind", "")) for contract in contracts))
    size = sum((_number(note.get("balance")) for note in _tables(raw.get("notes"))), Decimal(0))
    synthetic = "SYNTHETIC pool" if pool.get("synthetic") else ""
    titles = (raw.get("title", ""), raw.get("title_zh", ""), synthetic)
    return name, kinds, f"{raw.get('currency', 'CNY')} {size:,.0f}", titles


def _scenario(name: str, file: Path) -> tuple[Any, ...]:
    raw = read_toml(file).raw
    stresses = raw.get("stress")
    drivers = [stress.get("driver", "") for stress in stresses] if isinstance(stresses, list) else []
    changes = ", ".join(dict.fromkeys(drivers)) or "nothing"
    return name, (raw.get("title", ""), raw.get("title_zh", ""), f"changes {changes}")


def _titled(name: str, file: Path) -> tuple[Any, ...]:
    raw = read_toml(file).raw
    synthetic = "SYNTHETIC candidates" if raw.get("synthetic") else ""
    return name, (raw.get("title", ""), raw.get("title_zh", ""), synthetic)


def _tables(value: Any) -> list[dict[str, Any]]:
    return [one for one in value.values() if isinstance(one, dict)] if isinstance(value, dict) else []


def _number(value: Any) -> Decimal:
    """A number, written bare or with its source; 0 where there is none."""
    number = value.get("value") if is_figure(value) else value
    return Decimal(number) if isinstance(number, int | Decimal) else Decimal(0)
