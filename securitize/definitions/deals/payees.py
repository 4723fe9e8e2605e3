"""Payees of a step: ``interest:A``, ``fee:trustee``, ``originator``. The vocabulary is closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

PayeeKind = Literal[
    "fee",
    "fee-excess",
    "interest",
    "current-interest",
    "deferred-interest",
    "principal",
    "redemption",
    "put",
    "premium",
    "deficiency",
    "reserve",
    "release",
    "transfer",
    "reimbursement",
    "support-interest",
    "support-fee",
    "residual",
    "originator",
]
PAYEE_KINDS: tuple[PayeeKind, ...] = get_args(PayeeKind)
#: Due everything that is available.
TAKE_ALL: frozenset[PayeeKind] = frozenset({"transfer", "residual", "originator"})
#: Stands alone in its step.
ALONE: frozenset[PayeeKind] = TAKE_ALL | {"release"}
#: A step with one of these takes no support.
UNSUPPORTED: frozenset[PayeeKind] = ALONE | {
    *("reserve", "deficiency", "reimbursement", "support-interest", "support-fee")
}
#: Payees of one note that do not stand in one step with each other.
APART: tuple[frozenset[PayeeKind], ...] = (
    frozenset({"principal", "redemption"}),
    frozenset({"put", "principal"}),
    frozenset({"put", "redemption"}),
    frozenset({"interest", "current-interest"}),
    frozenset({"interest", "deferred-interest"}),
    frozenset({"fee", "fee-excess"}),
)
#: The table of the deal in which the name of a payee is found.
TABLE_OF: dict[PayeeKind, Literal["fees", "notes", "accounts", "support"]] = {
    "fee": "fees",
    "fee-excess": "fees",
    "interest": "notes",
    "current-interest": "notes",
    "deferred-interest": "notes",
    "principal": "notes",
    "redemption": "notes",
    "put": "notes",
    "premium": "notes",
    "deficiency": "notes",
    "reserve": "accounts",
    "release": "accounts",
    "transfer": "accounts",
    "reimbursement": "support",
    "support-interest": "support",
    "support-fee": "support",
    "residual": "notes",
}


@dataclass(frozen=True, slots=True)
class Payee:
    """Whom a step pays, and what for; ``name`` is empty for the originator."""

    kind: PayeeKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else self.kind


def parse_payee(text: str) -> Payee:
    """The payee that ``text`` names. Raises ValueError, which says what would be right."""
    kind, colon, name = text.partition(":")
    for known in PAYEE_KINDS:
        if kind == known:
            if known == "originator":
                if colon:
                    raise ValueError("originator takes no name")
            elif not name:
                raise ValueError(f"{kind} needs a name: {kind}:NAME")
            return Payee(known, name)
    raise ValueError(f"no such payee; payees are {', '.join(_forms())}")


def _forms() -> list[str]:
    return [kind if kind == "originator" else f"{kind}:NAME" for kind in PAYEE_KINDS]
