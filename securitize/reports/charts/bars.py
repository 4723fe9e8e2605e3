"""Bars: shares of paths by loss, and what moving a number does (a tornado)."""

from __future__ import annotations

from collections.abc import Sequence

from securitize.reports.charts.frame import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    amounts,
    short,
    svg,
    upwards,
)
from securitize.reports.element import Element, el

ROW, LABEL = 22.0, 300.0


def upright(title: str, labels: Sequence[str], values: Sequence[float]) -> Element:
    """One bar a label, upwards."""
    high = max([*values, 1e-9])
    parts, width = amounts(0.0, high), (WIDTH - LEFT - RIGHT) / max(len(labels), 1)
    for k, (label, value) in enumerate(zip(labels, values, strict=True)):
        x, y = LEFT + k * width, upwards(value, 0.0, high)
        parts.append(
            el("rect", x=x + 2, y=y, width=max(width - 4, 1.0), height=HEIGHT - BOTTOM - y, class_="s0 area")
        )
        if width > 38 or k % 3 == 0:
            parts.append(
                el("text", label, x=x + width / 2, y=HEIGHT - 12, text_anchor="middle", class_="soft")
            )
    return el("figure", el("figcaption", title), svg(title, f"{len(labels)} bars", parts))


def tornado(
    title: str, labels: Sequence[str], results: Sequence[tuple[float | None, float | None]], base: float
) -> Element:
    """One bar a label, from the base to where it goes when moved down and up."""
    known = [value for pair in results for value in pair if value is not None]
    low, high = min([*known, base]), max([*known, base])
    height = TOP + ROW * len(labels) + BOTTOM

    def across(value: float) -> float:
        return LABEL + (WIDTH - LABEL - RIGHT) * (value - low) / ((high - low) or 1.0)

    parts: list[Element] = [
        el("line", x1=across(base), x2=across(base), y1=TOP, y2=height - BOTTOM, class_="axis")
    ]
    for k, (label, pair) in enumerate(zip(labels, results, strict=True)):
        y = TOP + ROW * k
        text = label if len(label) <= 42 else f"…{label[-41:]}"
        parts.append(el("text", text, x=LABEL - 8, y=y + 15, text_anchor="end"))
        for side, value in enumerate(pair):
            if value is not None:
                left, right = sorted((across(base), across(value)))
                parts.append(
                    el(
                        "rect",
                        x=left,
                        y=y + 3,
                        width=max(right - left, 1.0),
                        height=ROW - 7,
                        class_=f"s{side} area",
                    )
                )
    for value, anchor in ((low, "start"), (high, "end")):
        parts.append(
            el("text", short(value), x=across(value), y=height - 14, text_anchor=anchor, class_="soft")
        )
    return el("figure", el("figcaption", title), svg(title, "moved down and up", parts, height))
