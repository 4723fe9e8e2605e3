"""What the parts of a deal are called for a reader: the key, in Chinese with the title before it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, assert_never

from securitize.base.closed import complete
from securitize.base.messages import Message
from securitize.definitions.deals.payees import PAYEE_KINDS, PAYEE_RULES, PayeeKind
from securitize.reports.words import in_users, word

if TYPE_CHECKING:
    from securitize.definitions.deals.deal import Deal
    from securitize.store.run import Run

Part = Literal["notes", "accounts", "fees", "support", "triggers"]
#: The key that holds the Chinese of a part.
TITLES: Mapping[Part, str] = complete(
    Part,
    {
        "notes": "title_zh",
        "accounts": "title_zh",
        "fees": "payee_zh",
        "support": "provider_zh",
        "triggers": "title_zh",
    },
)


class Names:
    """Names of the parts of one deal, read from its file as written."""

    def __init__(self, deal: Mapping[str, Any]) -> None:
        self._deal = deal

    @classmethod
    def of_run(cls, run: Run) -> Names:
        """Of the deal file that a run has stored; keys alone where it is not stored."""
        return cls({} if run.stored is None else tomllib.loads(run.stored.input("deal.toml").decode()))

    @classmethod
    def of_deal(cls, deal: Deal) -> Names:
        """Of a deal that is read."""
        return cls(deal.model_dump(include={*map(str, TITLES)}))

    def of(self, part: Part, key: str) -> str:
        """A part: its key, in Chinese the title with the key in brackets."""
        return _with_key(str(self._entry(part, key).get(TITLES[part], "")), key)

    def kind(self, part: Part, key: str) -> str:
        """The kind of a part; empty where the deal is not known."""
        return str(self._entry(part, key).get("kind", ""))

    def _entry(self, part: Part, key: str) -> Mapping[str, Any]:
        entries = self._deal.get(part)
        entry = entries.get(key) if isinstance(entries, dict) else None
        return entry if isinstance(entry, dict) else {}

    def note(self, key: str) -> str:
        """A note at the head of a table: its key, in Chinese that it is one where it has no title."""
        named = self.of("notes", key)
        return in_users(key, Message("the note {note}", note=key) if named == key else named)

    def payee(self, written: str) -> str:
        """A payee such as ``interest:A`` in words, its title before its key."""
        kind, _, name = written.partition(":")
        if kind not in PAYEE_KINDS:
            return written
        table = PAYEE_RULES[kind].table
        named = name if table is None else self.of(table, name)
        support = self.kind("support", name)
        drawn = _with_key(word("drawn", support), name) if support else name
        return _payee(kind, name, named, drawn)


def _with_key(title: str, key: str) -> str:
    return in_users(key, Message("{title} ({key})", title=title, key=key) if title else None)


def titled(name: str, title: str, title_zh: str | None) -> str:
    """A name and its title in the reader's language, on one line."""
    shown = in_users(title, title_zh)
    return f"{name}  {shown}" if shown else name


def scenario_name(name: Any) -> str:
    """The name of a scenario, the base case where there is none."""
    return (name if isinstance(name, str) else str(name)) if name else Message("base case")


def _payee(kind: PayeeKind, key: str, name: str, drawn: str) -> str:
    """Of a name with its title before its key; ``drawn``: what was paid under a support of that key."""
    match kind:
        case "fee":
            return name if name != key else Message("fee:{name}", name=name)
        case "fee-excess":
            return Message("fee-excess:{name}", name=name)
        case "interest":
            return Message("interest:{name}", name=name)
        case "current-interest":
            return Message("current-interest:{name}", name=name)
        case "deferred-interest":
            return Message("deferred-interest:{name}", name=name)
        case "principal":
            return Message("principal:{name}", name=name)
        case "redemption":
            return Message("redemption:{name}", name=name)
        case "put":
            return Message("put:{name}", name=name)
        case "premium":
            return Message("premium:{name}", name=name)
        case "deficiency":
            return Message("deficiency:{name}", name=name)
        case "reserve":
            return Message("reserve:{name}", name=name)
        case "release":
            return Message("release:{name}", name=name)
        case "transfer":
            return Message("transfer:{name}", name=name)
        case "reimbursement":
            return Message("reimbursement:{name}", name=drawn)
        case "support-interest":
            return Message("support-interest:{name}", name=name)
        case "support-fee":
            return Message("support-fee:{name}", name=name)
        case "residual":
            return Message("residual:{name}", name=name)
        case "originator":
            return Message("originator")
        case _:
            assert_never(kind)
