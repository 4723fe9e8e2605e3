"""What is kept: by digest of bytes, bounded, one value a key whatever the threads, nothing of what failed."""

from __future__ import annotations

import copy
import os
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from securitize.base.errors import DefinitionError
from securitize.base.remembered import Remembered, Same
from securitize.definitions.documents import reading
from securitize.definitions.documents.frozen import FrozenTable, frozen
from securitize.definitions.documents.reading import read_rest
from securitize.definitions.loading import load_pool


def test_the_least_lately_asked_for_goes_first() -> None:
    kept: Remembered[str, str] = Remembered(3, len)
    made: list[str] = []

    def ask(key: str) -> str:
        def make() -> str:
            made.append(key)
            return key

        return kept.of(key, make)

    for key in ("a", "bb", "a", "c"):
        ask(key)
    assert len(kept) == 2  # a and c; bb was asked for before a was asked again
    made.clear()
    for key in ("a", "c", "bb"):
        ask(key)
    assert made == ["bb"]
    kept.of("heavy", lambda: "heavier than all")
    assert kept.of("heavy", lambda: "anew") == "anew"


def test_what_fails_is_not_kept() -> None:
    kept: Remembered[str, int] = Remembered(3)
    with pytest.raises(ZeroDivisionError):
        kept.of("a", lambda: 1 // 0)
    assert kept.of("a", lambda: 2) == 2


def test_threads_that_make_one_value_at_once_share_the_first() -> None:
    kept, together = Remembered[str, object](3), Barrier(2)

    def make() -> object:
        together.wait(5)
        return object()

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _: kept.of("a", make), range(2))
    assert one is other


def test_same_is_the_same_object() -> None:
    one, equal = [1], [1]
    assert Same(one) == Same(one)
    assert Same(one) != Same(equal)
    assert len({Same(one), Same(one), Same(equal)}) == 2


def test_a_file_is_known_by_its_bytes_not_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "deal.toml"
    file.write_text("a = 1\n", encoding="utf-8")
    stamp = file.stat()
    first = read_rest(file)
    assert read_rest(file) is first
    file.write_text("a = 2\n", encoding="utf-8")
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert read_rest(file).raw == {"a": 2}
    file.write_text("a = 1\n", encoding="utf-8")
    monkeypatch.setattr(reading, "_read", None)  # reading again would fail
    assert read_rest(file) is first


POOL = """
name = "small"
[obligors.x]
title = "X"
[contracts.c1]
kind = "projected"
obligor = "x"
start = 2024-01-01
file = "cash.csv"
"""


def test_rows_beside_a_file_count_as_its_bytes(tmp_path: Path) -> None:
    pool, rows = tmp_path / "pool.toml", tmp_path / "cash.csv"
    pool.write_text(POOL, encoding="utf-8")
    found = []
    for amount in ("5.00", "6.00", "5.00"):
        rows.write_text(f"date,interest,principal\n2024-06-30,1.00,{amount}\n", encoding="utf-8")
        loaded = load_pool(pool)
        found.append((loaded, loaded.raw["contracts"]["c1"]["cash"][0]["principal"]))
    assert [float(amount) for _, amount in found] == [5, 6, 5]
    assert found[0][0] is found[2][0]
    rows.unlink()
    with pytest.raises(DefinitionError, match=r"cash\.csv"):
        load_pool(pool)


def test_a_copy_of_a_frozen_table_is_free() -> None:
    table = frozen({"a": [{"b": 1}]})
    for change in (
        lambda: table.update(a=1),
        lambda: table["a"].append(1),
        lambda: table["a"][0].pop("b"),
        table["a"].sort,
    ):
        with pytest.raises(TypeError, match="does not change"):
            change()
    free = copy.deepcopy(table)
    free["a"][0]["b"] = 2
    assert table == {"a": [{"b": 1}]}
    assert isinstance(pickle.loads(pickle.dumps(table)), FrozenTable)
