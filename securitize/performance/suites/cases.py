"""A scenario put to a deal, as an ordinary scenario.

Source: ``docs/reference/suites.md``, section 1.
"""

from __future__ import annotations

from dataclasses import dataclass

from securitize.base.toml import quoted
from securitize.performance.suites.stress_table import Size, StressTable, toml_value


@dataclass(frozen=True, slots=True)
class SuiteCase:
    """A scenario put to a deal.

    left_out : of each stress that does not apply, why;  remarks : of those that do, what a reader would not expect
    sizes : of each stress the kind and source of the suite's stress that it comes from; None where it says none
    """

    name: str
    title: str
    title_zh: str
    description: str
    stresses: tuple[StressTable, ...]
    left_out: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    sizes: tuple[Size | None, ...] = ()

    def as_toml(self) -> str:
        """The scenario as a file."""
        lines = [
            f"name = {quoted(self.name)}",
            f"title = {quoted(self.title)}",
            f"title_zh = {quoted(self.title_zh)}",
            f"description = {quoted(self.description)}",
        ]
        for stress in self.stresses:
            lines += ["", "[[stress]]", *(f"{key} = {toml_value(value)}" for key, value in stress.items())]
        return "\n".join(lines) + "\n"
