"""Coverage of the notes of a rank and above in a terminal: published, by payment date, and over the life."""

from __future__ import annotations

from securitize.base.messages import Message
from securitize.reports.headings import print_rows
from securitize.reports.rows import Row
from securitize.reports.terminal import NOTHING, print_line

#: Coverage of more payment dates than this is left to its table.
MOST_DATES = 60
LIFE = ("life_coverage", "life_coverage_with_support", "plain_coverage")
COVERAGE = ("dscr", "dscr_with_support", "ic", "oc")


def print_coverage(rows: list[Row], *, published: bool) -> None:
    """The lowest of every rank, then every date, as far as a reader would look at them all.

    published : whether it is the published measure; an earlier version had one measure, that of its triggers
    """
    ranks: dict[int, list[Row]] = {}
    for row in rows:
        ranks.setdefault(row["rank"], []).append(row)
    lowest = [
        {"rank": rank, **{name: _lowest(of_rank, name) for name in COVERAGE}}
        for rank, of_rank in ranks.items()
    ]
    title = (
        Message("Lowest published coverage of the notes of a rank and above")
        if published
        else Message("Lowest coverage of the notes of a rank and above, as its version measured it")
    )
    print_rows(title, "coverage", lowest, ("rank", *COVERAGE))
    dates = len({row["period"] for row in rows})
    for rank, of_rank in ranks.items() if published else ():
        if 0 < (measured_on := sum(row["dscr"] is not None for row in of_rank)) < dates:
            print_line(
                "DSCR of rank {rank} is over the {measured} of {dates} payment dates on which principal follows a "
                "schedule",
                rank=rank,
                measured=measured_on,
                dates=dates,
            )
    if published:
        print_line("what a trigger compares, as its terms say, may differ: --table triggers")
        print_line("")
    if dates > MOST_DATES:
        print_line("coverage of {dates} payment dates: --format csv --table coverage", dates=dates)
        print_line("")
    for rank, of_rank in ranks.items() if dates <= MOST_DATES else ():
        measured = [row for row in of_rank if any(row[name] is not None for name in COVERAGE)]
        title = Message("Coverage by payment date, rank {rank}", rank=rank)
        print_rows(title, "coverage", measured, ("payment_date", *COVERAGE))
    if published and any(row[name] is None for row in rows for name in COVERAGE):
        print_line(
            "{nothing} not applicable: nothing is due or outstanding, principal follows no schedule on the date, or "
            "the pool has no balance",
            nothing=NOTHING,
        )
        print_line("")


def print_life(rows: list[Row]) -> None:
    """Life coverage of every rank today."""
    today = min((row["period"] for row in rows), default=None)
    print_rows(
        "Life coverage of the notes of a rank and above, today",
        "life_coverage",
        [row for row in rows if row["period"] == today],
        ("rank", *LIFE),
    )


def _lowest(rows: list[Row], name: str) -> float | None:
    return min((row[name] for row in rows if row[name] is not None), default=None)
