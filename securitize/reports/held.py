"""Which runtime checks of a stored run hold, and of what kind the run is."""

from __future__ import annotations

from securitize.base.messages import Listing, Message
from securitize.reports.names import scenario_name
from securitize.store.identity import Json
from securitize.store.manifest import Manifest
from securitize.store.named import holds_prices

#: What the manifest of a run says of an invariant that holds on every path and date.
HOLDS = "holds"
_BUILD, _DEAL = "build.toml", "deal.toml"


def is_build(manifest: Manifest) -> bool:
    """Whether it is a pool that was built, not a deal that was run."""
    return _BUILD in manifest.inputs and _DEAL not in manifest.inputs


def case_of(manifest: Manifest) -> str:
    """Under which scenario a result stands; of prices the market on which they are, with their scenarios."""
    about = manifest.facts.about
    if not holds_prices(manifest):
        return scenario_name(about.get("scenario"))
    cases, market = manifest.options.get("cases"), manifest.options.get("market")
    named = Listing(scenario_name(one) for one in cases) if isinstance(cases, list) else ""
    return Message("prices on {market}: {cases}", market=market, cases=named)


def holds(value: Json) -> bool:
    """Whether a check holds: an invariant of a run, a yes of a build, or a difference of nothing."""
    if isinstance(value, bool | str):
        return value is True or value == HOLDS
    return value == 0


def held_checks(manifest: Manifest) -> tuple[int, int]:
    """How many runtime checks hold, of how many."""
    checks = manifest.facts.checks.values()
    return sum(map(holds, checks)), len(checks)
