"""Royalties paid on the last day of a year, in a deal whose collection dates begin at the end of a month."""

from __future__ import annotations

import shutil
from pathlib import Path

from securitize.base.errors import line_in_language
from securitize.engine.calculation import calculate
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared

ROOT = Path(__file__).parents[2]
#: Of the template: royalties arrive on the day on which a quarter ends, and collection dates are by rule.
CHANGES = (
    ("deal.toml", "first = 2025-06-15", "first = 2025-07-15"),
    ("deal.toml", "last = 2037-03-15", "last = 2037-04-15"),
    ("deal.toml", "legal_final = 2037-06-15", "legal_final = 2037-07-15"),
    ("deal.toml", "days_before = 5", 'every = "3M"\nfirst = 2025-06-30'),
    ("pool/pool.toml", "payment_lag = 60", "payment_lag = 0"),
)


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def royalties(prepared: Prepared) -> list[int]:
    """What the first four collection periods bring, minor units."""
    found: list[int] = calculate(prepared).collections.streams["royalty"][0][:4].tolist()
    return found


def test_a_year_end_falls_into_the_next_quarter_with_a_warning(tmp_path: Path) -> None:
    deal = tmp_path / "royalty"
    shutil.copytree(ROOT / "deals" / "templates" / "running-royalty", deal)
    for name, old, new in CHANGES:
        replace(deal / name, old, new)
    drifting = prepare(deal)
    (warning,) = (line for line in drifting.warnings if "SEC362" in line)
    assert "dates.collection.first: the dates of the rule leave the end of the month: 2025-12-30" in warning
    chinese = line_in_language(warning, "zh")
    assert "按规则推算的日期偏离月末：由2025-06-30推得2025-12-30" in chinese
    assert "end_of_month = true" in chinese
    # The quarter to 31 December is paid on that day, after 30 December: nothing in the third period.
    first, second, third, _ = royalties(drifting)
    assert third == 0
    replace(deal / "deal.toml", "first = 2025-06-30", "first = 2025-06-30\nend_of_month = true")
    staying = prepare(deal)
    assert not [line for line in staying.warnings if "SEC362" in line]
    assert royalties(staying)[:3] == [first, second, 14_424_214_00]
