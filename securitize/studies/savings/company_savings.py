"""All companies of a deal compared with what they could borrow instead, with policies and without.

Source: ``docs/reference/financing-cost.md``, sections 4 to 6.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from securitize.base.errors import CalculationError, DefinitionError, Problem, UsageError
from securitize.base.files import PathLike
from securitize.base.messages import Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.checks.whole_amounts import amounts_are_whole_units
from securitize.definitions.financing.alternative import Alternative
from securitize.definitions.loading import load_alternative
from securitize.definitions.register import Figure, register
from securitize.financing.alternatives import Offer, offers
from securitize.financing.break_even import SavingBreakEven
from securitize.financing.cash import PRINCIPAL, Cash
from securitize.financing.comparison import (
    OF_COMPANY,
    POLICIES,
    CostCell,
    Level,
    Policy,
    Saving,
    SubsidisedSides,
    cell,
    cheapest,
    saving,
    subsidise,
)
from securitize.financing.cost import cost_of
from securitize.financing.sides import UNCHANGED, Change
from securitize.library import find_alternative, list_alternatives
from securitize.market.lpr import IndexHistory
from securitize.studies.savings.break_evens import FURTHEST, SecuritizationSides, Trial, Tried, paid_once
from securitize.studies.savings.inputs import FinancingInputs
from securitize.studies.savings.policies import RefundOf, policies_of


@dataclass(frozen=True, slots=True)
class CompanySaving:
    """One company, or all together, under one policy: both sides' cells, the saving, and its break-evens.

    best : the cheapest alternative that can be had; None where there is none
    """

    level: Level
    company: str
    policy: Policy
    securitization: CostCell
    best: CostCell | None
    saving: Saving | None
    coupon: SavingBreakEven | None
    fee: SavingBreakEven | None
    subsidy: SavingBreakEven | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that the tables of savings are made from.

    offers  : by alternative, of each company;  offered : the cells of each offer, by (alternative, company, policy)
    sides   : what policies paid, by (side, policy);  titles : of alternatives, English and Chinese
    """

    inputs: FinancingInputs
    discount_rate: float
    offers: Mapping[str, tuple[Offer, ...]]
    offered: Mapping[tuple[str, str, Policy], CostCell]
    sides: Mapping[tuple[str, Policy], SubsidisedSides]
    compared: tuple[CompanySaving, ...]
    register: tuple[Figure, ...]
    warnings: tuple[str, ...]
    titles: Mapping[str, tuple[str, str]]


def compare(
    inputs: FinancingInputs,
    against: Sequence[PathLike] = (),
    policy: Sequence[PathLike] = (),
    as_if: bool = False,
    refund: RefundOf = "none",
) -> Comparison:
    """The comparison of all companies; see :func:`securitize.studies.savings.savings.savings`."""
    loaded = _alternatives(inputs, against)
    history = inputs.index_history
    paid, figures, warnings = policies_of(inputs, policy, as_if, refund)
    securitization_sides = SecuritizationSides(inputs, paid)
    found = {
        name: offers(one, inputs.debts, inputs.terms, history, inputs.since, inputs.one_sided)
        for name, (one, _) in loaded.items()
    }
    drawn = inputs.first_day
    rate = _discount_rate(inputs, history, drawn)
    sides: dict[tuple[str, Policy], SubsidisedSides] = {}
    cells: dict[tuple[str, str, Policy], CostCell] = {}
    for when in POLICIES:
        own = securitization_sides.side(when)
        sides["securitization", when] = own
        for side in own.sides.values():
            cells["securitization", side.company, when] = cell([side], when, own)
        for name, offered in found.items():
            can = [offer.side for offer in offered if offer.side is not None]
            theirs = subsidise(can, when, paid)
            sides[name, when] = theirs
            for side in can:
                cells[name, side.company, when] = cell([side], when, theirs)
    failed: list[str] = []
    compared = [
        row
        for when in POLICIES
        for row in _compared(
            inputs, securitization_sides, sides, cells, list(found), when, rate, drawn, failed
        )
    ]
    alone = [] if inputs.one_sided is None else [inputs.one_sided]
    used = [figure for _, (_, own) in loaded.items() for figure in own]
    days = [day for debt in inputs.debts for day in (debt.drawn, debt.settled)]
    late: tuple[str, ...] = ()
    if any(one.rate.index is not None for one, _ in loaded.values()):
        late = history.warnings(days)
        if inputs.known_on is None:
            late = (*history.looks_ahead(days, "LPR-1Y", drawn), *late)
    return Comparison(
        inputs,
        rate,
        found,
        {key: one for key, one in cells.items() if key[0] != "securitization"},
        sides,
        tuple(compared),
        (*inputs.register, *used, *figures),
        tuple(dict.fromkeys([*inputs.warnings, *alone, *warnings, *late, *failed])),
        {name: (one.title, one.title_zh) for name, (one, _) in loaded.items()},
    )


def _compared(
    inputs: FinancingInputs,
    securitization_sides: SecuritizationSides,
    sides: Mapping[tuple[str, Policy], SubsidisedSides],
    cells: Mapping[tuple[str, str, Policy], CostCell],
    names: Sequence[str],
    when: Policy,
    rate: float,
    drawn: dt.date,
    failed: list[str],
) -> list[CompanySaving]:
    rows: list[CompanySaving] = []
    chosen: dict[int, CostCell] = {}
    own = sides["securitization", when]
    for k, debt in enumerate(inputs.debts):
        known = [cells[name, debt.company, when] for name in names if (name, debt.company, when) in cells]
        mine, best = cells["securitization", debt.company, when], cheapest(known)
        if best is not None:
            chosen[k] = best
        trial = Trial(securitization_sides, [k], when)
        rows.append(_row("company", debt.company, when, mine, best, rate, drawn, trial, failed))
    all_sides = list(own.sides.values())
    compared_sides = [all_sides[k] for k in sorted(chosen)]
    together = _together([chosen[k] for k in sorted(chosen)], when)
    whole = cell(compared_sides or all_sides, when, own)
    of_pool = Trial(securitization_sides, sorted(chosen), when) if chosen else None
    rows.append(_row("pool", "all", when, whole, together, rate, drawn, of_pool, failed))
    others = cell(compared_sides or all_sides, when, own, own.to_others)
    lenders: list[Cash] = []
    for name in sorted({one.side for one in chosen.values()}):
        takers = [sides[name, when].sides[inputs.debts[k].company] for k in chosen if chosen[k].side == name]
        lenders += subsidise(takers, when, securitization_sides.paid).to_others
    deal = None if together is None else _together([chosen[k] for k in sorted(chosen)], when, lenders)
    rows.append(_row("deal", "all", when, others, deal, rate, drawn, None, failed))
    return rows


def _row(
    level: Level,
    company: str,
    when: Policy,
    mine: CostCell,
    best: CostCell | None,
    rate: float,
    drawn: dt.date,
    trial: Trial | None,
    failed: list[str],
) -> CompanySaving:
    gained = None if best is None else saving(mine, best, rate, drawn)
    coupon = fee = subsidy = None
    if trial is not None and best is not None and best.all_in is not None and mine.all_in is not None:
        lowest = trial.securitization_sides.lowest(trial.which)
        settled = max(row.date for row in mine.cash if row.group in PRINCIPAL)
        most = sum(row.amount for row in mine.cash if row.group in PRINCIPAL and row.amount > 0)
        target = best.all_in
        tries: tuple[tuple[str, Tried, tuple[int, int]], ...] = (
            (Message("the rate"), lambda u: (Change(running=u), ()), (lowest, FURTHEST)),
            (Message("the fee"), lambda u: (Change(fee=u), ()), (-FURTHEST, FURTHEST)),
            (Message("the subsidy"), lambda u: (UNCHANGED, paid_once(-u, settled)), (-most, most)),
        )
        whose = company if level in OF_COMPANY else Message("the pool")
        coupon, fee, subsidy = (
            _proved(trial, tried, target, bounds, whose, of_what, failed) for of_what, tried, bounds in tries
        )
    return CompanySaving(level, company, when, mine, best, gained, coupon, fee, subsidy)


def _proved(
    trial: Trial,
    tried: Tried,
    target: float,
    bounds: tuple[int, int],
    whose: str,
    of_what: str,
    failed: list[str],
) -> SavingBreakEven | None:
    """A break-even; none, and why, where it cannot be proved: the costs stand without it."""
    try:
        return trial.vanishing(tried, target, bounds)
    except CalculationError as error:
        failed.append(
            Message(
                "the break-even of {what} of {company} is left out: {why}",
                what=of_what,
                company=whose,
                why=error.args[0],
            )
        )
        return None


def _together(cells: Sequence[CostCell], when: Policy, others: Sequence[Cash] = ()) -> CostCell | None:
    """Cells of several companies as one: the sum of their cash."""
    if not cells:
        return None
    cash = tuple(row for one in cells for row in one.cash)
    subsidies = (*(row for one in cells for row in one.subsidies), *others)
    names = {one.side for one in cells}
    return CostCell(
        next(iter(names)) if len(names) == 1 else "best", when, cash, subsidies, cost_of(cash, subsidies)
    )


def _alternatives(
    inputs: FinancingInputs, against: Sequence[PathLike]
) -> dict[str, tuple[Alternative, list[Figure]]]:
    files = [find_alternative(os.fspath(one), inputs.folder) for one in against]
    if not against:
        files = [path for _, path in list_alternatives(inputs.folder)]
    found: dict[str, tuple[Alternative, list[Figure]]] = {}
    problems: list[Problem] = []
    for file in files:
        try:
            loaded = load_alternative(file)
        except DefinitionError as error:
            problems += error.problems
            continue
        name = loaded.model.name
        if loaded.model.currency != inputs.currency:
            if against:
                raise UsageError(
                    "{name} lends {lent}, the deal is in {currency}",
                    name=name,
                    lent=loaded.model.currency,
                    currency=inputs.currency,
                )
            continue
        problems += amounts_are_whole_units(loaded, inputs.currency)
        place = f"scenarios/alternatives/{name}.toml"
        found[name] = (loaded.model, [replace(one, file=place) for one in register(loaded, stated=True)])
    if problems:
        raise DefinitionError(problems)
    return found


def _discount_rate(inputs: FinancingInputs, history: IndexHistory, day: dt.date) -> float:
    said = inputs.financing.discount_rate
    return (history.value("LPR-1Y", day) if said is None else said) / RATE_UNITS
