"""From a deal, or a case without a pool, to the debt of each company and what is known of it."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from securitize.base.errors import DefinitionError, UsageError, printable
from securitize.base.files import PathLike
from securitize.base.messages import Listing, Message
from securitize.base.money import RATE_UNITS
from securitize.definitions.checks.whole_amounts import amounts_are_whole_units, currency_is_computed
from securitize.definitions.deals.deal import Deal
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.documents.reading import read_rest
from securitize.definitions.financing.checks import check_financing
from securitize.definitions.financing.financing import FinancedCompany, Financing
from securitize.definitions.loading import load_financing, load_market
from securitize.definitions.register import Figure, register
from securitize.definitions.scenarios.effects import BOTH_SIDES
from securitize.definitions.scenarios.market import Market
from securitize.engine.calculation import Calculation, calculate
from securitize.engine.prepare.dates import on_dates
from securitize.engine.prepare.prepare import prepare
from securitize.engine.prepare.prepared import Prepared
from securitize.financing.cash import Cash
from securitize.financing.debts import Debt, balance_days, debts_of, running, simple_debt
from securitize.financing.moved_index import MovedIndexHistory
from securitize.financing.plan_costs import AllocatedClosingCost, PlanCost, borne_by_companies
from securitize.financing.terms import CompanyTerms
from securitize.library import (
    find_deal,
    find_financing,
    find_financing_of,
    find_market,
    list_deals,
    list_financings,
)
from securitize.market.lpr import IndexHistory
from securitize.performance.resolved import IndexChange
from securitize.store.folder import unpack_inputs
from securitize.store.named import stored_run_named
from securitize.store.stored import StoredRun


@dataclass(frozen=True, slots=True)
class FinancingInputs:
    """The companies of a deal, or the one of a case.

    parts      : of each company, what its contracts charge beyond principal, as its parts
    issue_size : minor units; None where nothing says it
    titles     : of companies, English and Chinese
    chinese    : the Chinese names of what is paid, by name, as far as the deal and its financing say them
    folder     : the deal file, for alternatives of its own; None of a case and of a run
    scenario   : as it was asked for
    known_on   : the information date, after which no index rate is known; None where all that came is used
    since      : of a deal in mid-life the last collection date in its books, after which all is told; else None
    index      : what the scenario changes of index rates, on either side
    one_sided  : why no saving is printed, where the scenario moves the deal alone; None where both sides move
    """

    financing: Financing
    debts: tuple[Debt, ...]
    parts: tuple[tuple[Cash, ...], ...]
    terms: tuple[CompanyTerms, ...]
    issue_size: int | None
    currency: str
    market: Market
    titles: Mapping[str, tuple[str, str]]
    chinese: Mapping[str, str]
    register: tuple[Figure, ...]
    warnings: tuple[str, ...]
    about: Mapping[str, str | bool | None]
    folder: Path | None
    scenario: PathLike | None = None
    since: dt.date | None = None
    known_on: dt.date | None = None
    index: tuple[IndexChange, ...] = ()
    one_sided: str | None = None

    @property
    def index_history(self) -> IndexHistory:
        """The index rates of both sides, as far as they are known and as the scenario moves them."""
        return MovedIndexHistory(self.market, self.index, self.known_on)

    @property
    def first_day(self) -> dt.date:
        """The day on which the first company draws; in mid-life that of the books. Values are those of this day."""
        return self.since or min(debt.drawn for debt in self.debts)


def financing_inputs(
    name: PathLike,
    scenario: PathLike | None = None,
    financing: PathLike | None = None,
    runs: PathLike = "runs",
) -> FinancingInputs:
    """The companies of a deal (name, folder or file), of a stored run (id or folder), or of a case without a pool.

    financing : of the deal, in place of its own
    runs      : where stored runs are kept
    Raises UsageError where a file is not found or nobody borrows, DefinitionError with every problem of every file.
    """
    text = os.fspath(name)
    stored = stored_run_named(text, runs)
    if stored is not None:
        return _run(stored, scenario, financing)
    if financing is None and not _is_deal(text):
        _require_known(text)
        loaded = load_financing(find_financing(text))
        if loaded.model.facility is not None:
            if scenario is not None:
                raise UsageError("--scenario goes with a deal, not with a case that has no pool")
            return _case(loaded)
        text = loaded.model.deal or ""
        return _deal(text, scenario, loaded)
    deal_file = find_deal(text)
    if financing is not None:
        return _deal(text, scenario, load_financing(find_financing(os.fspath(financing))))
    return _deal(text, scenario, load_financing(find_financing_of(deal_file, _name_of(deal_file))))


def _require_known(text: str) -> None:
    """Raises UsageError where a name is neither that of a deal nor of a case: both are named."""
    known = sorted({name for name, _ in (*list_deals(), *list_financings())})
    if text not in known and not os.path.exists(text):
        near = get_close_matches(text, known, n=3) or known
        raise UsageError(
            "no deal, run or case is named {text}; known: {near}", text=printable(text), near=Listing(near)
        )


def _run(stored: StoredRun, scenario: PathLike | None, financing: PathLike | None) -> FinancingInputs:
    """The deal of a stored run, from the inputs that the run keeps, under its scenario."""
    if scenario is not None:
        raise UsageError("a run has its scenario; --scenario goes with a deal")
    with TemporaryDirectory() as made:
        opened = unpack_inputs(stored, Path(made))
        found = financing_inputs(made, opened, financing)
    # The folder is gone: alternatives are the shipped ones.
    return replace(found, folder=None)


def _name_of(deal_file: Path) -> str:
    """The deal's own name, before its checks have said whether it has one."""
    name = read_rest(deal_file).raw.get("name")
    return name if isinstance(name, str) else deal_file.stem


def _is_deal(text: str) -> bool:
    path = Path(text)
    if text in dict(list_deals()) or path.is_dir():
        return True
    if not path.is_file():
        return False
    return "notes" in read_rest(path).raw


def _case(loaded: Loaded[Financing]) -> FinancingInputs:
    financing = loaded.model
    assert financing.facility is not None
    problems = [*currency_is_computed(loaded, financing.currency)]
    problems += amounts_are_whole_units(loaded, financing.currency)
    if problems:
        raise DefinitionError(problems)
    debt, parts = simple_debt(financing.facility)
    groups = {"coupon": "coupon", "platform margin": "margin"}
    cash = tuple(
        Cash(day, groups[part], part, -amount)  # type: ignore[arg-type]
        for part, rows in parts.items()
        for day, amount in rows
        if amount
    )
    size = financing.issue_size if financing.issue_size is not None else financing.facility.principal
    return FinancingInputs(
        financing=financing,
        debts=(debt,),
        parts=(cash,),
        terms=(_terms(financing, debt),),
        issue_size=size,
        currency=financing.currency,
        market=load_market(find_market("lpr")).model,
        titles={debt.company: (debt.company, "")},
        register=_figures("financing.toml", loaded),
        warnings=(),
        about={"name": financing.name, "title": financing.title, "title_zh": financing.title_zh},
        folder=None,
        chinese=_chinese(financing),
        known_on=debt.drawn,
    )


def _deal(text: str, scenario: PathLike | None, loaded: Loaded[Financing]) -> FinancingInputs:
    return inputs_of(prepare(text, scenario), loaded, scenario)


def inputs_of(
    prepared: Prepared, loaded: Loaded[Financing], scenario: PathLike | None = None
) -> FinancingInputs:
    """The companies of a prepared deal and its financing. Raises as :func:`financing_inputs`."""
    prepared = _paying(prepared)
    if loaded.model.facility is not None:
        raise UsageError(
            "{path} is a case of its own, not the financing of a deal", path=printable(str(loaded.path), 300)
        )
    problems = check_financing(loaded, prepared.deal, prepared.pool)
    if problems:
        raise DefinitionError(problems)
    prepared, debts = _known_at_first_draw(prepared)
    calculation = calculate(prepared)
    financing, since, warnings = loaded.model, None, list(prepared.warnings)
    if prepared.today.in_mid_life:
        since = prepared.today.pool
        debts, left_out = _still_owing(debts, since)
        warnings += left_out
    # What the vehicle paid before the state's day is not in its books.
    collection = prepared.schedule.collection_periods[prepared.today.period :]
    costs = plan_costs(calculation, financing)
    parts = borne_by_companies(debts, costs, closing_costs(prepared.deal), collection)
    pool = prepared.pool
    size = prepared.deal.face
    sold = _receivables(prepared)
    return FinancingInputs(
        financing=financing,
        debts=debts,
        parts=tuple(
            tuple(_handed_on(cash, debt, financing)) for cash, debt in zip(parts, debts, strict=True)
        ),
        terms=tuple(_terms(financing, debt, sold.get(debt.company)) for debt in debts),
        issue_size=financing.issue_size if financing.issue_size is not None else size,
        currency=prepared.deal.currency,
        market=_market(prepared),
        titles={name: (one.title, one.title_zh) for name, one in pool.obligors.items()},
        register=(*prepared.register, *_figures("financing.toml", loaded)),
        warnings=tuple(warnings),
        about={
            "name": prepared.deal.name,
            "title": prepared.deal.title,
            "title_zh": prepared.deal.title_zh,
            "scenario": prepared.about["scenario"],  # type: ignore[dict-item]
            "synthetic": pool.synthetic,
            **({} if since is None else {"since": str(since)}),
            **({"stresses": prepared.about["stresses"]} if "stresses" in prepared.about else {}),  # type: ignore[dict-item]
        },
        since=since,
        known_on=prepared.known_on,
        index=prepared.performance.index,
        one_sided=_one_sided(prepared),
        folder=prepared.definitions.deal.path,
        scenario=scenario,
        chinese=_chinese(financing)
        | {cost.name: cost.name_zh for cost in prepared.deal.closing.costs if cost.name_zh},
    )


def _known_at_first_draw(prepared: Prepared) -> tuple[Prepared, tuple[Debt, ...]]:
    """The deal with the index rates that are known when its first company draws, and what each company owes.

    A deal in mid-life, or one that is told as realised, stays as it is.
    """

    def owed(one: Prepared) -> tuple[Debt, ...]:
        pool = one.resolved_pool
        return debts_of(pool.claims, one.performance, one.schedule, pool.calendar)

    debts = owed(prepared)
    first = min((debt.drawn for debt in debts), default=prepared.known_on)
    if prepared.known_on is None or prepared.today.in_mid_life or first == prepared.known_on:
        return prepared, debts
    prepared = _paying(on_dates(prepared.definitions, prepared.draw, first))
    return prepared, owed(prepared)


def _still_owing(debts: Sequence[Debt], day: dt.date) -> tuple[tuple[Debt, ...], list[str]]:
    """The companies that owe principal after a day, and why others are left out.

    Raises UsageError where none owes any.
    """
    owing = {debt.company: debt for debt in debts if balance_days(debt.balances, day, debt.settled)}
    if not owing:
        raise UsageError(
            "by the books of {day} no company owes principal any more: nothing of its cost remains to be compared",
            day=day,
        )
    gone = [debt.company for debt in debts if debt.company not in owing]
    left_out = Message(
        "by the books of {day} they owe no principal any more, and have no remaining cost: {gone}",
        day=day,
        gone=Listing(gone),
    )
    return tuple(owing.values()), [left_out] if gone else []


def _chinese(financing: Financing) -> dict[str, str]:
    """The Chinese names of the costs of a financing, by name."""
    named = {name: cost.title_zh for name, cost in financing.costs.items()}
    named |= {name: cost.title_zh for name, cost in financing.included.items()}
    return {name: chinese for name, chinese in named.items() if chinese}


def _paying(prepared: Prepared) -> Prepared:
    """The deal where nobody defaults by a rate: the cost asked for is that of a company that pays."""
    royalties = [
        one.name for one in prepared.resolved_pool.contracts if one not in prepared.resolved_pool.claims
    ]
    if royalties:
        raise UsageError(
            "contract {first} is a royalty that was sold: nobody borrows, nothing is saved",
            first=royalties[0],
        )
    performance = prepared.performance
    rates = np.zeros_like(performance.default_rates)
    return replace(prepared, performance=replace(performance, default_rates=rates))


def plan_costs(calculation: Calculation, financing: Financing) -> list[PlanCost]:
    """What the vehicle pays by payment date: coupon, fees, taxes, and fees and interest of support."""
    deal, lines = calculation.prepared.deal, calculation.lines
    coupon = np.sum(
        [lines[("note", name, line)] for name in deal.notes for line in ("interest_paid", "premium_paid")],
        axis=0,
    )
    found = [PlanCost("coupon", "coupon", tuple(coupon.tolist()))]
    for name, fee in deal.fees.items():
        tax, guarantee = name in financing.taxes, name in financing.guarantees
        paid = tuple(lines[("fee", name, "paid")].tolist())
        found.append(
            PlanCost(
                "tax" if tax else "guarantee" if guarantee else "fee", name, paid, frozenset(fee.streams)
            )
        )
    for name in deal.support:
        paid = tuple(
            (lines[("support", name, "fee_paid")] + lines[("support", name, "interest_paid")]).tolist()
        )
        if any(paid):
            found.append(PlanCost("guarantee", name, paid))
    return found


def closing_costs(deal: Deal) -> list[AllocatedClosingCost]:
    """What is paid at closing, by its name."""
    return [AllocatedClosingCost(cost.name, cost.amount) for cost in deal.closing.costs]


def _handed_on(cash: list[Cash], debt: Debt, financing: Financing) -> list[Cash]:
    """What the platform hands on of its margin stands under its own name."""
    from securitize.financing.cash import group_of

    accrual = (debt.drawn, *sorted({day for day, _ in debt.interest} or {debt.settled}))
    rows = list(cash)
    for name, included in financing.included.items():
        for day, amount in running(debt.balances, accrual, included.rate, 365):
            rows += [
                Cash(day, group_of(included.component), name, -amount),
                Cash(day, "margin", "platform margin", amount),
            ]
    return rows


def _receivables(prepared: Prepared) -> dict[str, int]:
    """What each company sold to the vehicle of receivables, minor units: it had them."""
    found: dict[str, int] = {}
    for one in prepared.resolved_pool.claims:
        if one.contract.sold_receivable:
            company = one.contract.proceeds_to
            found[company] = found.get(company, 0) + one.contract.opening
    return found


def _one_sided(prepared: Prepared) -> str | None:
    """Why nothing is compared under this scenario; None where it moves both sides alike."""
    stresses = one.model.stress if (one := prepared.definitions.scenario) else ()
    moved = dict.fromkeys(each.driver for each in stresses if not isinstance(each, BOTH_SIDES))
    if not moved:
        return None
    return Message(
        "the scenario moves {drivers}, which no loan meets: no saving is compared", drivers=Listing([*moved])
    )


def _terms(financing: Financing, debt: Debt, sold: int | None = None) -> CompanyTerms:
    own = financing.companies.get(debt.company, FinancedCompany())
    value = own.appraised_value
    if value is None and financing.advance_rate is not None:
        value = debt.principal * RATE_UNITS // financing.advance_rate
    return CompanyTerms(
        debt.company,
        own.place or financing.place,
        own.revenue,
        value,
        {**financing.attributes, **own.attributes},
        sold if own.receivables is None else own.receivables,
        own.equipment,
    )


def _market(prepared: Prepared) -> Market:
    found = prepared.definitions.market
    if found is not None and found.model.lpr:
        return found.model
    return load_market(find_market("lpr", prepared.definitions.deal.path)).model


def _figures(file: str, loaded: Loaded[Financing]) -> tuple[Figure, ...]:
    return tuple(replace(figure, file=file) for figure in register(loaded, stated=True))


__all__ = ["FinancingInputs", "financing_inputs"]
