"""Independent faults at several places of a shipped deal: each is named on its line, and none that is not there."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from securitize.base.errors import DefinitionError
from securitize.definitions.loading import load_deal
from securitize.library import list_deals, list_templates

DEALS = [*(one.path for one in list_deals()), *(one.path / "deal.toml" for one in list_templates())]
#: What a line holds, and what a slip makes of it.
SLIPS = (
    (r" = ", " ＝ "),
    (r" = ", " "),
    (r'"$', "”"),
    (r'"$', ""),
    # Not within a text, where it is no fault.
    (r'^([^"]*), ', r"\1，"),
    (r"\]$", "】"),
    (r"^\[(.*)\]$", r"[\1"),
    (r"^\[(.*)\]$", r"【\1】"),
    (r" = (\d+)$", r" = \1万"),
    (r"(\d{4})-(\d\d)-(\d\d)", r"\1年\2月\3日"),
    (r"true", "是"),
    (r' = "[a-z]', " = x"),
    (r"^(\s*)(\w)", "\\1\u3000\\2"),
    (r"0\.0(\d)", r"\1％"),
    (r"^title =", "标题 ="),
    (r"$", "。"),
)
#: Faults of what is meant, on the line of which they are told.
WRONG = ((r"^(rank = )\d+", r'\1"x"'), (r"^(payee = )\".*", r"\1 7"), (r"^(account = )\".*", r'\1"nowhere"'))


def faulty(
    lines: list[str], changes: tuple[tuple[str, str], ...], most: int, draw: random.Random
) -> dict[int, str]:
    """Changed lines by their place, at most so many."""
    places = [
        (place, pattern, instead)
        for place, line in enumerate(prose_left_out(lines))
        for pattern, instead in changes
        if line.strip() and "#" not in line and re.search(pattern, line)
    ]
    chosen = draw.sample(places, min(most, len(places)))
    return {place: re.sub(pattern, instead, lines[place], count=1) for place, pattern, instead in chosen}


def prose_left_out(lines: list[str]) -> list[str]:
    """The lines, empty where they are part of a text of several lines."""
    kept, inside = [], False
    for line in lines:
        marks = line.count('"""')
        kept.append("" if inside or marks else line)
        inside ^= marks % 2 == 1
    return kept


@pytest.mark.parametrize("deal", DEALS, ids=lambda deal: f"{deal.parent.name}-{deal.stem}")
@pytest.mark.parametrize("seed", range(6))
def test_every_fault_is_named_and_no_other(deal: Path, seed: int, tmp_path: Path) -> None:
    draw = random.Random(f"{deal.name}{seed}")
    lines = deal.read_text(encoding="utf-8").split("\n")
    changed = faulty(lines, WRONG, 1, draw)
    changed |= {
        place: line
        for place, line in faulty(lines, SLIPS, 1 + seed, draw).items()
        if all(abs(place - other) > 8 for other in changed)
    }
    path = tmp_path / "deal.toml"
    path.write_text("\n".join(changed.get(place, line) for place, line in enumerate(lines)), encoding="utf-8")
    with pytest.raises(DefinitionError) as error:
        load_deal(path)
    assert {problem.line for problem in error.value.problems} == {place + 1 for place in changed}, str(
        error.value
    )
