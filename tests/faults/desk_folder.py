"""A desk's folder with a file of every kind, made from the template of pledged loans."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.cli.program import ROOT, securitize

TEMPLATE = ROOT / "deals" / "templates" / "pledged-loan"
_SHIPPED = {
    "scenarios/markets/lpr.toml": "scenarios/markets/lpr.toml",
    "scenarios/markets/china-2024-11-14.toml": "scenarios/markets/desk.toml",
    "scenarios/suites/reverse.toml": "scenarios/suites/drivers.toml",
    "scenarios/presets/exchange.toml": "scenarios/presets/desk.toml",
    "scenarios/capital/eu-sec-sa.toml": "scenarios/capital/standard.toml",
    "scenarios/capital/eu-sec-erba.toml": "scenarios/capital/ratings.toml",
    "scenarios/capital/eu-sec-irba.toml": "scenarios/capital/internal.toml",
    "scenarios/performance/assumed-small-companies.toml": "scenarios/performance/desk.toml",
    "scenarios/alternatives/unsecured-loan.toml": "scenarios/alternatives/bank.toml",
    "scenarios/policies/shenzhen-nanshan-2025.toml": "scenarios/policies/city.toml",
    "scenarios/programmes/example-city.toml": "scenarios/programmes/plan.toml",
}
_SUITE = """\
name = "desk"
version = "1"
title = "Three cases"
sources = ["assumed"]
fail_on = ["A2=loses"]

[[scenarios]]
name = "largest-out"
title = "The largest company defaults"
title_zh = "最大债务人违约"
[[scenarios.stress]]
driver = "largest-obligors"
count = 1
after = "6M"

[[scenarios]]
name = "late"
title = "Everybody pays late"
title_zh = "全部逾期"
[[scenarios.stress]]
driver = "all-payments-late"
days = 30

[[scenarios]]
name = "both"
title = "Both"
title_zh = "两者叠加"
with = ["largest-out", "late"]
"""
_HOLIDAYS = """\
name = "desk"
sources = ["assumed"]
years = [2027]
holidays = [2027-01-01, 2027-02-08]
working_weekends = []
"""
#: A contract whose cash stands in a file of its own.
_PROJECTED = """
[contracts.x1]
kind = "projected"
obligor = "o1"
start = 2025-03-01
file = "cash.csv"
"""
_CASH = "date,interest,principal\n2025-09-01,10000.00,100000.00\n2026-03-02,5000.00,200000.00\n"


def make(folder: Path) -> Path:
    """The folder, valid in every part; a run of it stands beside it."""
    shutil.copytree(TEMPLATE, folder, copy_function=shutil.copyfile)
    for source, target in _SHIPPED.items():
        (folder / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / source, folder / target)
    (folder / "scenarios/suites/desk.toml").write_text(_SUITE, encoding="utf-8")
    (folder / "scenarios/markets/china-holidays.toml").write_text(_HOLIDAYS, encoding="utf-8")
    with open(folder / "pool/pool.toml", "a", encoding="utf-8") as pool:
        pool.write(_PROJECTED)
    (folder / "pool/cash.csv").write_text(_CASH, encoding="utf-8")
    shutil.copytree(ROOT / "pools/lithium-battery", folder / "built", copy_function=shutil.copyfile)
    (folder / "built/chains").mkdir()
    shutil.copyfile(ROOT / "pools/chains/lithium-battery.toml", folder / "built/chains/lithium-battery.toml")
    (folder / "README.md").write_text("What the desk knows.\n", encoding="utf-8")
    run = folder.with_name("first-run")
    done = securitize("run", folder, "--output", run, cwd=folder)
    assert done.returncode == 0, done.stderr
    done = securitize("roll", run, "--forecast", folder / "actuals.csv", cwd=folder)
    assert done.returncode == 0, done.stderr
    flows = securitize(
        "run", folder, "--output", run, "--format", "csv", "--table", "note_cash_flows", cwd=folder
    )
    (folder / "balances.csv").write_text(_balances(flows.stdout), encoding="utf-8")
    return folder


def _balances(flows: str) -> str:
    import csv
    import io

    rows = list(csv.DictReader(io.StringIO(flows)))
    kept = [f"{row['period']},{row['note']},{row['closing_balance']}" for row in rows]
    return "\n".join(["period,note,balance", *kept]) + "\n"
