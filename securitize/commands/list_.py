"""``securitize list``."""

from __future__ import annotations

import click


@click.command("list")
def command() -> None:
    """List the deals, templates and scenarios that ship with the program."""
    from securitize.definitions.reading import read_toml
    from securitize.library import list_deals, list_scenarios, list_templates
    from securitize.reports.terminal import Column, print_table

    def titles(path: object) -> tuple[str, str]:
        raw = read_toml(str(path)).raw
        return str(raw.get("title", "")), str(raw.get("title_zh", ""))

    columns = [Column("name"), Column("title", wraps=True), Column("中文", wraps=True)]
    print_table("Deals", columns, [(one.name, *titles(one.path)) for one in list_deals()])
    print_table(
        "Templates", columns, [(one.name, *titles(one.path / "deal.toml")) for one in list_templates()]
    )
    print_table("Scenarios", columns, [(one.name, *titles(one.path)) for one in list_scenarios()])
