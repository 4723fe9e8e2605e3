"""Subsidies of policies that are named, and the refund of the financing where it is asked for.

Source: ``docs/reference/financing-cost.md``, section 5.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal, assert_never, get_args

from securitize.base.closed import partition
from securitize.base.dates import add_months
from securitize.base.errors import DefinitionError, Problem, UsageError
from securitize.base.files import PathLike
from securitize.base.messages import Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.loading import load_policy
from securitize.definitions.policies.policy import Policy, PolicyRule
from securitize.definitions.register import Figure, register
from securitize.financing.comparison import Subsidise, no_subsidies
from securitize.financing.debts import half_even
from securitize.financing.facility import Facility, Subsidy
from securitize.financing.policies.evaluate import subsidies
from securitize.library import find_policy
from securitize.studies.savings.inputs import FinancingInputs

#: Whom the refund that a financing tells of is paid on: the securitization, both sides, or nobody.
RefundOf = Literal["none", "deal", "both"]
NO_REFUND, _ = partition(RefundOf, {"none"}, {"deal", "both"})
REFUNDS: Final[tuple[RefundOf, ...]] = get_args(RefundOf)


def policies_of(
    inputs: FinancingInputs, policy: Sequence[PathLike], as_if: bool = False, refund: RefundOf = "none"
) -> tuple[Subsidise, list[Figure], tuple[str, ...]]:
    """What is asked for subsidies: the policies named, and the refund that the financing tells of.

    as_if  : policies pay also where their dates or places do not fit; each payment so marked
    refund : on which side the refund counts
    Returns also the numbers of their files, and warnings. Raises DefinitionError where a policy cannot hold, as no rule
    of it is in force when the companies draw their money, UsageError where there is no refund.
    """
    if refund not in NO_REFUND and inputs.financing.refund is None:
        raise UsageError("{name} tells of no refund; leave out --refund", name=inputs.financing.name)
    if not policy:
        return paid_by((), inputs, as_if, refund), [], ()
    files = [find_policy(os.fspath(one), inputs.folder) for one in policy]
    loaded = [load_policy(file) for file in files]
    names = [one.model.name for one in loaded]
    if len(set(names)) < len(names):
        raise UsageError(
            "--policy names {policy} twice", policy=next(name for name in names if names.count(name) > 1)
        )
    if not as_if:
        problems = [problem for one in loaded for problem in _out_of_date(one, inputs)]
        if problems:
            raise DefinitionError(problems)
    paid = paid_by([one.model for one in loaded], inputs, as_if, refund)
    figures = [
        replace(figure, file=f"scenarios/policies/{one.model.name}.toml")
        for one in loaded
        for figure in register(one, stated=True)
    ]
    said: list[str] = [
        Message(
            "policy {name} is of {first}, no company is: it pays nothing here",
            name=one.model.name,
            first=one.model.places[0],
        )
        for one in loaded
        if one.model.places
        and not as_if
        and not any(
            place.casefold() in terms.place.casefold() for place in one.model.places for terms in inputs.terms
        )
    ]
    if as_if:
        said.append("AS IF: policies are applied also where their dates or places do not fit")
    return paid, figures, tuple(said)


def paid_by(
    policies: Sequence[Policy], inputs: FinancingInputs, as_if: bool, refund: RefundOf = "none"
) -> Subsidise:
    """What is asked for subsidies: these policies, and the refund that the financing tells of.

    They are asked about the whole life of a side; in mid-life what a company has been paid by then is past.
    """
    if not policies and refund in NO_REFUND:
        return no_subsidies
    history, since = inputs.index_history, inputs.since

    def paid(facilities: Sequence[Facility]) -> tuple[Subsidy, ...]:
        found = [
            subsidy
            for one in policies
            for subsidy in subsidies(one, facilities, prime_rate=history.any_value, as_if=as_if)
        ]
        found += _refunds(inputs, facilities, refund)
        return tuple(one for one in found if since is None or one.date > since)

    return paid


def _out_of_date(loaded: Loaded[Policy], inputs: FinancingInputs) -> list[Problem]:
    """Every rule that pays on a company's financing by its kind, but on no day on which one is drawn."""
    policy, drawn = loaded.model, sorted({debt.drawn for debt in inputs.debts})
    found = []
    for name, rule in policy.rules.items():
        since, until = rule.from_ or policy.from_, rule.until or policy.until
        if "securitization" not in rule.instruments and not _pays_alternatives(rule):
            continue
        if any((since is None or day >= since) and (until is None or day <= until) for day in drawn):
            continue
        key = "from" if since is not None and drawn[-1] < since else "until"
        own = rule.from_ if key == "from" else rule.until
        where = ("rules", name, key) if own is not None else (key,)
        day = since if key == "from" else until
        what = Message("the money is drawn on {first}, when {name} does not hold", first=drawn[0], name=name)
        found.append(loaded.problem(where, what, str(day), "name another policy, or say --as-if", "SEC666"))
    return found


def _pays_alternatives(rule: PolicyRule) -> bool:
    return any(one != "securitization" for one in rule.instruments)


def _refunds(inputs: FinancingInputs, facilities: Sequence[Facility], on: RefundOf) -> list[Subsidy]:
    """The refund of a financing's own: a share of each company's cost without VAT, some time after settlement."""
    refund, found = inputs.financing.refund, []
    for one in facilities:
        if refund is None or not _refunded(on, one):
            continue
        amount = half_even(sum(cost.amount for cost in one.costs) * refund.rate, RATE_UNITS)
        found.append(
            Subsidy(
                policy=inputs.financing.name,
                rule="refund",
                company=one.company,
                recipient="company",
                component=None,
                date=add_months(one.settled, refund.months),
                amount=amount,
                before_caps=amount,
                capped_by=(),
                as_if=False,
            )
        )
    return found


def _refunded(on: RefundOf, one: Facility) -> bool:
    match on:
        case "none":
            return False
        case "deal":
            return one.instrument == "securitization"
        case "both":
            return True
        case _:
            assert_never(on)
