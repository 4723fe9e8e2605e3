"""Payees of a step: ``interest:A``, ``fee:trustee``, ``originator``. The vocabulary is closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

from securitize.base.closed import complete
from securitize.base.messages import Listing, Message

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
PayeeTable = Literal["fees", "notes", "accounts", "support"]


@dataclass(frozen=True, slots=True)
class PayeeRule:
    """What holds of every payee of a kind.

    table         : of the deal, in which its name is found; None where it has no name
    in_units      : whether a payment is a whole multiple of the unit of the note's certificates
    pays_interest : whether it pays interest of a note
    pays_principal : whether it pays principal of a note
    pays_premium  : whether it pays a premium to a note
    pays_fee      : whether it pays a fee
    by_its_kind   : whether it is due what the note's kind of principal says
    capped        : whether it is paid up to the cap of the fee only
    from_its_own  : whether the money comes from the account that it names
    of_a_reserve  : whether it fills a reserve to its target or empties it to that
    of_a_ledger   : whether it makes good a deficiency ledger
    takes_all     : whether it is due everything that is available
    alone         : whether it stands alone in its step
    supported     : whether its step may draw support
    takes_the_rest : whether it takes all that is available out of the vehicle
    """

    table: PayeeTable | None
    in_units: bool
    pays_interest: bool
    pays_principal: bool
    pays_premium: bool
    pays_fee: bool
    by_its_kind: bool
    capped: bool
    from_its_own: bool
    of_a_reserve: bool
    of_a_ledger: bool
    takes_all: bool
    alone: bool
    supported: bool
    takes_the_rest: bool = False


_FEE = PayeeRule(
    table="fees",
    in_units=False,
    pays_interest=False,
    pays_principal=False,
    pays_premium=False,
    pays_fee=False,
    by_its_kind=False,
    capped=False,
    from_its_own=False,
    of_a_reserve=False,
    of_a_ledger=False,
    takes_all=False,
    alone=False,
    supported=True,
)
_NOTE = replace(_FEE, table="notes", in_units=True)
_INTEREST = replace(_NOTE, pays_interest=True)
_PRINCIPAL = replace(_NOTE, pays_principal=True)
_ACCOUNT = replace(_FEE, table="accounts", supported=False)
_SUPPORT = replace(_FEE, table="support", supported=False)
PAYEE_RULES: Mapping[PayeeKind, PayeeRule] = complete(
    PayeeKind,
    {
        "fee": replace(_FEE, pays_fee=True, capped=True),
        "fee-excess": replace(_FEE, pays_fee=True),
        "interest": _INTEREST,
        "current-interest": _INTEREST,
        "deferred-interest": _INTEREST,
        "principal": replace(_PRINCIPAL, by_its_kind=True),
        "redemption": _PRINCIPAL,
        "put": _PRINCIPAL,
        "premium": replace(_NOTE, pays_premium=True),
        "deficiency": replace(_NOTE, in_units=False, of_a_ledger=True, supported=False),
        "reserve": replace(_ACCOUNT, of_a_reserve=True),
        "release": replace(_ACCOUNT, from_its_own=True, of_a_reserve=True, alone=True),
        "transfer": replace(_ACCOUNT, takes_all=True, alone=True),
        "reimbursement": _SUPPORT,
        "support-interest": _SUPPORT,
        "support-fee": _SUPPORT,
        "residual": replace(_NOTE, takes_all=True, alone=True, supported=False, takes_the_rest=True),
        "originator": replace(
            _FEE, table=None, takes_all=True, alone=True, supported=False, takes_the_rest=True
        ),
    },
)
#: Payees of one note that do not stand in one step with each other.
APART: tuple[frozenset[PayeeKind], ...] = (
    frozenset({"principal", "redemption"}),
    frozenset({"put", "principal"}),
    frozenset({"put", "redemption"}),
    frozenset({"interest", "current-interest"}),
    frozenset({"interest", "deferred-interest"}),
    frozenset({"fee", "fee-excess"}),
)


@dataclass(frozen=True, slots=True)
class Payee:
    """Whom a step pays, and what for; ``name`` is empty for the originator."""

    kind: PayeeKind
    name: str

    @property
    def rule(self) -> PayeeRule:
        """What holds of every payee of its kind."""
        return PAYEE_RULES[self.kind]

    @property
    def pays_holders(self) -> bool:
        """Whether it pays a note interest, principal or premium, on which a fee on payments is charged."""
        return self.rule.pays_interest or self.rule.pays_principal or self.rule.pays_premium

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else self.kind


class PayeeError(ValueError):
    """A text that names no payee: what is wrong, and what would be right."""

    def __init__(self, what: str, repair: str = "correct the payee") -> None:
        super().__init__(f"{what}; {repair}")
        self.what, self.repair = what, repair


def parse_payee(text: str) -> Payee:
    """The payee that ``text`` names. Raises PayeeError."""
    kind, colon, name = text.partition(":")
    for known in PAYEE_KINDS:
        if kind == known:
            named = PAYEE_RULES[known].table is not None
            if colon and not named:
                raise PayeeError(Message("{kind} takes no name", kind=kind))
            if named and not name:
                raise PayeeError(Message("{kind} needs a name: {kind}:NAME", kind=kind))
            return Payee(known, name)
    raise PayeeError("no such payee", Message("payees are {payees}", payees=Listing(_forms())))


def _forms() -> list[str]:
    return [kind if rule.table is None else f"{kind}:NAME" for kind, rule in PAYEE_RULES.items()]
