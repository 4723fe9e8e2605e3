"""The saving of all companies with one number of the deal, its financing, an alternative or a policy moved.

Source: ``docs/reference/solvers.md``, section 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from securitize.base.errors import UsageError
from securitize.base.files import PathLike
from securitize.definitions import kinds
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.financing.alternative import Alternative
from securitize.definitions.financing.financing import Financing
from securitize.definitions.loading import load_alternative, load_financing, load_policy
from securitize.definitions.policies.policy import Policy
from securitize.definitions.register import Figure, register
from securitize.definitions.suites.suite import BASE
from securitize.engine.changed_input import with_number
from securitize.engine.prepare.prepared import Prepared
from securitize.library import find_financing_of, find_policy, list_alternatives
from securitize.studies.savings.inputs import FinancingInputs, inputs_of
from securitize.studies.savings.pool_saving import pool_saving
from securitize.studies.solvers.moved_numbers import NumberSensitivity, moved, sides, value_of

FINANCING = "financing.toml"


@dataclass(frozen=True, slots=True)
class SavingCase:
    """What the saving of a deal is found from, beside the deal. ``alternatives``, ``policies`` : by file in a run."""

    inputs: FinancingInputs
    prepared: Prepared
    financing: Loaded[Financing]
    alternatives: Mapping[str, Loaded[Alternative]]
    policies: Mapping[str, Loaded[Policy]]
    as_if: bool

    def figures(self) -> list[Figure]:
        """The numbers of its files that state their source; files by their names in the run."""
        files: dict[str, Loaded[Any]] = {FINANCING: self.financing, **self.alternatives, **self.policies}
        return [replace(one, file=name) for name, loaded in files.items() for one in register(loaded)]

    def of_deal(self, prepared: Prepared) -> float | None:
        """The saving where the deal is this one. Raises where it cannot be found."""
        return self._saving(inputs_of(prepared, self.financing))

    def sensitivity(self, figure: Figure, base: float | None) -> list[NumberSensitivity]:
        """One number of its files moved; none where the figure holds no number."""
        value = value_of(figure)
        if value is None:
            return []

        def at(there: Decimal) -> float | None:
            return self._with(figure, there)

        low, high = (moved(side, lambda saving: saving) for side in sides(figure, value, at))
        return [NumberSensitivity(figure, value, BASE, base, low, high)]

    def _with(self, figure: Figure, there: Decimal) -> float | None:
        name = figure.file
        if name == FINANCING:
            changed = with_number(self.financing, kinds.FINANCING, figure.path, there)
            return self._saving(inputs_of(self.prepared, changed))
        if name in self.alternatives:
            other = with_number(self.alternatives[name], kinds.ALTERNATIVE, figure.path, there)
            return self._saving(self.inputs, alternatives={**self.alternatives, name: other})
        rule = with_number(self.policies[name], kinds.POLICY, figure.path, there)
        return self._saving(self.inputs, policies={**self.policies, name: rule})

    def _saving(
        self,
        inputs: FinancingInputs,
        alternatives: Mapping[str, Loaded[Alternative]] | None = None,
        policies: Mapping[str, Loaded[Policy]] | None = None,
    ) -> float | None:
        lent = self.alternatives if alternatives is None else alternatives
        paying = self.policies if policies is None else policies
        models = {name: one.model for name, one in lent.items()}
        return pool_saving(inputs, models, [one.model for one in paying.values()], self.as_if)


def saving_case(prepared: Prepared, policy: Sequence[PathLike], as_if: bool) -> SavingCase | None:
    """What the saving of a deal at its closing is found from; None where it has no financing."""
    deal_file = prepared.definitions.deal.path
    try:
        financing = load_financing(find_financing_of(deal_file, prepared.deal.name))
    except UsageError:
        return None
    inputs = inputs_of(prepared, financing)
    found = [load_alternative(Path(path)) for _, path in list_alternatives(deal_file)]
    lent = {
        f"scenarios/alternatives/{one.model.name}.toml": one
        for one in found
        if one.model.currency == inputs.currency
    }
    paying = [load_policy(find_policy(str(one), deal_file)) for one in policy]
    rules = {f"scenarios/policies/{one.model.name}.toml": one for one in paying}
    return SavingCase(inputs, prepared, financing, lent, rules, as_if)
