"""The commands that use each file of the desk's folder: those that a broken file makes fail."""

from __future__ import annotations

from pathlib import Path

_ALL = ("run", "stress", "savings", "price", "check")


def _run(deal: Path, *more: str) -> list[str]:
    return ["run", str(deal), "--output", str(deal.parent / "run"), *more]


def _stress(deal: Path, *more: str) -> list[str]:
    return ["stress", str(deal), "--no-searches", "--output", str(deal.parent / "stress"), *more]


def uses_of(file: str, deal: Path) -> list[list[str]]:
    """What uses a file of the deal in a folder, one command a list."""
    path, name = str(deal / file), Path(file).stem
    place = str(Path(file).parent)
    with_market = ["price", str(deal), "--market", "desk", "--settlement", "2025-06-16"]
    savings = ["savings", str(deal), "--against", "bank" if "alternatives" in place else "unsecured-loan"]
    match place, name:
        case ("." | "pool" | "scenarios/markets", "deal" | "pool" | "cash" | "lpr" | "china-holidays"):
            return [_run(deal), _stress(deal), ["price", str(deal), "--market", "china-2025-07-31"]]
        case ".", "financing":
            return [savings]
        case ".", "actuals":
            return [
                [
                    "roll",
                    str(deal.parent / "first-run"),
                    "--actuals",
                    path,
                    "--to",
                    str(deal.parent / "rolled"),
                ]
            ]
        case ".", "balances":
            return []
        case "scenarios", _:
            return [
                _run(deal, "--scenario", name),
                ["price", str(deal), "--market", "china-2025-07-31", "--scenario", name],
            ]
        case "scenarios/suites", "drivers":
            return [_stress(deal, "--suite", "desk", "--reverse", name)]
        case "scenarios/suites", _:
            return [_stress(deal, "--suite", name)]
        case "scenarios/markets", _:
            return [with_market, ["market", "show", path]]
        case "scenarios/presets", _:
            return [["check", str(deal), "--preset", name]]
        case "scenarios/capital", _:
            return [["check", str(deal), "--capital", name, "--k-irb", "0.08"]]
        case "scenarios/performance", _:
            return [_run(deal, "--performance", name, "--paths", "50")]
        case "scenarios/alternatives", _:
            return [savings]
        case "scenarios/policies", _:
            return [[*savings, "--policy", name, "--as-if"]]
        case "scenarios/programmes", _:
            return [["programme", "check", path]]
        case "built" | "built/chains", _:
            return [["build", str(deal / "built"), "--output", str(deal.parent / "build")]]
        case _:
            raise ValueError(f"nothing uses {file}")


#: Every file of the folder that a command uses.
FILES = [
    "deal.toml",
    "pool/pool.toml",
    "pool/cash.csv",
    "financing.toml",
    "actuals.csv",
    "balances.csv",
    "scenarios/base.toml",
    "scenarios/largest-obligor-default.toml",
    "scenarios/markets/lpr.toml",
    "scenarios/markets/desk.toml",
    "scenarios/markets/china-holidays.toml",
    "scenarios/suites/desk.toml",
    "scenarios/suites/drivers.toml",
    "scenarios/presets/desk.toml",
    "scenarios/capital/standard.toml",
    "scenarios/capital/ratings.toml",
    "scenarios/capital/internal.toml",
    "scenarios/performance/desk.toml",
    "scenarios/alternatives/bank.toml",
    "scenarios/policies/city.toml",
    "scenarios/programmes/plan.toml",
    "built/build.toml",
    "built/chains/lithium-battery.toml",
    "built/companies.csv",
    "built/patents.csv",
    "built/contracts.csv",
    "built/comparables.csv",
    "built/legal_events.csv",
]

#: What stands beside every file that is changed.
_CORE = ("deal.toml", "pool/pool.toml", "pool/cash.csv")


def beside(file: str) -> list[str]:
    """The files without which a file cannot be used; the others are left out, since each is checked too."""
    found = [*_CORE]
    if file.startswith(("scenarios/alternatives", "scenarios/policies")):
        found.append("financing.toml")
    if file == "financing.toml":
        found.append("scenarios/alternatives/bank.toml")
    if file == "scenarios/suites/drivers.toml":
        found.append("scenarios/suites/desk.toml")
    if file.startswith("built"):
        found = [one for one in FILES if one.startswith("built")]
    return [*found, *({file} - {*found})]
