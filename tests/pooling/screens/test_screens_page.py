"""The reference page of screens and scores against the data that it shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from securitize.pooling.screens.findings import data
from tests.pooling.screens.page_reference import toml

PAGE = (Path(__file__).parents[3] / "docs/reference/screens-and-scores.md").read_text(encoding="utf-8")


def anchors(told: dict[str, Any]) -> str:
    return ", ".join(f"{value:g} → {points:g}" for value, points in told["anchors"])


def test_every_reason_stands_on_the_page() -> None:
    for code, told in data("reasons").items():
        row = f"| `{code}` | {told['subject']} | {told['text']} | {told['text_zh']} | {told['source']} |"
        assert row in PAGE


def test_every_indicator_stands_on_the_page() -> None:
    for code, told in toml("patent_score.toml").items():
        weights = " | ".join(str(told["weights"][purpose]) for purpose in ("pledge", "licence", "transfer"))
        frame = f"{told['dimension']}: {told['group']}"
        row = f"| `{code}` | {told['title']} | {told['title_zh']} | {frame} | {weights} | {anchors(told)} |"
        assert row in PAGE
    for code, told in toml("company_score.toml").items():
        row = f"| `{code}` | {told['title']} | {told['title_zh']} | {told['weights']['all']} | {anchors(told)} |"
        assert row in PAGE


def test_the_preset_stands_on_the_page() -> None:
    rules = data("presets")["nanjing-2022"]
    for amount in ("capital", "revenue", "policy_revenue"):
        assert f"{rules[amount]:,}" in PAGE
    assert (
        f"fewer than {rules['inventions']} inventions and fewer than {rules['utility_models']} utility models"
        in PAGE
    )
    assert f"at least {rules['years_left']} years" in PAGE
    for share in ("growth", "debt_ratio", "policy_debt_ratio"):
        assert f"{rules[share]:.0%}" in PAGE
