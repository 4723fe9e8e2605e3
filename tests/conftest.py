"""Settings of every test: Hypothesis repeats itself from run to run and has no deadline; counts are told at the end.

With ``CI=true`` a test that is skipped fails, but for the reasons of ``MAY_SKIP``.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Generator

import pytest
from _pytest.terminal import TerminalReporter
from hypothesis import settings

from tests.deep import PARTS, ROOT, parts_of_cases

settings.register_profile("project", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("project")

#: Properties that tests record, and what is said of their sum.
COUNTED = {
    "deals against the reference interpreter": "generated deals against the reference interpreter: "
    "0 cents of difference, 0 runtime invariants violated",
    "deals by periods and by days of cash": "generated deals by periods, in both engines, and by days of cash: "
    "0 cents of difference",
    "engine mutants killed": "seeded engine mutants killed",
    "engine mutants that a runtime invariant stopped": "of them stopped by a runtime invariant alone",
}
#: Why a test may be skipped with CI=true: what a container does not allow, and no program can be installed for.
MAY_SKIP = (
    "no file system may be mounted here",
    "only root can become another user",
    "strace may not look into a process here",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is sampled is deep but for its sample; every deep test lies where its part is looked for."""
    usual = [item for item in items if item.get_closest_marker("deep") is None]
    for item, of in zip(usual, parts_of_cases([_test(item) for item in usual]), strict=True):
        if of is not None:
            item.add_marker(pytest.mark.deep(part=of))
    for item in items:
        if marker := item.get_closest_marker("deep"):
            part = PARTS.get(marker.kwargs.get("part", ""))
            if part is None or not any(
                item.path.is_relative_to(ROOT / "tests" / file) for file in part.files
            ):
                raise pytest.UsageError(
                    f"{item.nodeid}: mark it with a part of tests/deep.py that has this file"
                )


def _test(item: pytest.Item) -> str:
    """The file below ``tests/`` and the function, without its parameters."""
    return item.nodeid.removeprefix("tests/").partition("[")[0]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With CI=true nothing is passed over in silence."""
    report = yield
    reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
    skipped = report.skipped and not hasattr(report, "wasxfail")
    if skipped and os.environ.get("CI") == "true" and not any(allowed in reason for allowed in MAY_SKIP):
        report.outcome, report.longrepr = "failed", f"{item.nodeid}: skipped with CI=true: {reason}"
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run that was stopped has failed where one of its tests had."""
    if session.exitstatus == pytest.ExitCode.INTERRUPTED and session.testsfailed:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Say how much was compared, in all workers together."""
    counts: Counter[str] = Counter()
    for report in terminalreporter.getreports("passed"):
        for name, value in getattr(report, "user_properties", ()):
            if name in COUNTED and getattr(report, "when", "") == "call":
                counts[name] += int(value)
    for name, said in COUNTED.items():
        if name in counts:
            terminalreporter.write_line(f"{counts[name]:,} {said}")
