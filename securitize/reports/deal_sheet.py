"""What a deal is, on one sheet: parties, notes, accounts, fees, support, triggers, steps, and its numbers' sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from securitize.base.money import from_minor
from securitize.definitions.deal import PRIORITIES, FixedFee, OneOffFee
from securitize.reports.terminal import Column, percent, print_line, print_table

if TYPE_CHECKING:
    from securitize.definitions.deal import Fee, Note, Trigger
    from securitize.runs.api import Prepared


def print_deal(prepared: Prepared) -> None:
    """The sheet on standard output."""
    deal, pool, dates = prepared.deal, prepared.pool, prepared.schedule
    print_line(f"{deal.name}  {deal.title}")
    if deal.title_zh:
        print_line(deal.title_zh)
    if deal.description:
        print_line(deal.description)
    rights = sum(right.count for right in pool.collateral.values())
    label = " (SYNTHETIC)" if pool.synthetic else ""
    print_line(
        f"pool {pool.name}{label}: {len(pool.contracts)} contracts of {len(pool.obligors)} obligors, {rights} rights; "
        f"cut-off {deal.dates.cut_off}, closing {deal.dates.closing}, first payment {dates.payment[0]}, "
        f"legal final {deal.dates.legal_final}, {dates.periods} payments"
    )
    if deal.parties:
        print_table("Parties", _columns("role", "name"), [(party.role, party.name) for party in deal.parties])
    notes = [_note(name, note) for name, note in deal.notes.items()]
    print_table(
        "Notes",
        _columns("note", "rank", f"balance {deal.currency}", "coupon", "principal", "day count"),
        notes,
    )
    accounts = [
        (name, account.kind, from_minor(account.opening), account.target.kind if account.target else None)
        for name, account in deal.accounts.items()
    ]
    print_table("Accounts", _columns("account", "kind", "opening", "target"), accounts)
    if deal.fees:
        print_table(
            "Fees",
            _columns("fee", "kind", "amount or rate", "payee"),
            [_fee(n, f) for n, f in deal.fees.items()],
        )
    if deal.support:
        support = [
            (name, promise.provider, None if promise.limit is None else from_minor(promise.limit))
            for name, promise in deal.support.items()
        ]
        print_table("Shortfall undertakings", _columns("support", "provider", "limit"), support)
    if deal.triggers:
        print_table(
            "Triggers",
            _columns("trigger", "kind", "threshold", "latched", "calls for"),
            [_trigger(name, trigger) for name, trigger in deal.triggers.items()],
        )
    for priority in PRIORITIES:
        steps = getattr(deal.priority, priority)
        if steps:
            rows = [(str(i + 1), step.name, ", ".join(step.pay)) for i, step in enumerate(steps)]
            print_table(
                f"Priority of payments: {priority}",
                [Column("#"), Column("step", True), Column("pays", True)],
                rows,
            )
    kinds = [figure.kind for figure in prepared.register]
    counts = ", ".join(
        f"{kinds.count(kind)} {kind}"
        for kind in ("published", "derived", "assumed", "stated")
        if kind in kinds
    )
    print_line(f"numbers: {counts}  (securitize show {deal.name} --assumptions lists them)")


def print_assumptions(prepared: Prepared) -> None:
    """Every number with its kind and source."""
    rows = [
        (
            figure.file,
            figure.path,
            figure.value or figure.at_least or figure.at_most,
            figure.kind,
            figure.source,
        )
        for figure in prepared.register
    ]
    columns = [
        Column("file", True),
        Column("path", True),
        Column("value", True),
        Column("kind"),
        Column("source", True),
    ]
    print_table("Numbers and their sources", columns, rows)


def _columns(*names: str) -> list[Column]:
    return [Column(name, wraps=name in ("name", "provider", "payee", "kind")) for name in names]


def _note(name: str, note: Note) -> tuple[Any, ...]:
    coupon = note.coupon
    rate = "none" if coupon.kind == "zero" else percent(coupon.rate)
    steps = f" + {len(coupon.steps)} steps" if coupon.kind == "step-up" else ""
    return name, str(note.rank), from_minor(note.balance), rate + steps, note.principal.kind, note.day_count


def _fee(name: str, fee: Fee) -> tuple[Any, ...]:
    if isinstance(fee, OneOffFee | FixedFee):
        return name, fee.kind, f"{from_minor(fee.amount):,.2f}", fee.payee
    return name, fee.kind, percent(fee.rate), fee.payee


def _trigger(name: str, trigger: Trigger) -> tuple[Any, ...]:
    threshold = getattr(trigger, "threshold", None)
    return name, trigger.kind, percent(threshold), trigger.latched, trigger.priority
