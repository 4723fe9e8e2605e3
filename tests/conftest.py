"""Settings of every test: Hypothesis repeats itself from run to run and has no deadline; counts are told at the end."""

from __future__ import annotations

from collections import Counter

from _pytest.terminal import TerminalReporter
from hypothesis import settings

settings.register_profile("project", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("project")

#: Properties that tests record, and what is said of their sum.
COUNTED = {
    "deals against the reference interpreter": "generated deals against the reference interpreter: "
    "0 cents of difference, 0 runtime invariants violated",
    "engine mutants killed": "seeded engine mutants killed",
    "engine mutants that a runtime invariant stopped": "of them stopped by a runtime invariant alone",
}


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
