"""A deal as the checks look at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, assert_never

from securitize.base.closed import complete, partition
from securitize.base.errors import Problem
from securitize.base.messages import Message
from securitize.definitions.deals.deal import Deal
from securitize.definitions.deals.payees import Payee, parse_payee
from securitize.definitions.deals.steps import PRIORITIES, PriorityName, Step
from securitize.definitions.documents.explaining import suggest
from securitize.definitions.documents.loaded import Loaded
from securitize.definitions.documents.locator import KeyPath

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


@dataclass(frozen=True)
class StepView:
    """A step, where it stands, and its payees as far as they can be parsed (position in ``pay``, payee)."""

    priority: PriorityName
    at: KeyPath
    step: Step
    payees: tuple[tuple[int, Payee], ...]
    #: The accounts that it draws on.
    sources: tuple[str, ...]


@dataclass(frozen=True)
class DealView:
    """A deal with its steps in a row."""

    loaded: Loaded[Deal]

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
