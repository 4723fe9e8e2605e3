"""Which rules and capital sets a stress result holds: those of the deal's venue, and those in force today."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.venues import venue_rules
from securitize.definitions.loading import load_capital_set
from securitize.engine.calculation import Calculation
from securitize.engine.prepare.prepared import Prepared
from securitize.library import find_capital_set, find_preset, list_capital_sets
from securitize.studies.rules.checks import tables_of_checks
from securitize.studies.rules.rule_checks import CheckTerms

if TYPE_CHECKING:
    import pyarrow as pa

PRESETS, CAPITAL = "scenarios/presets", "scenarios/capital"
#: Rules of a deal in yuan beside those of its venue, and those of a deal in another currency.
IN_YUAN, ELSEWHERE = ("programme",), ("sts",)


def rule_files(prepared: Prepared) -> dict[str, Path]:
    """Files of presets and capital sets that are put to the deal, by their names in a run."""
    deal, file = prepared.deal, prepared.definitions.deal.path
    presets = [*_of_venue(deal), *IN_YUAN] if deal.currency == "CNY" else ELSEWHERE
    found = {f"{PRESETS}/{name}.toml": find_preset(name, file) for name in (*presets, "risk-retention")}
    for name, _ in list_capital_sets():
        path = find_capital_set(name, file)
        rules = load_capital_set(path).model
        ended = rules.valid_until is not None and rules.valid_until < prepared.today.notes
        # An internal approach asks for numbers that no deal file holds.
        if rules.valid_from <= prepared.today.notes and not ended and rules.approach != "sec-irba":
            found[f"{CAPITAL}/{name}.toml"] = path
    return found


def _of_venue(deal: Deal) -> tuple[str, ...]:
    """The preset that the deal's venue chooses; none where no venue is named, or a word that chooses none."""
    rules = venue_rules(deal.venue, deal.venue_zh)
    match rules:
        case "exchange" | "interbank":
            return (rules,)
        case "none" | None:
            return ()
        case _:
            assert_never(rules)


def rule_tables(calculation: Calculation, inputs: Mapping[str, bytes]) -> dict[str, pa.Table]:
    """The tables of checks, by the files that are inputs of the result."""
    named = {
        kind: [Path(name).stem for name in inputs if name.startswith(f"{kind}/")]
        for kind in (PRESETS, CAPITAL)
    }
    return tables_of_checks(calculation, named[PRESETS], named[CAPITAL], CheckTerms())[0]
