"""The page of the documentation that lists every code."""

from __future__ import annotations

from securitize.definitions.codes import codes


def reference_page() -> str:
    """``docs/reference/codes.md``."""
    groups = {
        "SEC1": "A file by itself",
        "SEC2": "What does not fit together",
        "SEC3": "Warnings",
        "SEC4": "Candidates and industry chains",
        "SEC5": "Assembling a pool",
        "SEC6": "Markets, financings and policies",
        "SEC7": "Rules, capital sets and suites",
        "SEC9": "Runs, tables and storage",
    }
    lines = [
        "# Codes of problems",
        "",
        "Every problem ends with a code. All problems of a file are reported at once,",
        "each with its line. A warning does not stop a run; the run's manifest holds it. This page is made from",
        "`securitize/definitions/codes.toml`.",
    ]
    for prefix, heading in groups.items():
        lines += ["", f"## {heading}", "", "| code | title | title_zh | meaning |", "|---|---|---|---|"]
        lines += [
            f"| {entry.code} | {entry.title} | {entry.title_zh} | {entry.meaning} |"
            for entry in codes().values()
            if entry.code.startswith(prefix)
        ]
    return "\n".join(lines) + "\n"
