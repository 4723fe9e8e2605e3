"""What the command-line library and the system say has Chinese, and nothing but what was typed stays."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Iterator

import pytest

from securitize.base import files, language
from securitize.base.language import use_language
from securitize.base.messages import in_language
from securitize.commands.main import main

#: A command line, and the words of its answer that were typed, or that it offers to be typed.
WRONG = [
    (["run"], {"DEAL"}),
    (["runx"], {"runx"}),
    (["chain"], set()),
    (["chain", "shw"], {"shw", "show"}),
    (["run", "x", "--scnario", "y"], {"scnario", "scenario"}),
    (["run", "x", "--pat", "3"], {"pat", "paths", "format"}),
    (["run", "x", "--paths", "0"], {"paths"}),
    (["run", "x", "--paths", "many"], {"paths", "many"}),
    (["run", "x", "y", "z"], {"y", "z"}),
    (["run", "x", "--format", "xml"], {"format", "xml", "table", "json", "csv"}),
    (["run", "x", "--scenario"], {"scenario"}),
    (["check", "x", "--k-irb", "2"], {"k", "irb", "x"}),
    (["check", "x", "--k-irb", "much"], {"k", "irb", "much"}),
    (["completion"], {"SHELL", "bash", "zsh", "fish"}),
    (["completion", "tcsh"], {"SHELL", "tcsh", "bash", "zsh", "fish"}),
    (["version", "--x"], {"x"}),
]


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    before = language.language()
    yield
    use_language(before)


@pytest.mark.parametrize(
    ("line", "typed"), WRONG, ids=lambda one: " ".join(one) if isinstance(one, list) else ""
)
def test_wrong_usage_is_told_in_chinese(
    line: list[str], typed: set[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["securitize", *line[:1], "--language=zh", *line[1:]])
    assert main() == 2
    said = re.split(r"[(（]", capsys.readouterr().err.strip())[0]
    assert re.search("[\u4e00-\u9fff]", said)
    assert set(re.findall("[A-Za-z]+", said)) <= typed | {"x"}


@pytest.mark.parametrize(
    "code", sorted({*files._REPAIRS, errno.ENOENT, errno.EEXIST, errno.EISDIR, errno.EBUSY})
)
def test_reasons_of_the_system_have_chinese(code: int) -> None:
    for said in (os.strerror(code), files._REPAIRS.get(code, "No such file or directory")):
        assert re.search("[\u4e00-\u9fff]", in_language(said, "zh")), said
