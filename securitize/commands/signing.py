"""Signatures in ``securitize verify``: its options, and what it says of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, assert_never

import click

from securitize.base.messages import Message

if TYPE_CHECKING:
    from securitize.store.signatures import Act, CheckedSignature, CheckedSignatures
    from securitize.store.stored import StoredRun

F = TypeVar("F", bound=Callable[..., Any])
WORDS: Mapping[str, Message] = {
    "verified": Message("verified"),
    "not-verified": Message("not verified"),
    "not-looked-at": Message("not looked at"),
}


def trusted(command: F) -> F:
    """The options that name whose signatures count."""
    of_file = click.option(
        "--trusted",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Whose signatures count: a file of allowed signers of OpenSSH, names and keys.",
    )
    of_key = click.option(
        "--signer-key",
        "signer_keys",
        metavar="PUBKEY",
        multiple=True,
        type=click.Path(path_type=Path),
        help="A public key whose signatures count, under any name; may be repeated.",
    )
    return of_key(of_file(command))


def checked(stored: StoredRun, signer_keys: tuple[Path, ...], trusted: Path | None) -> CheckedSignatures:
    """Every signature of the run, against the keys that were given."""
    from securitize.store.signatures import check_signatures
    from securitize.store.trusted_keys import trusted_in, trusted_key

    keys = [trusted_key(one) for one in signer_keys]
    if trusted is not None:
        keys += trusted_in(trusted)
    return check_signatures(stored, keys, bool(signer_keys) or trusted is not None)


def acts(intact: bool, recalculated: bool | None, signed: CheckedSignatures) -> dict[str, Act]:
    """Each act of verifying and what came of it.

    recalculated : whether calculating again gave the run; None where it was not asked for, or not done
    """
    again: Act = "not-looked-at" if recalculated is None else "verified" if recalculated else "not-verified"
    return {
        "integrity": "verified" if intact else "not-verified",
        "recalculation": again,
        "signatures": signed.act,
    }


def as_json(found: Mapping[str, Act], signed: CheckedSignatures) -> dict[str, Any]:
    """The acts, and each signature."""
    return {**found, "signed": [_json(one) for one in signed.signatures]}


def _json(one: CheckedSignature) -> dict[str, Any]:
    from dataclasses import asdict

    stated = None if one.statement is None else asdict(one.statement)
    return {"name": one.name, "outcome": one.outcome, "reason": one.reason or None, "statement": stated}


def print_signatures(found: Mapping[str, Act], signed: CheckedSignatures) -> None:
    """Each signature, then the three acts, a line each."""
    from securitize.reports.terminal import print_line

    for one in signed.signatures:
        _print_one(one)
    print_line("integrity: {act}", act=WORDS[found["integrity"]])
    print_line("recalculation: {act}", act=WORDS[found["recalculation"]])
    act = WORDS[found["signatures"]]
    if not signed.signatures:
        print_line("signatures: {act} (the run has none)", act=act)
    elif not signed.asked and not signed.fails:
        print_line("signatures: {act} (name whose count: --trusted FILE or --signer-key PUBKEY)", act=act)
    else:
        print_line("signatures: {act}", act=act)


def _print_one(one: CheckedSignature) -> None:
    from securitize.base.errors import printable
    from securitize.reports.terminal import print_line

    said: dict[str, Any] = {"name": one.name}
    if one.statement is not None:
        stated = one.statement
        said |= {
            "signer": printable(stated.signer),
            "role": printable(stated.role),
            "purpose": printable(stated.purpose),
            "time": stated.signed_at,
        }
    match one.outcome:
        case "verified":
            print_line("signature {name} verified: {signer}, {role}, {purpose}, {time}", **said)
        case "unknown-key":
            print_line(
                "valid signature of an unknown key {name}: says {signer}, {role}, {purpose}, {time}", **said
            )
        case "not-verified":
            said["reason"] = Message(one.reason)
            if one.statement is None:
                print_line("signature {name} NOT verified: {reason}", **said)
            else:
                print_line("signature {name} NOT verified: says {signer}: {reason}", **said)
        case _:
            assert_never(one.outcome)
