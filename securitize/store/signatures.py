"""Signatures on a stored run: made, read and checked, without a network.

Rules: ``docs/reference/signatures.md``. The library ``cryptography`` reads keys, signs and verifies.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from securitize.base.closed import partition
from securitize.base.errors import SecuritizeError, StorageError, UsageError, printable
from securitize.base.files import read_regular, storage, write_new
from securitize.base.messages import Message
from securitize.store.identity import sha256
from securitize.store.manifest import MANIFEST
from securitize.store.sshsig import armoured, public_line, signature_in, signed_bytes
from securitize.store.statement import RunStatement, parse_statement
from securitize.store.stored import MAX_MANIFEST_BYTES, StoredRun
from securitize.store.tree import SIGNATURE_ENDS, SIGNATURES
from securitize.store.trusted_keys import MOST_BYTES, TrustedKey, objection_to

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

STATEMENT, OPENSSH, OPENSSL = SIGNATURE_ENDS
#: What is said of one signature.
SignatureOutcome = Literal["verified", "unknown-key", "not-verified"]
#: What is said of one act of verifying.
Act = Literal["verified", "not-verified", "not-looked-at"]
RIGHT, WRONG, _ = partition(SignatureOutcome, {"verified"}, {"not-verified"}, {"unknown-key"})
FAILED, _ = partition(Act, {"not-verified"}, {"verified", "not-looked-at"})


@dataclass(frozen=True, slots=True)
class CheckedSignature:
    """One signature of a run. ``statement`` is None where it cannot be read; ``reason`` says why not verified."""

    name: str
    outcome: SignatureOutcome
    statement: RunStatement | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CheckedSignatures:
    """All signatures of a run. ``asked`` : whether any trusted key was given."""

    signatures: tuple[CheckedSignature, ...]
    asked: bool

    @property
    def act(self) -> Act:
        """Verified where a trusted key has signed and nothing is wrong with any; see section 3 of the rules."""
        outcomes = {one.outcome for one in self.signatures}
        if outcomes & WRONG:
            return "not-verified"
        if not self.asked:
            return "not-looked-at"
        return "verified" if outcomes & RIGHT else "not-verified"

    @property
    def fails(self) -> bool:
        """Whether verifying has failed by the signatures."""
        return self.act in FAILED


def sign_run(run: StoredRun, key: Ed25519PrivateKey, statement: RunStatement) -> Path:
    """Write a signature beside the run; returns its statement's file.

    Raises UsageError where the statement is of another run or key, or it is there already; StorageError.
    """
    public = key.public_key().public_bytes_raw()
    if (fault := _of_this_run(run, statement)) or statement.key != public:
        raise UsageError("the statement is not of this run and key: {fault}", fault=fault or "")
    folder, message = run.path / SIGNATURES, statement.to_bytes()
    with storage("cannot be made", folder):
        folder.mkdir(exist_ok=True)
    path = folder / f"{statement.stem}{STATEMENT}"
    if path.exists():
        raise UsageError("the run holds this signature already: {path}", path=printable(str(path)))
    # The statement last: what has none is no signature, whatever else is left by a program that was killed.
    for end, data in (
        (OPENSSL, key.sign(message)),
        (OPENSSH, armoured(public, key.sign(signed_bytes(message)))),
        (STATEMENT, message),
    ):
        other = folder / f"{statement.stem}{end}"
        other.unlink(missing_ok=True)
        write_new(other, data)
    return path


def check_signatures(run: StoredRun, trusted: Sequence[TrustedKey], asked: bool) -> CheckedSignatures:
    """Every signature beside the run. Raises StorageError where the folder cannot be listed."""
    folder = run.path / SIGNATURES
    with storage("cannot be listed", folder):
        # A link leads elsewhere, and is no folder of the run.
        names = sorted(os.listdir(folder)) if folder.is_dir() and not folder.is_symlink() else []
    stems = dict.fromkeys(_stem(name) for name in names)
    return CheckedSignatures(tuple(_checked(run, folder, stem, trusted) for stem in stems), asked)


def _stem(name: str) -> str:
    for end in (OPENSSH, OPENSSL, STATEMENT):
        if name.endswith(end):
            return name.removesuffix(end)
    return name


def _checked(run: StoredRun, folder: Path, stem: str, trusted: Sequence[TrustedKey]) -> CheckedSignature:
    shown, statement = printable(stem), None
    try:
        message = _file(folder / f"{stem}{STATEMENT}")
        statement = parse_statement(message)
        if statement.stem != stem:
            raise ValueError(Message("its files are not named by its statement"))
        if fault := _of_this_run(run, statement):
            raise ValueError(fault)
        _verify(statement, _file(folder / f"{stem}{OPENSSH}"), _file(folder / f"{stem}{OPENSSL}"))
    except (SecuritizeError, ValueError) as error:
        return CheckedSignature(shown, "not-verified", statement, str(error))
    known, objection = objection_to(statement, trusted)
    if not known:
        return CheckedSignature(shown, "unknown-key", statement)
    if objection is not None:
        return CheckedSignature(shown, "not-verified", statement, objection)
    return CheckedSignature(shown, "verified", statement)


def _file(path: Path) -> bytes:
    if path.is_symlink():
        raise ValueError(Message("{file} is a link", file=path.name))
    try:
        return read_regular(path, MOST_BYTES)
    except StorageError:
        raise ValueError(Message("{file} is missing or cannot be read", file=path.name)) from None


def _of_this_run(run: StoredRun, statement: RunStatement) -> str | None:
    """What of the statement is of another run."""
    if statement.run != run.id:
        return Message("it is of another run")
    if statement.manifest_sha256 != sha256(read_regular(run.path / MANIFEST, MAX_MANIFEST_BYTES)):
        return Message("it is of another manifest")
    return None


def _verify(statement: RunStatement, openssh: bytes, openssl: bytes) -> None:
    """Raises ValueError where either signature is not of the statement and its key."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    key, message = Ed25519PublicKey.from_public_bytes(statement.key), statement.to_bytes()
    try:
        key.verify(signature_in(openssh, statement.key), signed_bytes(message))
    except ValueError as error:
        raise ValueError(Message("signature of OpenSSH: {fault}", fault=str(error))) from None
    except InvalidSignature:
        raise ValueError(Message("signature of OpenSSH is not of this statement and key")) from None
    try:
        key.verify(openssl, message)
    except InvalidSignature:
        raise ValueError(Message("signature for openssl is not of this statement and key")) from None


def private_key(file: Path, passphrase: bytes | None = None) -> Ed25519PrivateKey:
    """A private key as OpenSSH or PKCS#8 (PEM). Raises UsageError where it is neither, or not Ed25519."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_ssh_private_key

    data, name = read_regular(file, MOST_BYTES), printable(str(file))
    load = load_ssh_private_key if b"BEGIN OPENSSH PRIVATE KEY" in data else load_pem_private_key
    try:
        key = load(data, passphrase)
    except TypeError:
        raise UsageError(
            "{file}: the key has a passphrase, or has none where one was given: --passphrase-file", file=name
        ) from None
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UsageError(
            "{file}: no private key of OpenSSH or PKCS#8 that can be read: {fault}",
            file=name,
            fault=str(error),
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError("{file}: not an Ed25519 key; ssh-keygen -t ed25519 makes one", file=name)
    return key


def statement_of(
    run: StoredRun, key: Ed25519PrivateKey, *, signer: str, role: str, purpose: str, signed_at: str
) -> RunStatement:
    """What this key states of a run that is as it was stored. Raises UsageError, StorageError."""
    run.require_intact()
    try:
        return RunStatement(
            manifest_sha256=sha256(read_regular(run.path / MANIFEST, MAX_MANIFEST_BYTES)),
            public_key=public_line(key.public_key().public_bytes_raw()),
            purpose=purpose,
            role=role,
            run=run.id,
            signed_at=signed_at,
            signer=signer,
        )
    except ValueError as error:
        raise UsageError("{fault}", fault=error.args[0]) from None
