"""``securitize pool show|explain|compare|frontier``."""

from __future__ import annotations

from pathlib import Path

import click

from securitize.commands import options


@click.group("pool")
def command() -> None:
    """Show, explain or compare built pools."""


@command.command("show")
@click.argument("build")
@click.option("--patents", is_flag=True, help="List every patent of the pool too.")
@click.option("--chain", is_flag=True, help="Show the map of the industry chain too.")
@options.builds_folder
def show(build: str, patents: bool, chain: bool, builds_folder: Path) -> None:
    """Show a stored BUILD again: its folder, or the start of its id."""
    from securitize.reports import pool_builds
    from securitize.studies.pool.build import opened

    done = opened(build, builds_folder)
    pool_builds.print_build(done)
    if chain:
        pool_builds.print_chain_map(done)
    if patents:
        pool_builds.print_patents(done)


@command.command("explain")
@click.argument("build", shell_complete=options.completion("build"))
@click.argument("key")
@options.builds_folder
def explain(build: str, key: str, builds_folder: Path) -> None:
    """Explain why KEY (a publication number, company or contract) is in BUILD or not, and what it would replace.

    BUILD is a stored build, or a pool to be built. What would leave the pool if the candidate had to be in it
    is solved again.
    """
    from securitize.reports.pool_builds import print_explanation

    print_explanation(build, key, builds_folder)


@command.command("compare")
@click.argument("one")
@click.argument("other")
@options.builds_folder
def compare(one: str, other: str, builds_folder: Path) -> None:
    """Compare two builds: ONE and OTHER, each a folder or the start of an id."""
    from securitize.reports import pool_builds
    from securitize.studies.pool.build import opened

    pool_builds.print_comparison(opened(one, builds_folder), opened(other, builds_folder))


@command.command("frontier")
@click.argument("pool", shell_complete=options.completion("build"))
@click.option("--limit", required=True, metavar="NAME", help="The limit to vary, such as largest-obligor.")
@click.option(
    "--from", "low", required=True, type=float, metavar="BOUND", help="First bound, in the unit of the file."
)
@click.option("--to", "high", required=True, type=float, metavar="BOUND", help="Last bound.")
@click.option(
    "--steps",
    default=7,
    show_default=True,
    type=click.IntRange(2, 100),
    metavar="N",
    help="Number of bounds.",
)
def frontier(pool: str, limit: str, low: float, high: float, steps: int) -> None:
    """Find the optimal value of the objective of POOL at each bound of a limit, each point proved."""
    from securitize.reports import pool_builds
    from securitize.studies.pool import build as building

    pool_builds.print_frontier(limit, building.frontier(pool, limit, low, high, steps))
