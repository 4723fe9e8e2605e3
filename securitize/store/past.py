"""The books of one contract as the pool file says them, amounts in currency units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from securitize.base.money import from_minor, from_rate
from securitize.base.toml import quoted
from securitize.definitions.performance import NamedRecovery
from securitize.definitions.pools.claims import ExpectedCash, PastClaim, PastDefault
from securitize.definitions.pools.royalties import PastRoyalty


def past_as_toml(name: str, past: PastClaim | PastRoyalty) -> str:
    """``[contracts.NAME.as_of]`` with all that it says."""
    lines = [f"\n[contracts.{name}.as_of]", f"date = {past.date}"]
    match past:
        case PastClaim():
            lines.append(f"balance = {from_minor(past.balance)}")
            lines += _list("defaulted", [_default(one) for one in past.defaulted])
        case PastRoyalty():
            lines.append(f"entitled = {share(past.entitled)}")
            if past.defaulted is not None:
                lines.append(f"defaulted = {past.defaulted}")
            shares = [_inline({"date": one.date, "share": share(one.share)}) for one in past.returning]
            lines += _list("returning", shares)
        case _:
            assert_never(past)
    if past.failed:
        lines.append(f"failed = [{', '.join(map(quoted, past.failed))}]")
    lines += _list("expected", [_expected(one) for one in past.expected])
    return "\n".join(lines) + "\n"


def _list(key: str, entries: list[str]) -> list[str]:
    return [f"{key} = [", *(f"  {one}," for one in entries), "]"] if entries else []


def _inline(fields: Mapping[str, object]) -> str:
    given = ", ".join(f"{key} = {value}" for key, value in fields.items() if value is not None)
    return f"{{ {given} }}"


def _expected(cash: ExpectedCash) -> str:
    """What of it is interest, who owes it, and since when, as far as that is said."""
    return _inline(
        {
            "date": cash.date,
            "stream": quoted(cash.stream),
            "amount": from_minor(cash.amount),
            "interest": from_minor(cash.interest) if cash.interest else None,
            "party": _named(cash.party),
            "due": cash.due,
        }
    )


def _default(default: PastDefault) -> str:
    own = default.recoveries
    return _inline(
        {
            "date": default.date,
            "amount": from_minor(default.amount),
            "recovered": from_minor(default.recovered) if default.recovered else None,
            "written_off": from_minor(default.written_off) if default.written_off else None,
            "given_up": from_minor(default.given_up) if default.given_up else None,
            "deposit": from_minor(default.deposit) if default.deposit else None,
            "recoveries": None if own is None else f"[{', '.join(map(_recovery, own))}]",
        }
    )


def _recovery(one: NamedRecovery) -> str:
    return _inline(
        {
            "source": quoted(one.source),
            "rate": None if one.rate is None else share(one.rate),
            "amount": None if one.amount is None else from_minor(one.amount),
            "lag": quoted(one.lag),
            "party": _named(one.party),
            "subrogation": quoted(one.subrogation),
        }
    )


def _named(party: str | None) -> str | None:
    return None if party is None else quoted(party)


def share(units: int) -> str:
    """A share of units of 1e-8 as TOML has it."""
    text = f"{from_rate(units).normalize():f}"
    return text if "." in text else f"{text}.0"
