"""Pins, the README's commands, and what no file of the project may hold."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.packaging.tree import ROOT, project

PIN = re.compile(r"^([a-z0-9-]+)==(\S+) \\$", re.MULTILINE)
REGISTRY = re.compile(r"--(extra-)?index-url|://[^/\s]*(py|npm|pip|conda|debian)[^/\s]*\.(org|com|io)/")
#: Home folders and mounts of somebody's machine. Split, so that this file does not hold them.
MACHINE = re.compile("/(" + "|".join(("root", "home/[a-z]", "Users", "work")) + ")/")


def _pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / "requirements" / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", ["runtime.txt", "test.txt"])
def test_every_pin_is_hashed(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]
    assert blocks
    assert not [
        block.splitlines()[0] for block in blocks if not PIN.match(block) or "--hash=sha256:" not in block
    ]


@pytest.mark.parametrize("name", ["runtime.txt", "test.txt"])
def test_pins_meet_the_declared_requirements(name: str) -> None:
    about, pins = project(), _pins(name)
    declared = about["project"]["dependencies"] + about["build-system"]["requires"]
    if name == "test.txt":
        declared += about["project"]["optional-dependencies"]["test"]
    wrong = [text for text in declared if pins.get(_key(text), "0") not in Requirement(text).specifier]
    assert not wrong, f"run requirements/update.sh: {wrong}"


def test_tests_run_on_the_pins_of_the_program() -> None:
    assert _pins("runtime.txt").items() <= _pins("test.txt").items()


def _key(requirement: str) -> str:
    return canonicalize_name(Requirement(requirement).name)


def _readme_commands() -> list[str]:
    return re.findall(r"^```sh\n(.*?)\n```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)


def test_readme_has_two_commands_of_one_line_that_install_pins() -> None:
    run, test = _readme_commands()
    assert "\n" not in run + test
    assert "-r requirements/runtime.txt" in run
    assert run.endswith("securitize run guangzhou-2019")
    assert "-r requirements/test.txt" in test


def test_ci_runs_the_test_command_of_the_readme_then_what_is_due() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    lines = script.read_text(encoding="utf-8").splitlines()
    after = lines[lines.index(_readme_commands()[1]) + 1 :]
    assert [line for line in after if line.startswith(".venv/bin/python check.py --deep due ")]


def test_every_fragment_tells_whether_results_move() -> None:
    fragments = [file for file in (ROOT / "changes").iterdir() if not file.name.startswith(".")]
    untold = [
        file.name
        for file in fragments
        if not re.fullmatch(r"[a-z0-9-]+\.(added|changed|fixed)\.md", file.name)
        or not re.search(r"Impacted\s+results:\s+(yes|no)\b.*\Z", file.read_text(encoding="utf-8"), re.S)
    ]
    assert not untold


def _tracked_texts() -> list[tuple[str, str]]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: which files are tracked is unknown")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    files = [Path(name.decode()) for name in listed.split(b"\0") if name]
    return [
        (str(file), (ROOT / file).read_bytes().decode(errors="ignore"))
        for file in files
        if (ROOT / file).exists()
    ]


@pytest.mark.parametrize(("what", "pattern"), [("registry address", REGISTRY), ("machine path", MACHINE)])
def test_no_tracked_file_holds(what: str, pattern: re.Pattern[str]) -> None:
    found = [f"{name}: {hit[0]}" for name, text in _tracked_texts() if (hit := pattern.search(text))]
    assert not found, f"{what}: {found}"


def test_every_relative_link_of_the_papers_leads_somewhere() -> None:
    papers = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{paper.relative_to(ROOT)}: {target}"
        for paper in papers
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", paper.read_text(encoding="utf-8"))
        if not (paper.parent / target).exists()
    ]
    assert not broken
