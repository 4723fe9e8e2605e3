"""The books of one contract as the pool file says them, amounts in currency units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import assert_never

from securitize.base.money import from_rate
from securitize.base.toml import quoted
from securitize.definitions.deals.currencies import amount_in
from securitize.definitions.performance import USUAL_CLAIM, NamedRecovery
from securitize.definitions.pools.past import ExpectedCash, PastClaim, PastDefault
from securitize.definitions.pools.royalties import PastRoyalty

#: Minor units as the currency of the pool is written.
Written = Callable[[int], Decimal]


def past_as_toml(name: str, past: PastClaim | PastRoyalty, currency: str) -> str:
    """``[contracts.NAME.as_of]`` with all that it says."""
    written = partial(amount_in, currency=currency)
    lines = [f"\n[contracts.{name}.as_of]", f"date = {past.date}"]
    match past:
        case PastClaim():
            lines.append(f"balance = {written(past.balance)}")
            lines += _list("defaulted", [_default(one, written) for one in past.defaulted])
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
    lines += _list("expected", [_expected(one, written) for one in past.expected])
    return "\n".join(lines) + "\n"


def _list(key: str, entries: list[str]) -> list[str]:
    return [f"{key} = [", *(f"  {one}," for one in entries), "]"] if entries else []


def _inline(fields: Mapping[str, object]) -> str:
    given = ", ".join(f"{key} = {value}" for key, value in fields.items() if value is not None)
    return f"{{ {given} }}"


def _expected(cash: ExpectedCash, written: Written) -> str:
    """What of it is interest, who owes it, and since when, as far as that is said."""
    return _inline(
        {
            "date": cash.date,
            "stream": quoted(cash.stream),
            "amount": written(cash.amount),
            "interest": written(cash.interest) if cash.interest else None,
            "party": _named(cash.party),
            "due": cash.due,
        }
    )


def _default(default: PastDefault, written: Written) -> str:
    own = default.recoveries
    return _inline(
        {
            "date": default.date,
            "amount": written(default.amount),
            "recovered": written(default.recovered) if default.recovered else None,
            "written_off": written(default.written_off) if default.written_off else None,
            "given_up": written(default.given_up) if default.given_up else None,
            "deposit": written(default.deposit) if default.deposit else None,
            "interest": written(default.interest) if default.interest else None,
            "recoveries": None if own is None else f"[{', '.join(_recovery(one, written) for one in own)}]",
        }
    )


def _recovery(one: NamedRecovery, written: Written) -> str:
    return _inline(
        {
            "source": quoted(one.source),
            "rate": None if one.rate is None else share(one.rate),
            "amount": None if one.amount is None else written(one.amount),
            "lag": quoted(one.lag),
            "party": _named(one.party),
            "subrogation": quoted(one.subrogation),
            "claim": quoted(one.claim) if one.claim != USUAL_CLAIM else None,
        }
    )


def _named(party: str | None) -> str | None:
    return None if party is None else quoted(party)


def share(units: int) -> str:
    """A share of units of 1e-8 as TOML has it."""
    text = f"{from_rate(units).normalize():f}"
    return text if "." in text else f"{text}.0"
