"""What a file accepts, of a list that is long, of a pool by itself; and what is said of a case that fails."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from securitize.assets import collections
from securitize.engine.base_case import base_case_of
from securitize.engine.prepare.prepare import prepare
from tests.cli.program import securitize

PLEDGED = Path(__file__).parents[2] / "deals/templates/pledged-loan"
UNUSED = '[[accepted]]\ncode = "SEC311"\nreason = "kept for later"\n'
DEAR = '[[accepted]]\ncode = "SEC341"\nreason = "a distressed borrower"\n'


def _deal(folder: Path, rights: int, entry: str) -> Path:
    """The template with rights that no contract names (SEC311), one contract at 30% (SEC341), and an entry."""
    shutil.copytree(PLEDGED, folder / "deal")
    file = folder / "deal/pool/pool.toml"
    text = file.read_text(encoding="utf-8")
    text = text.replace('rate = { kind = "fixed", rate = 0.045 }', 'rate = { kind = "fixed", rate = 0.3 }', 1)
    unused = "".join(f'[collateral.x{k}]\nkind = "design"\nowner = "o1"\n' for k in range(rights))
    file.write_text(f"{text}\n{unused}{entry}", encoding="utf-8")
    return folder / "deal"


@pytest.mark.parametrize(
    ("entry", "stand", "accepted"),
    [
        (DEAR, {"SEC311": 200, "SEC319": 1}, {"SEC341": 1}),  # SEC341 is beyond the first 200, and there
        (UNUSED, {"SEC341": 1}, {"SEC311": 250}),
    ],
)
def test_what_is_accepted_is_known_before_a_long_list_is_cut(
    entry: str, stand: dict[str, int], accepted: dict[str, int], tmp_path: Path
) -> None:
    said = prepare(_deal(tmp_path, 250, entry))
    assert Counter(line[-7:-1] for line in said.warnings) == stand
    rows = said.about["accepted"]
    assert isinstance(rows, list)
    assert Counter(row["warning"][-7:-1] for row in rows) == accepted


def test_a_pool_by_itself_lists_what_it_accepts(tmp_path: Path) -> None:
    deal = _deal(tmp_path, 1, UNUSED)
    pool = deal / "pool/pool.toml"
    at = pool.read_text(encoding="utf-8").splitlines().index("[collateral.x0]") + 1
    by_itself = securitize("validate", pool, cwd=tmp_path)
    line = (
        f"accepted: {pool}:{at}: collateral.x0: no contract names the right; name it, or drop it  [SEC311]: "
    )
    assert (by_itself.returncode, by_itself.stderr.splitlines()[-1]) == (0, f"{line}kept for later")
    (deal / "deal.toml").unlink()
    assert (
        securitize("validate", deal / "pool", cwd=tmp_path).stderr.splitlines()[-1] == f"{line}kept for later"
    )


@pytest.mark.parametrize("scenario", [None, "largest-obligor-default"])
def test_a_pool_that_cannot_be_projected_is_warned_of(
    scenario: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = prepare(PLEDGED, scenario)

    def fails(*given: object) -> None:
        raise ValueError("quotient of multiply_divide is not below 2^50")

    monkeypatch.setattr(collections, "project_contract", fails)
    base = base_case_of(prepared)
    case = "the base case cannot be calculated" if scenario is None else "the deal cannot be calculated under"
    (said,) = base.warnings
    assert said.startswith(case)
    assert said.endswith("contract c1: quotient of multiply_divide is not below 2^50")
    assert base.gap == ()
