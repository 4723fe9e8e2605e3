"""A city's plan checked against the rules of the notice: the Python API.

>>> import securitize
>>> all(row.holds for row in securitize.check_programme("example-city").results)
True
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from fractions import Fraction

from securitize.base.files import PathLike
from securitize.base.messages import Message, in_language
from securitize.definitions.loading import load_programme
from securitize.definitions.policies.programme import Programme
from securitize.financing.programme.rules import TITLES, RuleResult
from securitize.financing.programme.rules import check_programme as check
from securitize.library import find_programme
from securitize.tables import Tables, build
from securitize.tables.rows import Rows


@dataclass(frozen=True, repr=False)
class CheckedProgramme(Tables):
    """A plan and each rule put to it; the same as the table ``programme``."""

    plan: Programme
    results: tuple[RuleResult, ...]

    @property
    def _subject(self) -> str:
        return self.plan.name

    @property
    def breached(self) -> tuple[RuleResult, ...]:
        """The rules that the plan breaks."""
        return tuple(row for row in self.results if not row.holds)


def check_programme(plan: PathLike) -> CheckedProgramme:
    """Put every rule of the founding notice to a plan, a shipped one's name or a file.

    Raises UsageError where there is none, DefinitionError with every problem of the file.
    """
    loaded = load_programme(find_programme(os.fspath(plan)))
    results = check(loaded.model)
    rows = Rows("programme")
    for row in results:
        title = TITLES[row.rule]
        rows.add(
            rule=row.rule,
            title=title,
            title_zh=in_language(title, "zh"),
            sense=row.sense,
            required=_said(row, row.required),
            planned=_said(row, row.planned),
            headroom=_headroom(row),
            holds=row.holds,
            found=row.found or None,
        )
    return CheckedProgramme(loaded.model, results, tables={"programme": build("programme", rows.columns)})


def _said(row: RuleResult, value: Fraction) -> str:
    if row.unit == "date":
        return dt.date.fromordinal(int(value)).isoformat()
    if row.unit == "share":
        return f"{float(value):.2%}"
    return f"{int(value):,}" if value.denominator == 1 else f"{float(value):,.2f}"


def _headroom(row: RuleResult) -> str:
    if row.unit == "date":
        return Message("{days} days", days=int(row.headroom))
    return _said(row, row.headroom)
