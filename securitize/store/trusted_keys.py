"""Which keys a user trusts, and under which names: a file of allowed signers of OpenSSH, and single public keys.

Rules: ``docs/reference/signatures.md``, section 3.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from securitize.base.errors import DefinitionError, Problem
from securitize.base.files import read_regular
from securitize.base.messages import Message
from securitize.store.sshsig import KEY_TYPE, NAMESPACE, key_of_line
from securitize.store.statement import RunStatement

MOST_BYTES = 2**20
CODE = "SEC907"
_ENTRY = re.compile(
    r'("[^"]*"|[^\s"]+)\s+(?:(\S*=\S.*?|cert-authority)\s+)?(\S+)\s+([A-Za-z0-9+/=]+)(?:\s+.*)?'
)
_OPTION = re.compile(r'([a-z-]+)="([^"]*)"(?:,|$)')
_TIME = re.compile(r"(\d{8})(?:(\d{2})(\d{2})(\d{2})?)?Z")


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A key that is trusted.

    names : of signers; None for any name, of a key given by itself
    after, before : between which times;  namespaces : for which; None for all
    """

    key: bytes
    names: frozenset[str] | None = None
    after: dt.datetime | None = None
    before: dt.datetime | None = None
    namespaces: frozenset[str] | None = None

    def objection(self, statement: RunStatement) -> str | None:
        """Why the key is not trusted for what this states; None where it is."""
        if self.names is not None and statement.signer not in self.names:
            return Message("the trusted file gives the key to another signer")
        if self.namespaces is not None and NAMESPACE not in self.namespaces:
            return Message(
                "the trusted file does not give the key for runs ({namespace})", namespace=NAMESPACE
            )
        early = self.after is not None and statement.time < self.after
        late = self.before is not None and statement.time >= self.before
        return Message("the trusted file does not give the key at that time") if early or late else None


def trusted_in(file: Path) -> tuple[TrustedKey, ...]:
    """The keys of a file of allowed signers. Raises StorageError, or DefinitionError with every line that is wrong."""
    lines = read_regular(file, MOST_BYTES).decode("utf-8", errors="replace").splitlines()
    found, problems = [], []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            found.append(_entry(line.strip()))
        except ValueError as error:
            problems.append(
                Problem(
                    str(file),
                    number,
                    "",
                    "is no allowed signer",
                    str(error),
                    'write NAME ssh-ed25519 KEY, or "FIRST LAST" ssh-ed25519 KEY',
                    CODE,
                )
            )
    if problems:
        raise DefinitionError(problems)
    return tuple(found)


def trusted_key(file: Path) -> TrustedKey:
    """One public key, as OpenSSH or PEM (SubjectPublicKeyInfo). Raises StorageError, DefinitionError."""
    data = read_regular(file, MOST_BYTES)
    try:
        return TrustedKey(_public_key(data))
    except ValueError as error:
        repair = "name a public key of type Ed25519, as OpenSSH or PEM"
        problem = Problem(str(file), 0, "", "is no public key that can be used", str(error), repair, CODE)
        raise DefinitionError([problem]) from None


def _public_key(data: bytes) -> bytes:
    text = data.decode("utf-8", errors="replace").strip()
    if text.startswith(KEY_TYPE) and "\n" not in text:
        return key_of_line(" ".join(text.split()[:2]))
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError(Message("neither a key of OpenSSH nor PEM")) from None
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError(Message("not an Ed25519 key"))
    return key.public_bytes_raw()


def _entry(line: str) -> TrustedKey:
    found = _ENTRY.fullmatch(line)
    if found is None:
        raise ValueError(Message("not names, options and key"))
    quoted, options, kind, text = found.groups()
    names = [name for name in quoted.strip('"').split(",") if name]
    if not names or any(set("*?!") & set(name) for name in names):
        raise ValueError(Message("names are written out, without * ? !"))
    if kind != KEY_TYPE:
        raise ValueError(Message("not an Ed25519 key"))
    values = dict(_options(options or ""))
    spaces = values.get("namespaces")
    return TrustedKey(
        key_of_line(f"{kind} {text}"),
        frozenset(names),
        _time(values.get("valid-after")),
        _time(values.get("valid-before")),
        None if spaces is None else frozenset(spaces.split(",")),
    )


def _options(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        one = _OPTION.match(text, at)
        if one is None or one[1] not in ("namespaces", "valid-after", "valid-before"):
            raise ValueError(Message("options are namespaces, valid-after and valid-before"))
        yield one[1], one[2]
        at = one.end()


def _time(text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    if (found := _TIME.fullmatch(text)) is None:
        raise ValueError(Message("a time is YYYYMMDD or YYYYMMDDHHMM[SS], then Z"))
    day, hour, minute, second = found.groups(default="00")
    try:
        return dt.datetime.strptime(f"{day}{hour}{minute}{second}", "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
    except ValueError:
        raise ValueError(Message("a time is YYYYMMDD or YYYYMMDDHHMM[SS], then Z")) from None


def objection_to(statement: RunStatement, trusted: Sequence[TrustedKey]) -> tuple[bool, str | None]:
    """Whether any entry is of the statement's key, and why none trusts it for what it states; None where one does."""
    own = [one.objection(statement) for one in trusted if one.key == statement.key]
    if not own:
        return False, None
    return True, None if None in own else own[0]
