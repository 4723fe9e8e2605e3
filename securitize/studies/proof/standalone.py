"""The reference interpreter and the cases of one run as a single Python file that needs nothing but Python.

The modules of :mod:`securitize.reference` stand in it one after another, as they are; only their imports of one another
and the names of modules before a dot are taken out, so that the rules are stated nowhere a second time.
"""

from __future__ import annotations

import ast
import datetime as dt
import pprint
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from securitize.base.errors import UsageError
from securitize.definitions.deals.currencies import decimals_of
from securitize.engine.calculation import Calculation, calculate
from securitize.engine.reference_case import reference_case, stresses_written
from securitize.reference.scenario import OPTIONS
from securitize.store.stored import StoredRun
from securitize.studies.proof.replay import (
    OF_BASE,
    Amounts,
    chosen_pairs,
    drawn_paths,
    on_path,
    scenarios_of,
    stored_amounts,
)

PACKAGE = "securitize.reference"
#: Each module after those that it needs when it is loaded.
MODULES = (
    "words", "numbers", "dates", "day_counts", "state", "vehicle", "rates", "notes", "accounts", "parties",
    "deficiency", "support", "limits", "fees", "calls", "redemption", "steps", "triggers", "midlife",
    "interpreter", "scenario",
)  # fmt: skip
#: Pairs of scenario and random path, or random paths of a run, that are in the file where nothing is said.
PAIRS = 16


def standalone(stored: StoredRun, pairs: int = PAIRS) -> str:
    """A run as one file of Python 3.11, standard library only: its deterministic path, of a stress result that of
    every scenario, and so many random paths.

    Raises UsageError for what is not the run of a deal, or a deal in mid-life.
    """
    found = scenarios_of(stored)
    base = found[0][1]
    if base.state is not None:
        raise UsageError("a deal in mid-life: export the deal from its closing on")
    drawn = drawn_paths(base, stored)
    held = stored_amounts(stored)
    cases = [_case(name, None, calculate(prepared), held.get(name, {})) for name, prepared in found]
    chosen = [(found[k], path) for k, path in chosen_pairs(stored, pairs, len(found), drawn)]
    for (name, prepared), path in chosen:
        calculation = on_path(prepared, path)
        cases.append(_case(name, path, calculation, _amounts(calculation)))
    imports, body = bundled()
    about = stored.manifest.facts.about
    parts = [
        _head(stored),
        "from __future__ import annotations\n",
        "import sys\nimport tomllib\nfrom decimal import Decimal as _Decimal\n" + "\n".join(imports) + "\n",
        body,
        _banner("This deal"),
        f"RUN = {stored.id!r}",
        f"NAME = {str(about.get('title') or about.get('deal'))!r}",
        f"SCENARIO = {str(about.get('scenario') or 'base case')!r}",
        f"CURRENCY = {base.deal.currency!r}",
        f"# The deal file of the run.\nDEAL = {_text(stored.input('deal.toml').decode())}\n",
        f"# Random paths that are here, and how many there are of each scenario.\nPATHS = {len(chosen)}, {drawn}\n",
        "# Each scenario, then random paths: puts, settlements and calls as told; payment, accrual and collection\n"
        "# dates; what the pool delivers by period, minor units; what providers pay and fixings, units of 1e-8; of\n"
        "# each note by date, minor units, what is stored, of a random path what the engine gives.\nCASES = "
        + _literal(cases)
        + "\n",
        _main(base.deal.currency),
    ]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _case(scenario: str, path: int | None, calculation: Calculation, amounts: Amounts) -> dict[str, Any]:
    """One path of one scenario, as the file holds it. ``stresses`` : what the scenario tells of the terms."""
    case = reference_case(calculation)
    stresses = stresses_written(calculation.prepared)
    return {
        "scenario": scenario,
        "path": path,
        "stresses": [_as_text(stress) for stress in stresses if stress["driver"] in OPTIONS],
        "schedule": _iso(case.schedule),
        "pool": case.pools[0],
        "stored": amounts,
    }


def _as_text(stress: dict[str, Any]) -> dict[str, str]:
    """A stress as texts: its day, its numbers without their sources."""
    return {key: str(value["value"] if isinstance(value, dict) else value) for key, value in stress.items()}


def _amounts(calculation: Calculation) -> Amounts:
    """What the engine gives of each note."""
    notes = calculation.prepared.deal.notes
    return {
        note: {line: calculation.lines["note", note, line].tolist() for line in OF_BASE} for note in notes
    }


def bundled() -> tuple[list[str], str]:
    """Imports of the standard library, and every module of the reference, joined.

    Raises ValueError where two modules give one name, one gives a name that another imports from the standard library,
    or a name would be taken for a variable.
    """
    sources = {name: (files(PACKAGE) / f"{name}.py").read_text(encoding="utf-8") for name in MODULES}
    given = {name: _names(ast.parse(source)) for name, source in sources.items()}
    seen: dict[str, str] = {}
    for module, names in given.items():
        for name in names:
            if name in seen:
                raise ValueError(f"{name} is given by {seen[name]} and {module}")
            seen[name] = module
    imports: dict[str, None] = {}
    bodies = []
    for name, source in sources.items():
        found, text = _flattened(source, given)
        if both := seen.keys() & _imported(found):
            raise ValueError(
                f"{sorted(both)} of the standard library, imported by {name}, are given by modules too"
            )
        imports |= dict.fromkeys(found)
        bodies.append(f"{_banner(name)}\n\n{text.strip()}\n")
    return sorted(imports), "\n\n".join(bodies)


def _imported(imports: list[str]) -> set[str]:
    """The names that these imports bind."""
    nodes = (node for one in imports for node in ast.parse(one).body)
    aliases = [each for node in nodes if isinstance(node, ast.ImportFrom | ast.Import) for each in node.names]
    return {each.asname or each.name for each in aliases}


def _names(tree: ast.Module) -> set[str]:
    """What a module defines."""
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return found


def _flattened(source: str, given: dict[str, set[str]]) -> tuple[list[str], str]:
    """A module without its imports and without module names before dots; and its imports of the standard library."""
    tree, lines = ast.parse(source), source.splitlines(keepends=True)
    imports: list[str] = []
    modules: set[str] = set()
    cuts: list[tuple[int, int, int, int]] = []
    for node in tree.body:
        if isinstance(node, ast.ImportFrom | ast.Import):
            cuts.append((node.lineno, 0, node.end_lineno or node.lineno, -1))
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE):
                modules |= {alias.name for alias in node.names if node.module == PACKAGE}
            elif not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
                imports.append(ast.unparse(node))
    cuts += list(_prefixes(tree, modules, given))
    for first, start, last, end in sorted(cuts, reverse=True):
        if end < 0:
            del lines[first - 1 : last]
        else:
            # Columns of the parser count bytes.
            line = lines[first - 1].encode()
            lines[first - 1] = (line[:start] + line[end:]).decode()
    return imports, "".join(lines)


def _prefixes(
    tree: ast.Module, modules: set[str], given: dict[str, set[str]]
) -> Iterator[tuple[int, int, int, int]]:
    """Places of ``module.`` before a name that the module gives."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        bound = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and _is_stored(node)}
        bound |= {each.arg for each in (*function.args.args, *function.args.kwonlyargs)}
        for node in ast.walk(function):
            if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)):
                continue
            module = node.value.id
            if module not in modules or module in bound or node.attr not in given[module]:
                continue
            if node.attr in bound:
                raise ValueError(f"{module}.{node.attr} in {function.name} would be taken for a variable")
            assert node.value.end_col_offset is not None  # a parsed node has its place
            yield node.lineno, node.value.col_offset, node.lineno, node.value.end_col_offset + 1


def _is_stored(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def _banner(text: str) -> str:
    return f"# {'=' * 70}\n# {text}\n# {'=' * 70}"


def _head(stored: StoredRun) -> str:
    about = stored.manifest.facts.about
    name = str(about.get("deal", "")).replace('"', "'")
    return f'''#!/usr/bin/env python3
"""The priority of payments of {name}, recomputed to the cent.

This file needs Python 3.11 or later and nothing else: run it with `python3 -I FILE`. It holds the rules (an
interpreter written from the reference of the priority of payments), the deal file, the dates, what the pool delivers
in the base case, in every scenario of a stress result and on a sample of random paths, and what
run {stored.id} of securitize {stored.manifest.version} has stored. It prints what each note is paid on each date,
compares every figure with the stored one, and ends with exit code 1 where a cent differs.
"""'''


def _iso(schedule: dict[str, Any]) -> dict[str, Any]:
    return {key: _iso_of(value) for key, value in schedule.items()}


def _iso_of(value: Any) -> Any:
    """Dates as text: no other text stands in a schedule."""
    if isinstance(value, list):
        return [day.isoformat() for day in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def _literal(value: Any) -> str:
    return pprint.pformat(value, width=110, compact=True, sort_dicts=False)


def _text(text: str) -> str:
    """Text as a Python literal, as it stands where that can be."""
    if "'''" in text or "\\" in text or any(not (c.isprintable() or c in "\n\t") for c in text):
        return repr(text)
    return f"'''\\\n{text}'''" if not text.endswith("'") else repr(text)


#: How an amount is printed, minor units; and in a currency without decimals.
_AMOUNT, _WHOLE = "{amount // 100:>15,}.{amount % 100:02}", "{amount // 100:>18,}"


def _main(currency: str) -> str:
    """What the file does, with amounts as its currency is written."""
    return _MAIN if decimals_of(currency) else _MAIN.replace(_AMOUNT, _WHOLE)


_MAIN = '''
def shown(text: str) -> str:
    """A name on one line: what a terminal would obey, or turn round, by its number."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def main() -> int:
    """Recompute, print, compare; returns the exit code."""
    print(f"{shown(NAME)}: {shown(SCENARIO)}, {shown(CURRENCY)}")
    count = different = 0
    for case in CASES:
        deal = tomllib.loads(DEAL, parse_float=_Decimal)
        schedule = {key: dated(value) for key, value in case["schedule"].items()}
        stresses = [{**stress, "at": date.fromisoformat(stress["at"])} for stress in case["stresses"]]
        paid = run(deal_under(deal, stresses, schedule), schedule, case["pool"])["notes"]
        where = shown(case["scenario"] if case["path"] is None else f"{case['scenario']}, path {case['path']}")
        if case is CASES[0]:
            payments(schedule, paid)
        compared, differ = against(where, schedule, paid, case["stored"])
        count, different = count + compared, different + differ
        if case is not CASES[0]:
            print(f"{where}: {compared} figures compared, {differ} differ")
    if PATHS[1]:
        print(f"random paths: {PATHS[0]} compared; each scenario here has {PATHS[1]}")
    print(f"run {RUN}: {count} figures compared, {different} differ")
    return 1 if different else 0


def dated(value):
    """A date or a list of dates, read back from its text; anything else as it is."""
    if isinstance(value, list):
        return [date.fromisoformat(day) for day in value]
    return date.fromisoformat(value) if isinstance(value, str) else value


def payments(schedule, paid) -> None:
    """Print what each note is paid on each date."""
    print(f"{'date':10} {'note':12} {'interest':>18} {'principal':>18} {'residual':>18} {'balance':>18}")
    for t, day in enumerate(schedule["payment"]):
        for note, lines in paid.items():
            amounts = (lines[line][t] for line in ("interest_paid", "principal_paid", "residual_paid", "closing"))
            print(f"{day} {note:12} " + " ".join(f"{amount // 100:>15,}.{amount % 100:02}" for amount in amounts))


def against(where, schedule, paid, stored) -> tuple[int, int]:
    """How many figures were compared, and how many differ; each of these is printed."""
    count = different = 0
    for note, lines in stored.items():
        for line, amounts in lines.items():
            for t, amount in enumerate(amounts):
                count += 1
                if paid[note][line][t] != amount:
                    different += 1
                    day = schedule["payment"][t]
                    print(f"DIFFERS: {where}: {note} {line} on {day}: {paid[note][line][t]}, stored {amount}")
    return count, different


if __name__ == "__main__":
    sys.exit(main())
'''
