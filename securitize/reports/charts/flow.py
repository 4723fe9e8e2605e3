"""The structure of a deal: who pays whom, as boxes and arrows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from securitize.reports.charts.frame import svg
from securitize.reports.element import Element, el

BOX_WIDTH, BOX_HEIGHT, GAP = 190.0, 52.0, 14.0
COLUMNS = (10.0, 265.0, 520.0)


@dataclass(frozen=True, slots=True)
class Box:
    """A party: its column (0 to 2), its place in it, two lines of text."""

    column: int
    place: int
    name: str
    amount: str


def flow(title: str, boxes: Sequence[Box], arrows: Sequence[tuple[int, int]]) -> Element:
    """Boxes, and arrows from one to another by their numbers."""
    tallest = max(sum(box.column == column for box in boxes) for column in range(3))
    height = 20 + tallest * (BOX_HEIGHT + GAP)
    head = el(
        "marker", el("path", d="M0 0L8 4L0 8Z", class_="head"), id="arrow", viewBox="0 0 8 8", refX=8, refY=4,
        markerWidth=8, markerHeight=8, orient="auto",
    )  # fmt: skip
    parts: list[Element] = [el("defs", head)]
    for start, end in arrows:
        (x1, y1), (x2, y2) = _side(boxes, start, height, True), _side(boxes, end, height, False)
        if boxes[start].column > boxes[end].column:
            (x1, y1), (x2, y2) = _side(boxes, start, height, False), _side(boxes, end, height, True)
        parts.append(
            el("path", d=f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}", class_="arrow", marker_end="url(#arrow)")
        )
    for box in boxes:
        x, y = COLUMNS[box.column], _top(boxes, box, height)
        parts.append(el("rect", x=x, y=y, width=BOX_WIDTH, height=BOX_HEIGHT, rx=6, class_="box"))
        parts.append(el("text", _cut(box.name), x=x + BOX_WIDTH / 2, y=y + 22, text_anchor="middle"))
        parts.append(
            el("text", box.amount, x=x + BOX_WIDTH / 2, y=y + 40, text_anchor="middle", class_="soft")
        )
    return el("figure", el("figcaption", title), svg(title, "boxes and arrows", parts, height))


def _top(boxes: Sequence[Box], box: Box, height: float) -> float:
    count = sum(other.column == box.column for other in boxes)
    used = count * (BOX_HEIGHT + GAP) - GAP
    return (height - used) / 2 + box.place * (BOX_HEIGHT + GAP)


def _side(boxes: Sequence[Box], k: int, height: float, right: bool) -> tuple[float, float]:
    box = boxes[k]
    x = COLUMNS[box.column] + (BOX_WIDTH if right else 0.0)
    return x, _top(boxes, box, height) + BOX_HEIGHT / 2


def _cut(name: str) -> str:
    """A name that fits into a box."""
    room, found = 26, ""
    for character in name:
        room -= 2 if ord(character) > 0x2E80 else 1
        if room < 1:
            return f"{found}…"
        found += character
    return found
