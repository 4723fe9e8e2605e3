"""A deal as the checks look at it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol, assert_never

from securitize.base.closed import complete, partition
from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.definitions.deals.deal import Dates, Deal
from securitize.definitions.deals.payees import Payee, parse_payee
from securitize.definitions.deals.steps import PRIORITIES, PriorityName, Step
from securitize.definitions.documents.explaining import suggest
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.documents.locator import KeyPath
from securitize.definitions.figures import MOVES, MOVES_ON

TableName = Literal["notes", "accounts", "fees", "triggers", "support", "limits"]
#: What an entry of a table is called, and the code of a name that the table does not hold.
NOUNS: Mapping[TableName, tuple[str, str]] = complete(
    TableName,
    {
        "notes": (Message("note"), "SEC201"),
        "accounts": (Message("account"), "SEC202"),
        "fees": (Message("fee"), "SEC203"),
        "triggers": (Message("trigger"), "SEC204"),
        "support": (Message("support"), "SEC205"),
        "limits": (Message("limit"), "SEC206"),
    },
)
TRIGGERS, _ = partition(TableName, {"triggers"}, {"notes", "accounts", "fees", "support", "limits"})


#: Days by which a calendar moves a date at the most.
_LONGEST_HOLIDAY = 15


def moved_by(dates: Dates) -> dt.timedelta:
    """By how much a calendar may move a payment date."""
    return dt.timedelta(days=_LONGEST_HOLIDAY if MOVES[dates.payment.adjustment] else 0)


def latest_day(dates: Dates) -> dt.date:
    """The latest day on which the legal final date may be paid."""
    return dates.legal_final + (moved_by(dates) if MOVES_ON[dates.payment.adjustment] else dt.timedelta())


@dataclass(frozen=True)
class StepView:
    """A step, where it stands, and its payees as far as they can be parsed (position in ``pay``, payee)."""

    priority: PriorityName
    at: KeyPath
    step: Step
    payees: tuple[tuple[int, Payee], ...]
    #: The accounts that it draws on.
    sources: tuple[str, ...]


class PaidDates(Protocol):
    """The payment dates of a deal as a calendar moves them: which of them a day means."""

    @property
    def last_day(self) -> dt.date:
        """The last day that means a payment date."""

    def not_after(self, first: dt.date, second: dt.date) -> bool:
        """Whether a day lies before another, on it, or means the same payment date."""


@dataclass(frozen=True)
class DealView:
    """A deal with its steps in a row.

    calendar : its payment dates; None where no calendar has moved them yet, and what one may move is not refused
    """

    loaded: Loaded[Deal]
    calendar: PaidDates | None = None

    @property
    def last_day(self) -> dt.date:
        """The last day that a term may be dated on: the last payment date, as written or as paid."""
        return latest_day(self.deal.dates) if self.calendar is None else self.calendar.last_day

    def ends_before(self, until: dt.date, start: dt.date) -> bool:
        """Whether what holds from one day until another holds on no payment date, by the order of the two."""
        if self.calendar is None:
            return until < start - moved_by(self.deal.dates)
        return not self.calendar.not_after(start, until)

    @property
    def deal(self) -> Deal:
        """The model."""
        return self.loaded.model

    @cached_property
    def main_account(self) -> str:
        """The first collection account; empty where there is none."""
        return next((name for name, a in self.deal.accounts.items() if a.collects), "")

    @cached_property
    def steps(self) -> tuple[StepView, ...]:
        """Every step of every priority."""
        return tuple(
            self._view(name, k, step)
            for name in PRIORITIES
            for k, step in enumerate(getattr(self.deal.priority, name) or ())
        )

    def steps_of(self, priority: PriorityName) -> list[StepView]:
        """The steps of one priority, in order."""
        return [step for step in self.steps if step.priority == priority]

    def priorities(self) -> list[PriorityName]:
        """The priorities that the deal writes."""
        return [name for name in PRIORITIES if getattr(self.deal.priority, name)]

    def _view(self, priority: PriorityName, k: int, step: Step) -> StepView:
        payees = []
        for position, text in enumerate(step.pay):
            try:
                payees.append((position, parse_payee(text)))
            except ValueError:
                continue
        sources = step.from_ or ((self.main_account,) if self.main_account else ())
        if [payee.kind for _, payee in payees] == ["release"]:
            sources = (payees[0][1].name,)
        return StepView(priority, ("priority", priority, k), step, tuple(payees), sources)

    def filled_by(self, payee: Payee) -> str:
        """The account into which money for a payee goes; empty where it leaves the vehicle."""
        match payee.kind:
            case "reserve" | "transfer":
                return payee.name
            case "release":
                return self.main_account
            case "deficiency":
                return self.deal.principal_deficiency.account if self.deal.principal_deficiency else ""
            case (
                "fee" | "fee-excess" | "interest" | "current-interest" | "deferred-interest" | "principal"
                | "redemption" | "put" | "premium" | "reimbursement" | "support-interest" | "support-fee"
                | "residual" | "originator"
            ):  # fmt: skip
                return ""
            case _:
                assert_never(payee.kind)

    def problem(self, at: KeyPath, what: str, found: object, repair: str, code: str) -> Problem:
        """See :meth:`Loaded.problem`."""
        return self.loaded.problem(at, what, found, repair, code)

    def paid(self, priority: PriorityName) -> set[tuple[str, str]]:
        """(kind, name) of every payee of a priority."""
        return {(payee.kind, payee.name) for step in self.steps_of(priority) for _, payee in step.payees}

    def unknown(self, at: KeyPath, table: TableName, name: str) -> Iterator[Problem]:
        """A problem where the table does not hold ``name``."""
        known, (noun, code) = self.loaded.names(table), NOUNS[table]
        if name not in known:
            yield self.problem(
                at, Message("there is no such {noun}", noun=noun), name, suggest(name, known), code
            )


Check = Callable[[DealView], Iterator[Problem]]
