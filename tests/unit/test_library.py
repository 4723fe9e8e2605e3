"""Names and paths of deals, pools, scenarios, markets and templates."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from securitize.base.errors import UsageError
from securitize.library import find


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small library, in place of the shipped one; the current folder is another one."""
    root = tmp_path / "library"
    for name in (
        "deals/city-2019.toml",
        "deals/city-2021.toml",
        "deals/Not_A_Name.toml",
        "deals/templates/plain/deal.toml",
        "deals/templates/plain/pool/pool.toml",
        "pools/city-2019/pool.toml",
        "scenarios/stresses/late.toml",
        "scenarios/markets/flat.toml",
    ):
        _write(root / name)
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setattr(find, "library_root", lambda: root)
    return root


def _write(file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("", encoding="utf-8")
    return file


def test_lists_hold_names_only(library: Path) -> None:
    assert [name for name, _ in find.list_deals()] == ["city-2019", "city-2021"]
    assert find.list_pools() == [("city-2019", library / "pools/city-2019/pool.toml")]
    assert find.list_scenarios() == [("late", library / "scenarios/stresses/late.toml")]
    assert find.list_markets() == [("flat", library / "scenarios/markets/flat.toml")]
    assert find.list_templates() == [("plain", library / "deals/templates/plain")]


def test_name_finds_the_shipped_file(library: Path) -> None:
    deal = find.find_deal("city-2019")
    assert deal == library / "deals/city-2019.toml"
    assert find.find_pool(deal, "city-2019") == library / "pools/city-2019/pool.toml"
    assert find.find_scenario("late", deal) == library / "scenarios/stresses/late.toml"
    assert find.find_market("flat") == library / "scenarios/markets/flat.toml"
    assert find.template("plain") == library / "deals/templates/plain"


def test_folder_and_file_are_the_users(library: Path) -> None:
    _write(Path("mine/deal.toml"))
    assert find.find_deal("mine") == Path("mine/deal.toml")
    assert find.find_deal("./mine") == Path("mine/deal.toml")
    assert find.find_deal("mine/deal.toml") == Path("mine/deal.toml")


def test_shipped_name_wins_over_a_folder_and_dot_slash_over_both(library: Path) -> None:
    _write(Path("city-2019/deal.toml"))
    assert find.find_deal("city-2019") == library / "deals/city-2019.toml"
    assert find.find_deal("./city-2019") == Path("city-2019/deal.toml")


def test_users_own_files_win_over_the_shipped(library: Path) -> None:
    deal = _write(Path("mine/deal.toml"))
    assert find.find_pool(deal, "city-2019") == library / "pools/city-2019/pool.toml"
    pool, late = _write(Path("mine/pool/pool.toml")), _write(Path("mine/scenarios/late.toml"))
    flat = _write(Path("mine/scenarios/markets/flat.toml"))
    assert find.find_pool(deal, "city-2019") == pool
    assert find.find_scenario("late", deal) == late
    assert find.find_market("flat", deal) == flat
    assert find.find_scenario("mine/scenarios/late.toml") == late


def test_holidays_beside_a_deal_are_no_market(library: Path) -> None:
    deal = _write(Path("mine/deal.toml"))
    _write(Path("mine/scenarios/markets/china-holidays.toml"))
    assert find.find_holidays(deal) == Path("mine/scenarios/markets/china-holidays.toml")
    with pytest.raises(UsageError, match="no market is named china-holidays; known: flat"):
        find.find_market("china-holidays", deal)


def test_unknown_name_suggests_the_nearest(library: Path) -> None:
    with pytest.raises(UsageError, match="no deal is named city-2091; known: city-20"):
        find.find_deal("city-2091")
    with pytest.raises(UsageError, match="no scenario is named lat; known: late"):
        find.find_scenario("lat")
    with pytest.raises(UsageError, match="no template is named zzz; known: plain"):
        find.template("zzz")


@pytest.mark.parametrize(
    "text", ["../pools/city-2019/pool.toml", "Not_A_Name", "", "-x", "a/b", "x\0y", "n" * 5000, "city-2019\n"]
)
def test_what_is_no_name_never_reaches_the_library(library: Path, text: str) -> None:
    finders: list[Callable[[str], Path]] = [
        find.find_deal,
        find.find_scenario,
        find.find_market,
        find.template,
        lambda name: find.find_pool(Path("deal.toml"), name),
    ]
    for finder in finders:
        with pytest.raises(UsageError) as error:
            finder(text)
        assert "\n" not in str(error.value)


def test_folder_without_a_deal_is_a_usage_error(library: Path) -> None:
    Path("empty").mkdir()
    with pytest.raises(UsageError, match=r"empty/deal\.toml: no such deal file"):
        find.find_deal("empty")


def test_shipped_library_is_found() -> None:
    assert find.library_root().joinpath("deals").is_dir()
    for shipped in (find.list_deals(), find.list_pools(), find.list_templates()):
        assert shipped
        assert all(path.exists() for _, path in shipped)
