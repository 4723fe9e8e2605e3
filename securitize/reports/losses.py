"""What ``securitize losses`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from securitize.base.messages import Message
from securitize.reports.headings import cell, print_rows
from securitize.reports.terminal import print_line
from securitize.tables.printed import printed_rows

if TYPE_CHECKING:
    from securitize.studies.losses.api import PoolLosses

LEVELS = ("level", "value_at_risk", "value_at_risk_amount", "expected_shortfall", "expected_shortfall_amount")
BANDS = ("low", "high", "probability", "exceedance")
OBLIGORS = (
    "obligor", "default_probability", "market_loading", "expected_loss_amount", "largest_loss_amount", "share",
)  # fmt: skip


def print_losses(found: PoolLosses) -> None:
    """The whole, value at risk, bands of loss, obligors, and how exact all of it is."""
    rows = {name: printed_rows(one) for name, one in found.tables.items()}
    (whole,) = rows["pool_loss"]

    def shown(name: str) -> str:
        return cell("pool_loss", name, whole[name])

    print_line("{deal}: pool {pool}, random performance {performance}", **_named(found))
    if found.given_that_parties_pay:
        print_line("given that all parties pay: none but the obligors defaults at random")
    print_line(
        "expected loss {amount} {currency}, {share} of planned collections of {planned}; standard deviation {spread}",
        amount=shown("expected_loss_amount"),
        currency=whole["currency"],
        share=shown("expected_loss"),
        planned=shown("planned_collections"),
        spread=shown("loss_deviation"),
    )
    print_line(
        "probability of any default {any}; expected number of defaults {number} of {obligors}",
        any=shown("any_default_probability"),
        number=shown("expected_defaults"),
        obligors=shown("obligors"),
    )
    print_rows(
        Message("Value at risk and expected shortfall of the pool"),
        "pool_loss_levels",
        rows["pool_loss_levels"],
        LEVELS,
        shown={"level": lambda level: f"{level / 100:.2f}%"},
    )
    print_rows(Message("Distribution of the pool's loss"), "pool_loss_bands", rows["pool_loss_bands"], BANDS)
    print_rows(
        Message("Obligors"), "pool_loss_obligors", rows["pool_loss_obligors"], OBLIGORS, wraps=("obligor",)
    )
    print_line(_how_exact(whole))


def _named(found: PoolLosses) -> dict[str, Any]:
    return {"deal": found.deal, "pool": found.pool, "performance": found.performance}


def _how_exact(whole: dict[str, Any]) -> Message:
    """Lattice and quadrature."""
    quadrature = f"{whole['quadrature_error']:.0e}"
    if not whole["lattice_error"]:
        return Message(
            "no sampling error; losses exact, probabilities to about {quadrature}", quadrature=quadrature
        )
    return Message(
        "no sampling error; amounts to {lattice} {currency} (bounds are in --format json), probabilities to about "
        "{quadrature}",
        lattice=cell("pool_loss", "lattice_error", whole["lattice_error"]),
        currency=whole["currency"],
        quadrature=quadrature,
    )
