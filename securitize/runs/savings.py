"""What securitization saves each company against the best alternative, with policies and without.

Source: ``docs/reference/financing-cost.md``, sections 5 to 7.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from securitize.base.errors import CalculationError, DefinitionError, Problem, UsageError, printable
from securitize.base.money import RATE_UNITS
from securitize.definitions.financing.alternative import Alternative
from securitize.definitions.loading import load_alternative
from securitize.definitions.register import Figure, register
from securitize.financing.alternatives import Offer, offers
from securitize.financing.break_even import BreakEven, last_unit
from securitize.financing.cash import Cash
from securitize.financing.comparison import (
    POLICIES,
    Cell,
    Level,
    Policy,
    Saving,
    Subsidise,
    Subsidised,
    cell,
    cheapest,
    no_subsidies,
    saving,
    subsidise,
)
from securitize.financing.cost import present_value
from securitize.financing.sides import UNCHANGED, Change, Side, securitized
from securitize.library import find_alternative, list_alternatives
from securitize.market.lpr import IndexHistory
from securitize.runs.api import drawing
from securitize.runs.financed import Financed, financed
from securitize.tables import build

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

PathLike = str | os.PathLike[str]
#: Bounds of what is tried at a break-even: a rate or a fee of 90% less to 90% more.
FURTHEST = 9 * RATE_UNITS // 10


@dataclass(frozen=True, slots=True)
class Compared:
    """One company, or all together, under one policy: both sides' cells, the saving, and where it vanishes.

    best : the cheapest alternative that can be had; None where there is none
    """

    level: Level
    company: str
    policy: Policy
    securitization: Cell
    best: Cell | None
    saving: Saving | None
    coupon: BreakEven | None
    fee: BreakEven | None
    subsidy: BreakEven | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that the tables of savings are made from.

    offers  : by alternative, of each company;  offered : the cells of each offer, by (alternative, company, policy)
    sides   : what policies paid, by (side, policy)
    """

    inputs: Financed
    discount_rate: float
    offers: Mapping[str, tuple[Offer, ...]]
    offered: Mapping[tuple[str, str, Policy], Cell]
    sides: Mapping[tuple[str, Policy], Subsidised]
    compared: tuple[Compared, ...]
    register: tuple[Figure, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Savings:
    """The tables of a comparison, and what they were made from."""

    comparison: Comparison
    tables: Mapping[str, pa.Table]

    @property
    def names(self) -> list[str]:
        """Names of the tables."""
        return list(self.tables)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What does not stop the comparison."""
        return self.comparison.warnings

    @property
    def about(self) -> Mapping[str, str | bool | None]:
        """What is compared."""
        return self.comparison.inputs.about

    def arrow(self, name: str) -> pa.Table:
        """A table as Arrow. Raises UsageError where there is none of that name."""
        if name not in self.tables:
            raise UsageError(f"no table is named {printable(name)}; tables are {', '.join(self.tables)}")
        return self.tables[name]

    def table(self, name: str) -> pd.DataFrame:
        """A table as a pandas DataFrame, amounts as exact decimals."""
        from securitize.tables import to_pandas

        return to_pandas(self.arrow(name))


def savings(
    deal: PathLike,
    *,
    against: Sequence[PathLike] = (),
    policy: Sequence[PathLike] = (),
    scenario: PathLike | None = None,
    financing: PathLike | None = None,
    runs: PathLike = "runs",
    performance: PathLike | None = None,
    paths: int = 10_000,
    seed: int = 1,
) -> Savings:
    """What each company of a deal pays, and what it saves against the best alternative.

    deal      : a deal's name, folder or file; a stored run's id or folder, with its scenario; or a case without a pool
        by name or file
    against   : alternatives by name or file; all that are known without it
    policy    : policies by name or file, which pay together
    financing : the financing of the deal, in place of its own
    performance : how companies default at random, by name or file: how the saving spreads over ``paths`` paths drawn
        from ``seed`` makes the table ``saving_paths``
    Raises DefinitionError, UsageError or CalculationError, each of which says what to do.
    """
    from securitize.runs.tabulate_savings import tabulate_savings

    comparison = compare(financed(deal, scenario, financing, runs), against, policy)
    tables = tabulate_savings(comparison)
    drawn = drawing(performance, paths, seed)
    if drawn is not None:
        from securitize.runs.saving_paths import saving_paths
        from securitize.runs.tabulate_savings import saving_paths as columns

        found = columns(saving_paths(comparison, drawn), paths, comparison.inputs.currency)
        tables["saving_paths"] = build("saving_paths", found)
    return Savings(comparison, tables)


def compare(
    inputs: Financed, against: Sequence[PathLike] = (), policy: Sequence[PathLike] = ()
) -> Comparison:
    """The comparison of all companies; see :func:`savings`."""
    loaded = _alternatives(inputs, against)
    history = IndexHistory(inputs.market)
    paid, figures, warnings = policies_of(inputs, policy)
    asked = _Asked(inputs, paid)
    found = {name: offers(one, inputs.debts, inputs.terms, history) for name, (one, _) in loaded.items()}
    drawn = min(debt.drawn for debt in inputs.debts)
    rate = _discount_rate(inputs, history, drawn)
    sides: dict[tuple[str, Policy], Subsidised] = {}
    cells: dict[tuple[str, str, Policy], Cell] = {}
    for when in POLICIES:
        own = asked.side(when)
        sides["securitization", when] = own
        for side in own.sides.values():
            cells["securitization", side.company, when] = cell([side], when, own)
        for name, offered in found.items():
            can = [offer.side for offer in offered if offer.side is not None]
            theirs = subsidise(can, when, paid)
            sides[name, when] = theirs
            for side in can:
                cells[name, side.company, when] = cell([side], when, theirs)
    compared = [
        row
        for when in POLICIES
        for row in _compared(inputs, asked, sides, cells, list(found), when, rate, drawn)
    ]
    used = [figure for _, (_, own) in loaded.items() for figure in own]
    days = [day for debt in inputs.debts for day in (debt.drawn, debt.settled)]
    late = history.warnings(days) if any(one.rate.kind == "lpr" for one, _ in loaded.values()) else ()
    return Comparison(
        inputs,
        rate,
        found,
        {key: one for key, one in cells.items() if key[0] != "securitization"},
        sides,
        tuple(compared),
        (*inputs.register, *used, *figures),
        tuple(dict.fromkeys([*inputs.warnings, *warnings, *late])),
    )


class _Asked:
    """The securitization's side, as it is or with something changed, asked of the policies."""

    def __init__(self, inputs: Financed, paid: Subsidise) -> None:
        self.inputs, self.paid = inputs, paid
        self.unchanged = [self.one(k) for k in range(len(inputs.debts))]

    def one(self, k: int, change: Change = UNCHANGED) -> Side:
        """Company k's side."""
        inputs = self.inputs
        return securitized(
            inputs.debts[k], inputs.parts[k], inputs.terms[k], inputs.financing, inputs.issue_size, change
        )

    def side(self, when: Policy, which: Sequence[int] = (), change: Change = UNCHANGED) -> Subsidised:
        """All companies' sides, those of ``which`` changed. Without a policy the others are left out."""
        sides = list(self.unchanged)
        for k in which:
            sides[k] = self.one(k, change)
        if when == "without" and which:
            sides = [sides[k] for k in which]
        return subsidise(sides, when, self.paid, self.inputs.financing.passed_on)

    def lowest(self, which: Sequence[int]) -> int:
        """The change of the rate at which contracts charge nothing beyond principal, units of 1e-8, below 0."""
        lowest = [
            sum(amount for _, amount in debt.interest)
            * 365
            * RATE_UNITS
            // max(1, debt.balance_days(debt.drawn, debt.settled))
            for debt in (self.inputs.debts[k] for k in which)
        ]
        return -min(lowest, default=0)


def _compared(
    inputs: Financed,
    asked: _Asked,
    sides: Mapping[tuple[str, Policy], Subsidised],
    cells: Mapping[tuple[str, str, Policy], Cell],
    names: Sequence[str],
    when: Policy,
    rate: float,
    drawn: dt.date,
) -> list[Compared]:
    rows: list[Compared] = []
    chosen: dict[int, Cell] = {}
    own = sides["securitization", when]
    for k, debt in enumerate(inputs.debts):
        known = [cells[name, debt.company, when] for name in names if (name, debt.company, when) in cells]
        mine, best = cells["securitization", debt.company, when], cheapest(known)
        if best is not None:
            chosen[k] = best
        rows.append(_row("company", debt.company, when, mine, best, rate, drawn, _Trial(asked, [k], when)))
    all_sides = list(own.sides.values())
    compared_sides = [all_sides[k] for k in sorted(chosen)]
    together = _together([chosen[k] for k in sorted(chosen)], when)
    whole = cell(compared_sides or all_sides, when, own)
    trial = _Trial(asked, sorted(chosen), when) if chosen else None
    rows.append(_row("pool", "all", when, whole, together, rate, drawn, trial))
    others = cell(compared_sides or all_sides, when, own, own.to_others)
    lenders: list[Cash] = []
    for name in sorted({one.side for one in chosen.values()}):
        takers = [sides[name, when].sides[inputs.debts[k].company] for k in chosen if chosen[k].side == name]
        lenders += subsidise(takers, when, asked.paid).to_others
    deal = None if together is None else _together([chosen[k] for k in sorted(chosen)], when, lenders)
    rows.append(_row("deal", "all", when, others, deal, rate, drawn, None))
    return rows


@dataclass(frozen=True, slots=True)
class _Trial:
    """Some companies' cells with something changed for each of them."""

    asked: _Asked
    which: Sequence[int]
    when: Policy

    def run(self, change: Change = UNCHANGED, more: tuple[Cash, ...] = ()) -> tuple[list[Side], Subsidised]:
        """The companies' sides; ``more`` is a cost beside, paid by the first of them."""
        found = self.asked.side(self.when, self.which, change)
        sides = [found.sides[self.asked.inputs.debts[k].company] for k in self.which]
        sides[0] = replace(sides[0], cash=(*sides[0].cash, *more))
        return sides, found

    def vanishing(
        self,
        tried: Callable[[int], tuple[Change, tuple[Cash, ...]]],
        target: float,
        bounds: tuple[int, int],
    ) -> BreakEven | None:
        """The last unit at which these companies do not pay more than ``target``, proved there and one unit on.

        Where the value at the target rate is 0 the rate is the target: the value is what is brought to 0.
        """
        since = min(self.asked.inputs.debts[k].drawn for k in self.which)

        def value(units: int) -> float:
            change, more = tried(units)
            added = tuple(row for row in more if row.group == "subsidy")
            sides, found = self.run(change, tuple(row for row in more if row.group != "subsidy"))
            rows = [row for side in sides for row in (*side.cash, *found.by_company[side.company])]
            return present_value((*rows, *added), target, since)

        def all_in(units: int) -> float | None:
            change, more = tried(units)
            added = tuple(row for row in more if row.group == "subsidy")
            sides, found = self.run(change, tuple(row for row in more if row.group != "subsidy"))
            return cell(sides, self.when, found, added).all_in

        last = last_unit(value, *bounds)
        if last is None:
            return None
        there, beyond = all_in(last), all_in(last + 1)
        if there is None or beyond is None:
            return None
        # Where a policy jumps the saving jumps with it; its sign is right to what rounding to the cent leaves.
        if target - there < -1e-6 or target - beyond > 1e-6:
            raise CalculationError(f"the break-even {last} leaves a saving of {target - there:.3e}")
        return BreakEven(last, target - there, target - beyond)


def _row(
    level: Level,
    company: str,
    when: Policy,
    mine: Cell,
    best: Cell | None,
    rate: float,
    drawn: dt.date,
    trial: _Trial | None,
) -> Compared:
    gained = None if best is None else saving(mine, best, rate, drawn)
    coupon = fee = subsidy = None
    if trial is not None and best is not None and best.all_in is not None and mine.all_in is not None:
        lowest = trial.asked.lowest(trial.which)
        settled = max(row.date for row in mine.cash if row.group == "principal")
        most = sum(row.amount for row in mine.cash if row.group == "principal" and row.amount > 0)
        target = best.all_in
        coupon = trial.vanishing(lambda u: (Change(running=u), ()), target, (lowest, FURTHEST))
        fee = trial.vanishing(lambda u: (Change(fee=u), ()), target, (-FURTHEST, FURTHEST))
        subsidy = trial.vanishing(lambda u: (UNCHANGED, _paid_once(-u, settled)), target, (-most, most))
    return Compared(level, company, when, mine, best, gained, coupon, fee, subsidy)


def _paid_once(amount: int, day: dt.date) -> tuple[Cash, ...]:
    """A subsidy more (above 0) or a subsidy less, told as a cost, on one day."""
    if amount == 0:
        return ()
    return (Cash(day, "subsidy" if amount > 0 else "fee", "break-even", amount),)


def _together(cells: Sequence[Cell], when: Policy, others: Sequence[Cash] = ()) -> Cell | None:
    """Cells of several companies as one: the sum of their cash."""
    if not cells:
        return None
    from securitize.financing.cost import cost_of

    cash = tuple(row for one in cells for row in one.cash)
    subsidies = (*(row for one in cells for row in one.subsidies), *others)
    names = {one.side for one in cells}
    return Cell(
        next(iter(names)) if len(names) == 1 else "best", when, cash, subsidies, cost_of(cash, subsidies)
    )


def _alternatives(
    inputs: Financed, against: Sequence[PathLike]
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
                raise UsageError(f"{name} lends {loaded.model.currency}, the deal is in {inputs.currency}")
            continue
        place = f"scenarios/alternatives/{name}.toml"
        found[name] = (loaded.model, [replace(one, file=place) for one in register(loaded, stated=True)])
    if problems:
        raise DefinitionError(problems)
    return found


def _discount_rate(inputs: Financed, history: IndexHistory, day: dt.date) -> float:
    said = inputs.financing.discount_rate
    return (history.value("LPR-1Y", day) if said is None else said) / RATE_UNITS


def policies_of(
    inputs: Financed, policy: Sequence[PathLike]
) -> tuple[Subsidise, list[Figure], tuple[str, ...]]:
    """What is asked for subsidies: the policies named, else the refund that the financing tells of."""
    if policy:
        raise UsageError("policies are not built yet")
    return (refund_of(inputs) if inputs.financing.refund is not None else no_subsidies), [], ()


def refund_of(inputs: Financed) -> Subsidise:
    """The refund of a financing's own: a share of each company's cost without VAT, some time after settlement."""
    from securitize.base.dates import add_months
    from securitize.financing.debts import half_even
    from securitize.financing.facility import Facility, Subsidy

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


__all__ = ["Compared", "Comparison", "Savings", "compare", "policies_of", "savings"]
