"""``securitize doctor``."""

from __future__ import annotations

import click

from securitize.base.errors import EXIT_BREACH


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def command(as_json: bool) -> int:
    """Say whether this machine can run the program: versions, folders, limits, terminal, shipped data.

    One line per finding: ok, warning or problem, with what to do. Exit code 1 where there is a problem.
    """
    from securitize.store.doctor import examine

    findings = examine()
    if as_json:
        from securitize.reports.tables import to_json
        from securitize.reports.terminal import emit_data

        rows = [
            {"what": one.what, "outcome": one.outcome, "found": one.found, "repair": one.repair}
            for one in findings
        ]
        emit_data(to_json({"findings": rows}))
    else:
        from securitize.reports.findings import print_findings

        print_findings(findings)
    return EXIT_BREACH if any(one.is_problem for one in findings) else 0
