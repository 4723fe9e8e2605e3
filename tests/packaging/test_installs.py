"""Wheel, source distribution and editable checkout: each really built and installed into a fresh environment.

Only the project itself is installed. Its dependencies are those of the Python that runs the tests, lent to
the fresh environment by a path file: no network is needed and a trial takes seconds. The pins have tests of
their own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.packaging.tree import ROOT, code_files, copy_of_tree, data_files, project

VERSION = project()["project"]["version"]
LIST_LIBRARY = """
import json
from pathlib import Path
from securitize.library import find
listings = (find.list_deals, find.list_pools, find.list_scenarios, find.list_markets, find.list_templates)
lists = [listing() for listing in listings]
names = [[name for name, path in shipped] for shipped in lists]
exists = all(path.exists() for shipped in lists for _, path in shipped)
print(json.dumps({"names": names, "exists": exists, "root": str(find.library_root())}))
"""


def _run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _build(kind: str, tree: Path, out: Path) -> Path:
    _run(sys.executable, "-m", "build", "--no-isolation", f"--{kind}", "--outdir", out, tree, cwd=out.parent)
    (built,) = out.iterdir()
    return built


def _wheel(tree: Path, out: Path) -> list[str]:
    return [str(_build("wheel", tree, out))]


def _sdist(tree: Path, out: Path) -> list[str]:
    return [str(_build("sdist", tree, out))]


def _editable(tree: Path, out: Path) -> list[str]:
    return ["--editable", str(tree)]


@pytest.mark.parametrize("what_to_install", [_wheel, _sdist, _editable])
def test_installs_and_runs(what_to_install: Callable[[Path, Path], list[str]], tmp_path: Path) -> None:
    tree = copy_of_tree(tmp_path / "tree")
    install = what_to_install(tree, tmp_path / "built")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    python = _fresh_environment(tmp_path / "env")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-index"]
    _run(*pip, "--no-deps", "--no-build-isolation", *install, cwd=elsewhere)

    program = python.with_name("securitize")
    assert VERSION in _run(program, "version", cwd=elsewhere)
    assert "Usage" in _run(program, "--help", cwd=elsewhere)
    assert _run(python, "-I", "-m", "securitize", "version", cwd=elsewhere) == _run(
        program, "version", cwd=elsewhere
    )
    assert (
        _run(python, "-Ic", "import securitize; print(securitize.__version__)", cwd=elsewhere)
        == f"{VERSION}\n"
    )

    found = json.loads(_run(python, "-Ic", LIST_LIBRARY, cwd=elsewhere))
    here = json.loads(_run(sys.executable, "-c", LIST_LIBRARY, cwd=ROOT))
    assert found["exists"]
    assert found["names"] == here["names"]
    assert any(found["names"])
    home = tree if what_to_install is _editable else tmp_path / "env"
    assert Path(found["root"]).is_relative_to(home.resolve())

    for name in ("cli", "check", "pools", "deals", "scenarios", "tests", "commands", "base"):
        leaked = f"import importlib.util as u; print(u.find_spec({name!r}))"
        assert _run(python, "-Ic", leaked, cwd=elsewhere) == "None\n", f"{name} is a global name"


def test_wheel_holds_every_file_of_the_tree_and_nothing_else(tmp_path: Path) -> None:
    tree = copy_of_tree(tmp_path / "tree")
    (built,) = _wheel(tree, tmp_path / "built")
    with zipfile.ZipFile(built) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
        papers = {name.partition(".dist-info/")[2] for name in wheel.namelist() if ".dist-info/" in name}
    assert names == {*code_files(), *(f"securitize/library/{file}" for file in data_files())}
    assert "licenses/LICENSE" in papers


def test_source_distribution_builds_the_same_wheel(tmp_path: Path) -> None:
    tree = copy_of_tree(tmp_path / "tree")
    (packed,) = _sdist(tree, tmp_path / "packed")
    with tarfile.open(packed) as sdist:
        sdist.extractall(tmp_path / "unpacked", filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    (from_sdist,) = _wheel(unpacked, tmp_path / "from_sdist")
    (from_tree,) = _wheel(tree, tmp_path / "from_tree")
    assert _files(from_sdist) == _files(from_tree)


def _files(wheel: str) -> dict[str, int]:
    with zipfile.ZipFile(wheel) as opened:
        return {entry.filename: entry.CRC for entry in opened.infolist()}


def _fresh_environment(folder: Path) -> Path:
    venv.create(folder, symlinks=True)
    lent = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "lent.pth").write_text("".join(f"{path}\n" for path in sorted(lent)), encoding="utf-8")
    return folder / "bin" / "python"
