"""The saving of all companies together, and nothing beside it: for numbers that are moved one after another.

Source: ``docs/reference/financing-cost.md``, section 4. The figure is that of :mod:`.company_savings` at level pool.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from securitize.definitions.financing.alternative import Alternative
from securitize.definitions.policies.policy import Policy
from securitize.financing.alternatives import offers
from securitize.financing.comparison import CostCell, cell, cheapest, subsidise
from securitize.financing.cost import cost_of
from securitize.studies.savings.break_evens import SecuritizationSides
from securitize.studies.savings.inputs import FinancingInputs
from securitize.studies.savings.policies import paid_by


def pool_saving(
    inputs: FinancingInputs, alternatives: Mapping[str, Alternative], policies: Sequence[Policy], as_if: bool
) -> float | None:
    """The cheapest alternatives' all-in rate less the securitization's, with policies; None where one has no rate."""
    paid = paid_by(policies, inputs, as_if)
    own = SecuritizationSides(inputs, paid).side("with")
    history = inputs.index_history
    cells: dict[str, list[CostCell]] = {debt.company: [] for debt in inputs.debts}
    for one in alternatives.values():
        offered = offers(one, inputs.debts, inputs.terms, history, inputs.since, inputs.one_sided)
        can = [offer.side for offer in offered if offer.side is not None]
        theirs = subsidise(can, "with", paid)
        for side in can:
            cells[side.company].append(cell([side], "with", theirs))
    chosen = {company: best for company, known in cells.items() if (best := cheapest(known)) is not None}
    if not chosen:
        return None
    mine = cell([side for company, side in own.sides.items() if company in chosen], "with", own).all_in
    cash = tuple(row for one in chosen.values() for row in one.cash)
    subsidies = tuple(row for one in chosen.values() for row in one.subsidies)
    theirs_in_all = CostCell("best", "with", cash, subsidies, cost_of(cash, subsidies)).all_in
    return None if mine is None or theirs_in_all is None else theirs_in_all - mine
