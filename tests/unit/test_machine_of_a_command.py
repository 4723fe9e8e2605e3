"""The compiled kernel is loaded where all the paths of a command are worth it, though each batch alone is not."""

from __future__ import annotations

import sys

import pytest

from securitize.waterfall import execute
from securitize.waterfall.execute import COMPILE_FROM, COMPILED_FROM, load_machine, machine_for

KERNEL = "securitize.waterfall.kernel"


def test_many_small_batches_have_the_machine_that_all_of_them_are_worth(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loaded: list[str] = []
    monkeypatch.delitem(sys.modules, KERNEL, raising=False)
    monkeypatch.setattr(execute, "_machine_class", loaded.append)
    load_machine(COMPILE_FROM // 20 - 1, 20)
    assert loaded == []
    load_machine(COMPILE_FROM // 20, 20)
    assert loaded == ["compiled"]
    assert machine_for(COMPILED_FROM, 1) == "numpy"
    monkeypatch.setitem(sys.modules, KERNEL, sys)
    assert machine_for(COMPILED_FROM, 1) == "compiled"
    assert machine_for(COMPILED_FROM - 1, 1) == "numpy"
