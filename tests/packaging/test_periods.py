"""A period of days is one of two types that say which of their ends they hold; no room takes a pair of dates."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.packaging.tree import ROOT, code_files

#: The types themselves, and the second engine, which needs nothing of the first.
OUTSIDE = ("securitize/market/periods.py", "securitize/reference/")
#: Pairs of dates that are no period of interest or collection.
OTHER_PAIRS = {
    "securitize/financing/alternatives.py _loans": "when a loan is drawn and when it is repaid",
    "securitize/financing/terms.py _amount": "a year of a company's own costs",
    "securitize/market/calendars.py nearest": "the business days on both sides",
    "securitize/pricing/note_flows.py window": "the first and the last payment of principal",
    "securitize/waterfall/resolve.py _fee_dates": "the life of a fee, both ends included",
    "securitize/waterfall/resolve.py _life": "the life of a fee, both ends included",
}
DATES = {"date", "dt.date", "datetime.date"}
#: What is asked to lie between two dates, as the code calls it.
DAYS = {"day", "date", "when", "due"}
#: What a file that has either contains; the others are not parsed.
SEEN_AT_A_GLANCE = re.compile(r"tuple\[\s*(\w+\.)?date,|<=?\s+(day|date|when|due)\s+<")


def is_pair(node: ast.AST) -> bool:
    """Whether an annotation is a tuple of two dates."""
    if not (isinstance(node, ast.Subscript) and ast.unparse(node.value) == "tuple"):
        return False
    kinds = [ast.unparse(each) for each in getattr(node.slice, "elts", [])]
    return len(kinds) == 2 and set(kinds) <= DATES


def pairs_of_dates(code: str) -> set[str]:
    """Functions that take or give a tuple of two dates."""
    found = set()
    for function in ast.walk(ast.parse(code)):
        if isinstance(function, ast.FunctionDef):
            given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
            said = [each.annotation for each in given] + [function.returns]
            if any(is_pair(node) for one in said if one is not None for node in ast.walk(one)):
                found.add(function.name)
    return found


def half_open(code: str) -> list[str]:
    """Comparisons that ask whether a day lies between two others of which it may be one."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Compare) or len(node.ops) != 2:
            continue
        between = {type(each) for each in node.ops} == {ast.Lt, ast.LtE}
        if between and ast.unparse(node.comparators[0]) in DAYS:
            found.append(ast.unparse(node))
    return found


def test_periods_are_types() -> None:
    pairs, compared = set[str](), list[str]()
    for file in code_files():
        if file.endswith(".py") and not file.startswith(OUTSIDE):
            code = Path(ROOT / file).read_text(encoding="utf-8")
            if not SEEN_AT_A_GLANCE.search(code):
                continue
            pairs |= {f"{file} {name}" for name in pairs_of_dates(code)}
            compared += half_open(code)
    assert pairs == set(OTHER_PAIRS)
    # A sum on its way from the day on which it was due until it arrives.
    assert compared == ["flow.undelayed_on <= day < flow.arrival"]


def test_a_pair_and_a_comparison_are_found() -> None:
    assert pairs_of_dates("def f(days: Sequence[tuple[dt.date, dt.date]] | None) -> None: ...") == {"f"}
    assert pairs_of_dates("def f(rows: list[tuple[dt.date, int]]) -> tuple[dt.date, ...]: ...") == set()
    assert half_open("[x for day in days if since < day <= until]") == ["since < day <= until"]
    assert half_open("0 <= k < n and since <= day <= until") == []
