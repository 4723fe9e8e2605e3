"""A deal's folder written anew: from the inputs of a run, with the state from which it goes on."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from securitize.base.errors import UsageError, printable
from securitize.base.files import (
    hidden_name,
    is_free,
    require_not_here,
    storage,
    sync_folder,
    write_new,
)
from securitize.base.money import from_minor
from securitize.base.toml import quoted
from securitize.definitions.deals.state import State
from securitize.definitions.pools.past import PastClaim
from securitize.definitions.pools.royalties import PastRoyalty
from securitize.library import list_markets
from securitize.library.shelves import STATE_FILE
from securitize.store.past import past_as_toml, share
from securitize.store.stored import StoredRun

SCENARIO, MARKET, POOL = "scenarios/scenario.toml", "scenarios/markets/market.toml", "pool/pool.toml"
PERFORMANCE = "scenarios/performance/performance.toml"
#: Below this line stands what a roll says of the contracts.
MARK = "# Actual balances, written by securitize roll; not to be edited, the next roll writes them anew."
#: Characters that mkdtemp adds to a name.
_RANDOM = 8
#: Fields of a state that are counts, not amounts.
_COUNTS = {"failed", "passed"}
#: Fields of a state that are shares, units of 1e-8.
_SHARES = {"recovery"}


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A folder to be filled beside ``target``, which it becomes at the end; nothing is seen of it before.

    Raises UsageError where ``target`` exists and is not an empty folder, StorageError where the disk fails.
    """
    with storage("cannot be made", target):
        target = target.resolve()
        if not is_free(target):
            shown = printable(str(target), 300)
            raise UsageError(
                "{folder}: exists and is not an empty folder; name one that does not exist yet", folder=shown
            )
        require_not_here(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=hidden_name(target.name, ".", _RANDOM), dir=target.parent))
    try:
        yield made
        with storage("cannot be made", target):
            os.chmod(made, 0o755)
            os.replace(made, target)
        sync_folder(target.parent)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def unpack_inputs(run: StoredRun, folder: Path) -> str | None:
    """Write the inputs of a run as the folder of a deal; returns the name of its scenario, None without one.

    Raises UsageError where a name in the run would lead out of the folder.
    """
    scenario = run.manifest.options.get("scenario", run.manifest.facts.about.get("scenario"))
    name = _inside(str(scenario)) if scenario else None
    for inside in run.manifest.inputs:
        data = run.input(inside)
        place = inside
        if inside == SCENARIO and name:
            place = f"scenarios/{name}.toml"
        elif inside == MARKET:
            place = f"scenarios/markets/{_market(run)}.toml"
        file = folder / place
        with storage("cannot be made", file.parent):
            file.parent.mkdir(parents=True, exist_ok=True)
        write_new(file, data)
    _stand_in(run, folder)
    return name


def _stand_in(run: StoredRun, folder: Path) -> None:
    """A market of the name that the deal says, where the run keeps none since it follows no index: nothing is in it."""
    name = "" if MARKET in run.manifest.inputs else _market(run)
    if not name or name in dict(list_markets()):
        return
    file = folder / f"scenarios/markets/{name}.toml"
    with storage("cannot be made", file.parent):
        file.parent.mkdir(parents=True, exist_ok=True)
    text = f"name = {quoted(name)}\ndescription = {quoted('No index is followed: nothing of the market was kept.')}\n"
    write_new(file, text.encode())


def _market(run: StoredRun) -> str:
    import tomllib

    return _inside(str(tomllib.loads(run.input("deal.toml").decode()).get("market", "lpr")))


def _inside(name: str) -> str:
    """A name that is a file's in the folder where it is put. Raises UsageError."""
    if not name.strip(".") or set(name) & set("/\\\0"):
        raise UsageError("{name}: leads out of the folder", name=printable(name))
    return name


def write_state(folder: Path, state: State, description: str) -> None:
    """Write ``state.toml`` in place of the one that is there, if any."""
    file = folder / STATE_FILE
    with storage("cannot be replaced", file):
        file.unlink(missing_ok=True)
    write_new(file, state_as_toml(state, description).encode())


def restate_contracts(folder: Path, restated: Mapping[str, PastClaim | PastRoyalty], currency: str) -> None:
    """Say in the pool file what the contracts really owe; what an earlier roll said goes."""
    file = folder / POOL
    with storage("cannot be read", file):
        text = file.read_text(encoding="utf-8")
    text = text.split(MARK)[0]
    for name in restated:
        # A table that was written by hand would stand there twice.
        table = rf"^\[contracts\.{re.escape(name)}\.as_of\][^\n]*\n(?:(?!\[)[^\n]*(?:\n|\Z))*"
        text = re.sub(table, "", text, flags=re.MULTILINE)
    text = text.rstrip() + "\n"
    lines = [past_as_toml(name, past, currency) for name, past in restated.items()]
    if lines:
        text += f"\n{MARK}\n{''.join(lines)}"
    with storage("cannot be replaced", file):
        file.unlink()
    write_new(file, text.encode())


def state_as_toml(state: State, description: str) -> str:
    """A state as a file, amounts in currency units; what is as at closing and nothing else is left out."""
    lines = [f"as_of = {state.as_of}", f"description = {quoted(description)}"]
    plain, tables = _split(state)
    lines += [
        f"{key} = {value}" for key, value in plain.items() if key not in ("as_of", "description", "sources")
    ]
    for table, entries in tables.items():
        if isinstance(entries, BaseModel):
            lines += _table(table, entries)
        else:
            for name, entry in entries.items():
                lines += _table(f"{table}.{name}", entry)
    return "\n".join(lines) + "\n"


def _split(state: State) -> tuple[dict[str, str], dict[str, Any]]:
    plain: dict[str, str] = {}
    tables: dict[str, Any] = {}
    for key in type(state).model_fields:
        value = getattr(state, key)
        if isinstance(value, BaseModel | dict):
            tables[key] = value
        else:
            plain[key] = _value(key, value)
    return plain, tables


def _table(heading: str, entry: BaseModel) -> list[str]:
    fields = {key: getattr(entry, key) for key in type(entry).model_fields}
    given = {key: value for key, value in fields.items() if value is not None}
    return ["", f"[{heading}]", *(f"{key} = {_value(key, value)}" for key, value in given.items())]


def _value(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(_value(key, each) for each in value)}]"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        if key in _SHARES:
            return share(value)
        return str(value) if key in _COUNTS else _amount(value)
    return quoted(str(value))


def _amount(minor: int) -> str:
    amount: Decimal = from_minor(minor)
    return re.sub(r"\.00$", "", f"{amount:f}")
