"""What policies pay: those that are named, else the refund that a financing tells of.

Source: ``docs/reference/financing-cost.md``, section 5.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from securitize.base.dates import add_months
from securitize.base.errors import UsageError
from securitize.base.money import RATE_UNITS
from securitize.definitions.register import Figure
from securitize.financing.comparison import Subsidise, no_subsidies
from securitize.financing.debts import half_even
from securitize.financing.facility import Facility, Subsidy
from securitize.runs.financed import Financed

PathLike = str | os.PathLike[str]


def policies_of(
    inputs: Financed, policy: Sequence[PathLike]
) -> tuple[Subsidise, list[Figure], tuple[str, ...]]:
    """What is asked for subsidies: the policies named, else the refund that the financing tells of."""
    if policy:
        raise UsageError("policies cannot be named yet; a financing can say [refund]")
    return (refund_of(inputs) if inputs.financing.refund is not None else no_subsidies), [], ()


def refund_of(inputs: Financed) -> Subsidise:
    """The refund of a financing's own: a share of each company's cost without VAT, some time after settlement."""
    refund = inputs.financing.refund

    def paid(facilities: Sequence[Facility]) -> tuple[Subsidy, ...]:
        if refund is None:
            return ()
        rows = []
        for one in facilities:
            # It is the securitization's: what its papers tell of.
            if one.instrument != "securitization":
                continue
            amount = half_even(sum(cost.amount for cost in one.costs) * refund.rate, RATE_UNITS)
            day = add_months(one.settled, refund.months)
            rows.append(
                Subsidy(
                    inputs.financing.name,
                    "refund",
                    one.company,
                    "company",
                    None,
                    day,
                    amount,
                    amount,
                    (),
                    False,
                )
            )
        return tuple(rows)

    return paid
