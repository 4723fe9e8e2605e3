"""The style sheet of the report."""

from __future__ import annotations

from importlib.resources import files


def sheet() -> str:
    """What stands in ``style.css``."""
    return (files("securitize.reports.html") / "style.css").read_text(encoding="utf-8")
