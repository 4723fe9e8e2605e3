"""A fork of the program is the program: it prints, writes and answers what a new interpreter does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import from_the_start, securitize


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "guangzhou-2019"),
        ("run", "guangzhou-2019", "--output", "run"),
        ("run", "nosuch"),
        ("--help",),
    ],
    ids=" ".join,
)
def test_a_fork_says_and_does_what_a_new_interpreter_does(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    seen = []
    for call, name in ((securitize, "fork"), (from_the_start, "start")):
        folder = tmp_path / name
        folder.mkdir()
        done = call(*arguments, cwd=folder, COLUMNS="100")
        files = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        said = [text.replace(str(folder), ".") for text in (done.stdout, done.stderr)]
        seen.append((done.returncode, said, files))
    assert seen[0] == seen[1]
    assert "".join(seen[0][1])


def test_a_fork_leaves_nothing_to_the_next(tmp_path: Path) -> None:
    narrow, wide = (
        securitize("show", "guangzhou-2019", cwd=tmp_path, COLUMNS=columns) for columns in ("40", "200")
    )
    assert narrow.stdout != wide.stdout
    (tmp_path / "below").mkdir()
    again = securitize("show", "guangzhou-2019", cwd=tmp_path / "below", COLUMNS="200")
    assert (again.stdout, again.stderr, again.returncode) == (wide.stdout, wide.stderr, wide.returncode)
