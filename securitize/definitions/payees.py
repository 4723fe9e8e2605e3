"""Payees of a step: ``interest:A``, ``fee:trustee``, ``originator``. The vocabulary is closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

PayeeKind = Literal[
    "fee",
    "fee-excess",
    "interest",
    "principal",
    "redemption",
    "reserve",
    "release",
    "transfer",
    "reimbursement",
    "residual",
    "originator",
]
PAYEE_KINDS: tuple[PayeeKind, ...] = get_args(PayeeKind)
#: Due everything that is available.
TAKE_ALL: frozenset[PayeeKind] = frozenset({"transfer", "residual", "originator"})
#: Stands alone in its step.
ALONE: frozenset[PayeeKind] = TAKE_ALL | {"release"}
#: A step with one of these takes no support.
UNSUPPORTED: frozenset[PayeeKind] = ALONE | {"reimbursement", "reserve"}
#: The table of the deal in which the name of a payee is found.
TABLE_OF: dict[PayeeKind, Literal["fees", "notes", "accounts", "support"]] = {
    "fee": "fees",
    "fee-excess": "fees",
    "interest": "notes",
    "principal": "notes",
    "redemption": "notes",
    "reserve": "accounts",
    "release": "accounts",
    "transfer": "accounts",
    "reimbursement": "support",
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
