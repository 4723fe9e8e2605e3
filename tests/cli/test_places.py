"""Where results go and where one works: empty folders, long names, one that is gone, files that may not be read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import PATIENCE, ROOT, environment, securitize, small_deal

USAGE, INVALID, FAILED = 2, 3, 5
#: Bytes: the file system takes 255, and what stands beside a folder while it is written carries its name.
LONG = "n" * 250
CHINESE = "\u9879" * 83


def test_an_empty_folder_is_taken_and_a_full_one_left_alone(place: Path, tmp_path: Path) -> None:
    deal, run = place / "small", place / "runs" / "done"
    commands: tuple[list[str | Path], ...] = (
        ["run", deal, "--output"],
        ["export", run, "--to", "csv", "--output"],
        ["init", "--from", "licence-back"],
    )
    for k, command in enumerate(commands):
        empty, full = tmp_path / f"empty{k}", tmp_path / f"full{k}"
        empty.mkdir()
        full.mkdir()
        (full / "mine").write_text("mine")
        done = securitize(*command, empty, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert len(list(empty.iterdir())) > 1
        refused = securitize(*command, full, cwd=tmp_path)
        assert refused.returncode in (USAGE, FAILED), command
        assert str(full) in refused.stderr
        assert [one.name for one in full.iterdir()] == ["mine"]
        here = tmp_path / f"here{k}"
        here.mkdir()
        inside = securitize(*command, ".", cwd=here)
        assert inside.returncode in (USAGE, FAILED), command
        assert "the folder you are in" in inside.stderr
        assert list(here.iterdir()) == []
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_an_empty_folder_stays_where_nothing_comes_of_it(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("empty")
    assert securitize("run", "no-such-deal", "--output", "empty", cwd=tmp_path).returncode == USAGE
    assert list((tmp_path / "empty").iterdir()) == []
    done = securitize("run", small_deal(tmp_path / "d"), "--output", "link", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "empty" / "manifest.json").is_file()


@pytest.mark.parametrize("name", [LONG, CHINESE], ids=["letters", "characters"])
def test_a_name_of_nearly_255_bytes_is_a_name(place: Path, tmp_path: Path, name: str) -> None:
    run = place / "runs" / "done"
    for command in (
        ["run", place / "small", "--output", name],
        ["init", f"{name[:-1]}i", "--from", "licence-back"],
        ["export", run, "--to", "csv", "--output", f"{name[:-1]}c"],
        ["report", run, "--output", f"{name[:-1]}r"],
        ["validate", f"{name[:-1]}i"],
        ["run", f"{name[:-1]}i", "--dry-run"],
    ):
        done = securitize(*command, cwd=tmp_path)
        assert done.returncode == 0, (command[0], done.stderr)
    too_long = securitize("run", place / "small", "--output", name * 2, cwd=tmp_path)
    assert (too_long.returncode, "File name too long" in too_long.stderr) == (FAILED, True)
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


#: Runs each command in a fork that has everything imported, since rights may hold back the imports too.
_EACH = """
import json, os, sys
commands = sys.argv[1]
from securitize.commands.main import main
for encoding in ("utf-8-sig", "utf-16", "gb18030", "latin-1"):
    b"a ".decode(encoding)
# Once with every right, so that whatever is imported on the way is there.
deal, sys.stdout = sys.argv[2], open(os.devnull, "w")
for arguments in (["validate", deal], ["run", deal, "--output", deal + "-run"]):
    sys.argv = ["securitize", *arguments]
    main()
sys.stdout = sys.__stdout__
for before, arguments in json.loads(commands):
    reading, writing = os.pipe()
    if os.fork() == 0:
        for stream in (1, 2):
            os.dup2(writing, stream)
        exec(before)
        sys.argv = ["securitize", *arguments]
        code = main()
        sys.stdout.flush()
        os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as said:
        text = said.read()
    print(json.dumps([os.waitstatus_to_exitcode(os.wait()[1]), text]), flush=True)
"""


#: Rights of files hold for root too, once it has given up its powers (capset of no capability, version 3 of the call). Another
#: user could not read a checkout in a private folder.
_NO_POWERS = (
    "import ctypes, struct; "
    "capset = getattr(ctypes.CDLL(None), 'capset', None); "
    "assert capset is None or capset(struct.pack('Ii', 0x20080522, 0), bytes(24)) == 0"
)


def _each(commands: list[tuple[str, list[str]]], warm: Path) -> list[tuple[int, str]]:
    """Exit code and what was said of each command, before which a statement is executed."""
    done = subprocess.run(
        [sys.executable, "-c", _EACH, json.dumps(commands), str(warm)],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    return [(code, said) for code, said in map(json.loads, done.stdout.splitlines())]


def test_a_working_folder_that_is_gone_and_files_that_may_not_be_read(tmp_path: Path) -> None:
    gone: list[tuple[str, list[str]]] = [
        (
            f"os.mkdir({str(tmp_path / str(k))!r}); os.chdir({str(tmp_path / str(k))!r}); os.rmdir(os.getcwd())",
            command,
        )
        for k, command in enumerate(
            (["run", "guangzhou-2019"], ["validate", "."], ["runs", "ls"], ["list", "deal"])
        )
    ]
    asked: list[tuple[str, list[str]]] = []
    expected = []
    for hidden, mode in (("pool/pool.toml", 0o000), ("pool", 0o600), ("scenarios/stress.toml", 0o000)):
        deal = small_deal(tmp_path / f"deal{len(asked)}")
        (deal / hidden).chmod(mode)
        more = ["--scenario", "stress"] if "stress" in hidden else []
        for command in (["run", deal.name, *more], ["validate", deal.name], ["validate", deal.name, *more]):
            asked.append((f"os.chdir({str(tmp_path)!r}); {_NO_POWERS}", command))
            expected.append(str(Path(deal.name, hidden)))
    *failed, listed = (found := _each([*gone, *asked], small_deal(tmp_path / "warm")))[: len(gone)]
    for code, said in failed:
        assert code == FAILED
        assert said.startswith("the folder you are in does not exist any more")
    assert listed[0] == 0
    for file, (code, said) in zip(expected, found[len(gone) :], strict=True):
        assert code == INVALID, said
        assert f"{file}: " in said or f"{file}/" in said
        assert "Permission denied" in said


@pytest.mark.parametrize("file", ["pool/pool.toml", "state.toml", "financing.toml"])
def test_a_link_to_nothing_is_not_taken_for_absent(tmp_path: Path, file: str) -> None:
    deal = small_deal(tmp_path / "d")
    (deal / file).unlink(missing_ok=True)
    (deal / file).symlink_to("nowhere")
    command = "savings" if file == "financing.toml" else "run"
    done = securitize(command, deal, cwd=tmp_path)
    assert (done.returncode, f"{file}: the file does not exist" in done.stderr) == (INVALID, True)
    shutil.rmtree(deal)
