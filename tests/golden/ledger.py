"""The ledger of figures: a digest of every table of every shipped result, so that whatever a change moves is seen.

``python -m tests.golden.ledger`` writes ``figures.toml`` anew and prints the lines that moved. A commit that moves a
line says so in its fragment: "Impacted results: yes", with the name of each table.

A line holds the number of rows; a digest of the columns (names, types, order) and of every value that is exact; a
digest of the ratios, bit by bit, which holds on processors with the features listed at the top of the file; and for
other processors a weighted sum of each ratio. Metadata of the schema, ids and versions are in none of them.

A name may change without moving a line: ``renamed`` at the top of the file says which tables and columns have another
name today and which columns were added since (they are in no digest), ``old_names.toml`` which texts of a column
stood there under an older name.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import sys
import tempfile
import tomllib
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

import securitize
from securitize.library import list_deals, list_scenarios, list_templates
from securitize.store.environment import processor_features

if TYPE_CHECKING:
    import pyarrow as pa

FIGURES = Path(__file__).with_name("figures.toml")
OLD_NAMES = Path(__file__).with_name("old_names.toml")
#: Of a weighted sum of ratios: other processors add in another order.
TOLERANCE = 1e-9
PATHS, SEED = 2048, 1
#: Random performance that fits a pool, by what the deal's own assets are.
CLAIMS, ROYALTIES = "assumed-small-companies", "assumed-royalties"
#: Policies that were in force for a deal.
POLICIES = {
    "guangzhou-2019": "guangzhou-huangpu",
    "nanshan-5-2022": "shenzhen-pool",
    "lithium-battery": "ziyang",
}

#: Markets for templates, whose closing dates have none.
YUAN, DOLLARS = "china-2025-07-31", "usd-2023-12-15"

EMPTY: dict[str, Any] = {"renamed": {"tables": {}, "columns": {}, "added": []}}

T = TypeVar("T")
Tables = Mapping[str, "pa.Table"]
Line = dict[str, Any]
#: By column, what gives the text that stood in the place of a text of today.
OldTexts = Mapping[str, Callable[[str], str]]


def results() -> dict[str, Callable[[Path], Tables]]:
    """Every result of the ledger by the command that gives it; each takes an empty folder to work in."""
    return dict(_results())


def deep_part(command: str) -> str | None:
    """The part of the deep suite that makes a long result again; None where the usual suite, or its sample, does.

    The usual suite stresses shipped deals without searches, and builds one pool.
    """
    if command.startswith("stress ") and "--no-searches" not in command:
        return "figures"
    if command.startswith("stress deals/templates/"):
        return "solvers"
    return "pools" if command == "build electric-vehicle" else None


def _results() -> Iterator[tuple[str, Callable[[Path], Tables]]]:
    shipped = {deal.name: str(deal.name) for deal in list_deals()}
    templates = {f"deals/templates/{each.name}": str(each.path) for each in list_templates()}
    for name, deal in (shipped | templates).items():
        yield f"run {name}", _run(deal)
        yield f"stress {name}", _stress(deal)
        yield f"stress {name} --no-searches", _stress(deal, searches=False)
        yield from _prices(name, deal)
    for scenario in list_scenarios():
        for name in shipped:
            if scenario.name.startswith(name):
                yield f"run {name} --scenario {scenario.name}", _run(name, scenario=scenario.name)
    for name in shipped:
        drawn = ROYALTIES if name == "xoma-vabysmo-2023" else CLAIMS
        if name == "biopharma-2000":
            continue
        paths = f"--performance {drawn} --paths {PATHS}"
        yield f"run {name} {paths}", _run(name, performance=drawn, paths=PATHS, seed=SEED, keep_paths=16)
        yield f"price {name} {paths}", _price(name, performance=drawn, paths=PATHS, seed=SEED)
    for sampling in ("antithetic", "sobol", "importance"):
        name = "nanshan-5-2022"
        paths = f"--performance {CLAIMS} --paths {PATHS} --sampling {sampling}"
        yield (
            f"run {name} {paths}",
            _run(name, performance=CLAIMS, paths=PATHS, seed=SEED, sampling=sampling),
        )
    yield (
        "price guangzhou-2019 --scenario guangzhou-2019-severe",
        _price("guangzhou-2019", scenarios=["guangzhou-2019-severe"]),
    )
    yield from _savings(shipped, templates)
    for pool in ("lithium-battery", "electric-vehicle"):
        yield f"build {pool}", _build(pool)
    yield "programme check example-city", lambda _: _tables(securitize.check_programme("example-city"))


def _savings(
    shipped: Mapping[str, str], templates: Mapping[str, str]
) -> Iterator[tuple[str, Callable[[Path], Tables]]]:
    cases = ("ctex-1-2021", "hti-1-2019", "longhua-1-2021")
    financed = [name for name in ("guangzhou-2019", "nanshan-5-2022", "ningbo-1-2024") if name in shipped]
    for name in (*financed, *cases):
        yield f"savings {name}", _saved(name)
    if "lithium-battery" in shipped:
        yield "savings lithium-battery", _saved("lithium-battery")
    for name in ("lease-back", "licence-back", "pledged-loan", "supply-chain", "trust-loan"):
        yield f"savings deals/templates/{name}", _saved(templates[f"deals/templates/{name}"])
    for name in financed:
        if name in POLICIES:
            yield (
                f"savings {name} --policy {POLICIES[name]} --as-if",
                _saved(name, policies=[POLICIES[name]], as_if=True),
            )
        yield (
            f"savings {name} --performance {CLAIMS} --paths {PATHS}",
            _saved(name, performance=CLAIMS, paths=PATHS, seed=SEED),
        )


def _prices(name: str, deal: str) -> Iterator[tuple[str, Callable[[Path], Tables]]]:
    """A shipped deal on the market of its closing date; a template on the first market that ships after its own."""
    if "/" not in name:
        yield f"price {name}", _price(deal)
    elif name.endswith("running-royalty"):
        day = dt.date(2025, 4, 16)
        yield (
            f"price {name} --market {DOLLARS} --settlement {day}",
            _price(deal, market=DOLLARS, settlement=day),
        )
    else:
        yield f"price {name} --market {YUAN}", _price(deal, market=YUAN)


def _run(deal: str, **options: Any) -> Callable[[Path], Tables]:
    def made(_: Path) -> Tables:
        return _tables(securitize.run(deal, store=False, **options))

    return made


def _stress(deal: str, searches: bool = True) -> Callable[[Path], Tables]:
    def made(folder: Path) -> Tables:
        return _tables(securitize.stress(deal, searches=searches, output=folder / "stress"))

    return made


def _price(deal: str, **options: Any) -> Callable[[Path], Tables]:
    def made(_: Path) -> Tables:
        return _tables(securitize.price(deal, **options))

    return made


def _saved(case: str, **options: Any) -> Callable[[Path], Tables]:
    def made(_: Path) -> Tables:
        return _tables(securitize.savings(case, **options))

    return made


def _build(pool: str) -> Callable[[Path], Tables]:
    def made(folder: Path) -> Tables:
        return _tables(securitize.build(pool, output=folder / "build"))

    return made


def _tables(result: Any) -> Tables:
    return {name: result.arrow(name) for name in result.names}


def line(
    table: pa.Table,
    renamed: Mapping[str, str],
    added: Collection[str] = (),
    texts: OldTexts = MappingProxyType({}),
) -> Line:
    """The line of a table, as the ledger knows it.

    renamed : name of a column now -> the name under which the ledger knows it
    added   : columns that the ledger does not know; they are left out
    texts   : by column, what gives the text that the ledger knows of a text of now
    """
    import pyarrow as pa

    exact, ratios = hashlib.sha256(), hashlib.sha256()
    sums: dict[str, float] = {}
    for field, column in zip(table.schema, table.columns, strict=True):
        if field.name in added:
            continue
        name, known = renamed.get(field.name, field.name), texts.get(field.name, str)
        exact.update(f"{name}:{field.type}\n".encode())
        if pa.types.is_floating(field.type):
            values = np.array(column.to_pylist(), np.float64)
            ratios.update(values.tobytes())
            sums[name] = _weighted(values)
        else:
            for value in column.to_pylist():
                text = "null" if value is None else repr(known(str(value)))
                exact.update(f"{text}\n".encode())
    found: Line = {"rows": table.num_rows, "exact": exact.hexdigest()[:16]}
    if sums:
        found |= {"ratios": ratios.hexdigest()[:16], "sums": sums}
    return found


def _weighted(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    """The sum of the values, each times a weight that tells its row from others; a null counts as 1."""
    rows = np.arange(1, len(values) + 1, dtype=np.uint64)
    weights = 0.5 + (rows * np.uint64(2654435761) % np.uint64(2**32)) / 2**32
    return float(f"{(np.where(np.isnan(values), 1.0, values) * weights).sum():.12g}")


def same(found: Line, held: Line, same_processor: bool) -> bool:
    """Whether a table is as the ledger holds it."""
    if (found["rows"], found["exact"]) != (held["rows"], held["exact"]):
        return False
    if same_processor or "sums" not in held:
        return bool(found.get("ratios") == held.get("ratios"))
    return found.keys() == held.keys() and all(
        abs(value - held["sums"][name]) <= TOLERANCE * max(1.0, abs(value))
        for name, value in found["sums"].items()
    )


def held() -> dict[str, Any]:
    """The ledger as it is written."""
    return tomllib.loads(FIGURES.read_text(encoding="utf-8"))


def made_lines(command: str, folder: Path, ledger: Mapping[str, Any]) -> dict[str, Line]:
    """The lines of a result by table, under the names that the ledger knows."""
    tables, columns = ledger["renamed"]["tables"], ledger["renamed"]["columns"]
    found = {}
    for name, table in results()[command](folder).items():
        known = tables.get(name, name)
        added = {key.partition(".")[2] for key in ledger["renamed"]["added"] if key.startswith(f"{name}.")}
        found[known] = line(table, _of_table(columns, name), added, _of_table(old_texts(command), name))
    return found


def _of_table(by_column: Mapping[str, T], name: str) -> dict[str, T]:
    """The entries of ``table.column`` of one table, by column."""
    return {key.partition(".")[2]: value for key, value in by_column.items() if key.startswith(f"{name}.")}


def old_texts(command: str) -> OldTexts:
    """By ``table.column``, what gives the text of the ledger; a name of one deal goes before one of all."""
    entries = tomllib.loads(OLD_NAMES.read_text(encoding="utf-8"))["names"]
    texts: dict[str, dict[str, str]] = {}
    patterns: dict[str, dict[str, str]] = {}
    for entry in sorted(entries, key=lambda entry: "of" in entry):
        if entry.get("of", "") in command:
            texts.setdefault(entry["column"], {}).update(entry["texts"])
            patterns.setdefault(entry["column"], {}).update(entry.get("patterns", {}))
    return {column: partial(_old_text, texts[column], patterns[column]) for column in texts}


def _old_text(texts: Mapping[str, str], patterns: Mapping[str, str], text: str) -> str:
    if text in texts:
        return texts[text]
    for pattern, old in patterns.items():
        if found := re.fullmatch(pattern, text):
            return found.expand(old)
    return text


def text_of(ledger: Mapping[str, Any], lines: Mapping[str, Mapping[str, Line]]) -> str:
    """``figures.toml``."""
    out = [
        "# The ledger of figures: see ledger.py beside this file, which writes it. A commit that moves a line here",
        "# names the table in its fragment and says why. `renamed`: name today -> the name in this file, and columns",
        "# that are not in it; texts that changed: old_names.toml.",
        "",
        f"features = {_value(ledger['features'])}",
        "",
        "[renamed]",
        f"tables = {_value(ledger['renamed']['tables'])}",
        f"columns = {_value(ledger['renamed']['columns'])}",
        f"added = {_value(ledger['renamed']['added'])}",
    ]
    for command in sorted(lines):
        out += ["", f'["{command}"]']
        out += [f"{table} = {_value(found)}" for table, found in sorted(lines[command].items())]
    return "\n".join(out) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, Mapping):
        pairs = (f"{_key(key)} = {_value(each)}" for key, each in value.items())
        return "{ " + ", ".join(pairs) + " }" if value else "{}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    return repr(value)


def _key(key: str) -> str:
    return f'"{key}"' if "." in key else key


def _lines_of(command: str) -> dict[str, Line]:
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder:
        warnings.simplefilter("ignore")
        return made_lines(command, Path(folder), held() if FIGURES.exists() else EMPTY)


def main() -> int:
    """Write the ledger; say what moved."""
    ledger = held() if FIGURES.exists() else EMPTY
    same_processor = ledger.get("features", processor_features()) == processor_features()
    commands = list(results())
    with ProcessPoolExecutor() as workers:
        lines = dict(zip(commands, workers.map(_lines_of, commands), strict=True))
    for command in sorted({*lines, *(ledger.keys() - {"features", "renamed"})}):
        found, before = lines.get(command, {}), ledger.get(command, {})
        for table in sorted({*found, *before}):
            if table not in before:
                print(f"new: {command}: {table}")
            elif table not in found:
                print(f"gone: {command}: {table}")
            elif not same(found[table], before[table], same_processor):
                print(f"moved: {command}: {table}")
    FIGURES.write_text(text_of({**ledger, "features": processor_features()}, lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
