"""The first line of a comparison of which a policy pays one side only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from securitize.base.messages import Message
from securitize.reports.terminal import print_line
from securitize.tables.printed import printed_rows

if TYPE_CHECKING:
    from securitize.studies.savings.savings import Savings


def print_one_sided(savings: Savings) -> None:
    """What pays one side of the comparison only: before all numbers."""
    financing = savings.comparison.inputs.financing.name
    lent = any(row["available"] for row in printed_rows(savings.arrow("offers")))
    paid: dict[str, set[bool]] = {}
    for row in printed_rows(savings.arrow("subsidies")):
        paid.setdefault(row["policy"], set()).add(row["side"] == "securitization")
    for policy, of_deal in paid.items():
        if len(of_deal) > 1 or not lent:
            continue
        name = Message("the refund of {name}", name=policy) if policy == financing else policy
        if True in of_deal:
            print_line("ONE SIDE ONLY: {name} pays the securitization and no alternative", name=name)
        else:
            print_line("ONE SIDE ONLY: {name} pays alternatives and not the securitization", name=name)
