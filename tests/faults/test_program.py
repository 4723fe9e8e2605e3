"""The whole program where the system is hostile: signals, limits, devices, odd files and names, a reader that leaves.

What a fault does to the store alone is in ``test_disk.py`` and ``test_writers.py``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from securitize.base.errors import (
    EXIT_DONE,
    EXIT_FAILED,
    EXIT_INTERRUPTED,
    EXIT_INVALID,
    EXIT_TERMINATED,
    EXIT_USAGE,
)
from tests.cli.program import PROGRAM, environment, replace, securitize, small_deal
from tests.faults.looking import hidden, visible
from tests.faults.test_disk import mounted
from tests.faults.test_repeat import PLACES

RUN = ("run", "guangzhou-2019", "--output", "runs/run")
#: The program, which gets a signal when it imports a module: ``MODULE SIGNAL ARGUMENTS...``
STRUCK = """
import os, signal, sys

module, name = sys.argv[1:3]

class Striker:
    def find_spec(self, asked, path=None, target=None):
        if asked == module:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), getattr(signal, name))

sys.meta_path.insert(0, Striker())
sys.argv[:] = ["securitize", *sys.argv[3:]]
from securitize.__main__ import main
code = main()
sys.exit(code if not any(isinstance(one, Striker) for one in sys.meta_path) else "was not struck")
"""


def ended(*command: str, cwd: Path, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """A program that has run; one that waits for something fails the test."""
    return subprocess.run(
        command,
        cwd=cwd,
        env=environment(**changes),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def only_line(done: subprocess.CompletedProcess[str]) -> str:
    """The one line on standard error."""
    [line] = done.stderr.splitlines()
    return line


@pytest.mark.parametrize(
    "module",
    ["click", "pydantic", "pyarrow", "securitize.engine.tables"],
)
@pytest.mark.parametrize(
    ("name", "code", "said"),
    [("SIGINT", EXIT_INTERRUPTED, "interrupted"), ("SIGTERM", EXIT_TERMINATED, "terminated")],
)
def test_a_signal_while_importing(tmp_path: Path, module: str, name: str, code: int, said: str) -> None:
    done = ended(sys.executable, "-c", STRUCK, module, name, *RUN, cwd=tmp_path)
    assert (done.returncode, only_line(done), done.stdout) == (code, said, "")
    assert list(tmp_path.rglob("*.partial")) == []
    assert not (tmp_path / "runs/run").exists()


def test_a_signal_that_python_makes_another_error_of(tmp_path: Path) -> None:
    """What is raised inside ``__set_name__`` comes out as a RuntimeError in Python before 3.12."""
    program = (
        "import os, signal, sys\n"
        "import securitize.commands.version as module\n"
        "class Name:\n"
        "    def __set_name__(self, owner, name): os.kill(os.getpid(), signal.SIGTERM)\n"
        "def fail():\n"
        "    try: type('Owner', (), {'name': Name()})\n"
        "    except BaseException as error: raise RuntimeError('wrapped') from error\n"
        "module.command.callback = lambda **given: fail()\n"
        "sys.argv = ['securitize', 'version']\n"
        "from securitize.__main__ import main\n"
        "sys.exit(main())"
    )
    done = ended(sys.executable, "-c", program, cwd=tmp_path)
    assert (done.returncode, only_line(done)) == (EXIT_TERMINATED, "terminated")


def test_a_signal_while_an_object_is_freed(tmp_path: Path) -> None:
    """Python drops what is raised there; the program ends all the same."""
    program = (
        "import os, signal, sys\n"
        "import securitize.commands.version as module\n"
        "class Freed:\n"
        "    def __del__(self): os.kill(os.getpid(), signal.SIGINT)\n"
        "def command(**given):\n"
        "    Freed()\n"
        "    print('went on')\n"
        "module.command.callback = command\n"
        "sys.argv = ['securitize', 'version']\n"
        "from securitize.__main__ import main\n"
        "sys.exit(main())"
    )
    done = ended(sys.executable, "-c", program, cwd=tmp_path)
    assert (done.returncode, only_line(done), done.stdout) == (EXIT_INTERRUPTED, "interrupted", "")


def test_an_ignored_signal_stays_ignored(tmp_path: Path) -> None:
    """As under ``nohup`` or in the background of a script."""
    struck = (sys.executable, "-c", STRUCK, "pyarrow", "SIGINT", *RUN)
    done = ended("sh", "-c", "trap '' INT; exec \"$@\"", "sh", *struck, cwd=tmp_path)
    assert done.returncode == EXIT_DONE, done.stderr
    assert len(visible(tmp_path / "runs")) == 1


@pytest.mark.parametrize("blocks", [0, 16, 80])
def test_limit_of_file_sizes(tmp_path: Path, blocks: int) -> None:
    """In blocks of 512 bytes: not even a lock file, no input, not every table."""
    done = ended("sh", "-c", f'ulimit -f {blocks}; exec "$@"', "sh", *PROGRAM, *RUN, cwd=tmp_path)
    assert done.returncode == EXIT_FAILED
    assert "EFBIG" in only_line(done)
    assert "ulimit -f" in done.stderr
    assert list((tmp_path / "runs").iterdir()) == []


def test_few_descriptors_are_enough(tmp_path: Path) -> None:
    done = ended("sh", "-c", 'ulimit -n 32; exec "$@"', "sh", *PROGRAM, *RUN, cwd=tmp_path)
    assert done.returncode == EXIT_DONE, done.stderr
    assert len(visible(tmp_path / "runs")) == 1


@pytest.fixture
def device(tmp_path: Path) -> Iterator[Path]:
    """Another file system."""
    yield from mounted(tmp_path, "size=4m")


def test_output_on_another_device(device: Path, tmp_path: Path) -> None:
    """A run is built beside its place, never renamed from one device to another."""
    (tmp_path / "link").symlink_to(device)
    for output in (device / "run", tmp_path / "link" / "run"):
        assert securitize("run", "guangzhou-2019", "--output", output, cwd=tmp_path).returncode == EXIT_DONE
        assert [run.path for run in visible(output.parent)] == [output]
        shutil.rmtree(output)
    done = securitize("run", "guangzhou-2019", "--output", device, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (EXIT_FAILED, "")
    assert "a disk is mounted there" in only_line(done)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["disk", "link"]


ODD: dict[str, Callable[[Path], object]] = {
    "pipe": os.mkfifo,
    "folder": Path.mkdir,
    "loop": lambda path: path.symlink_to(path.name),
    "device": lambda path: path.symlink_to("/dev/zero"),
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("where", ["deal", "pool", "scenario"])
def test_what_is_no_file_is_no_input(tmp_path: Path, odd: str, where: str) -> None:
    deal = small_deal(tmp_path / "deal")
    file = {"deal": "deal.toml", "pool": "pool/pool.toml", "scenario": "scenarios/stress.toml"}[where]
    (deal / file).unlink()
    ODD[odd](deal / file)
    done = securitize("run", "deal", "--scenario", "stress", cwd=tmp_path)
    assert done.returncode in (EXIT_USAGE, EXIT_INVALID)
    assert only_line(done)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["deal"]


def unread(path: Path) -> list[float]:
    """What the system says of a file, but for when it was last looked at."""
    found = os.lstat(path)
    return [found.st_mode, found.st_ino, found.st_nlink, found.st_uid, found.st_size, found.st_mtime]


@pytest.mark.parametrize("odd", ["pipe", "loop", "device"])
def test_what_is_no_folder_is_no_output(tmp_path: Path, odd: str) -> None:
    ODD[odd](tmp_path / "odd")
    before = unread(tmp_path / "odd")
    for option in ("--output", "--runs"):
        done = securitize("run", "guangzhou-2019", option, "odd", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (EXIT_FAILED, "")
        assert only_line(done)
    assert unread(tmp_path / "odd") == before
    assert [path.name for path in tmp_path.iterdir()] == ["odd"]


def test_names_do_not_write_to_the_terminal(tmp_path: Path) -> None:
    """Titles, and names of folders, with sequences that a terminal obeys or that turn text around."""
    deal = small_deal(tmp_path / "deal")
    evil = "\\u001b]0;owned\\u0007\\u202Egnp\\u2066\\u009b31m"
    replace(deal / "deal.toml", 'title = "Small deal"', f'title = "{evil}"')
    replace(deal / "deal.toml", 'title_zh = "小型项目"', f'title_zh = "{evil}"')
    replace(deal / "pool/pool.toml", 'title = "First Ltd"', f'title = "{evil}"')
    replace(deal / "scenarios/stress.toml", 'title = "The second obligor defaults"', f'title = "{evil}"')
    folder = "runs/\x1b[31m\u202erun"
    told = ""
    for arguments in (
        ["show", "deal"],
        ["show", "deal", "--assumptions"],
        ["validate", "deal", "--scenario", "stress"],
        ["run", "deal", "--scenario", "stress", "--output", folder],
        ["runs", "show", folder],
        ["runs", "ls"],
        ["trace", folder, "--date", "2024-08-29"],
        ["run", "deal", "--scenario", "stress", "--output", "runs/x", "--format", "csv", "--table", "assets"],
    ):
        done = securitize(*arguments, cwd=tmp_path)
        assert done.returncode == EXIT_DONE, done.stderr
        told += done.stdout + done.stderr
    assert [c for c in set(told) if not c.isprintable() and c not in "\n\r"] == []
    assert "\\x1b]0;owned" in told


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A run as it is written here."""
    return written(tmp_path_factory.mktemp("here"), {})


def written(folder: Path, changes: dict[str, str]) -> dict[str, bytes]:
    done = ended(*PROGRAM, *RUN, cwd=folder, **changes)
    assert done.returncode == EXIT_DONE, done.stderr
    run = folder / "runs/run"
    return {str(path.relative_to(run)): path.read_bytes() for path in run.rglob("*") if path.is_file()}


@pytest.mark.parametrize("place", PLACES)
def test_same_bytes_everywhere(tmp_path: Path, place: str, here: dict[str, bytes]) -> None:
    assert written(tmp_path, PLACES[place]) == here


def test_a_reader_that_leaves_half_way(tmp_path: Path) -> None:
    command = [*PROGRAM, *RUN, "--format", "json"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=tmp_path, env=environment(), stdout=pipe, stderr=pipe) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read(1) == b"{"
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == EXIT_DONE
    assert len(visible(tmp_path / "runs")) == 1
    assert hidden(tmp_path / "runs") == []
