"""What a signature on a run states: who signs which manifest, in which role, for what, when.

Rules: ``docs/reference/signatures.md``, section 1.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import unicodedata
from dataclasses import asdict, dataclass, fields
from typing import ClassVar

from securitize.base.messages import Message
from securitize.store.sshsig import key_of_line

FORMAT = "securitize-signature/1"
MOST_CHARACTERS = 200
_TIME = "%Y-%m-%dT%H:%M:%SZ"
#: Categories of characters that nobody sees, or sees otherwise than they stand.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_NOT_IN_A_NAME = frozenset(',*?!"\\')
_DIGEST, _RUN = re.compile("[0-9a-f]{64}"), re.compile("[0-9a-f]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStatement:
    """One statement.

    manifest_sha256, run : of the run;  public_key : as ``ssh-ed25519 BASE64``;  signed_at : UTC, to the second
    Raises ValueError, with what is wrong, for a text that a reader could take for another.
    """

    manifest_sha256: str
    public_key: str
    purpose: str
    role: str
    run: str
    signed_at: str
    signer: str
    format: str = FORMAT

    TEXTS: ClassVar[tuple[str, ...]] = ("signer", "role", "purpose")

    def __post_init__(self) -> None:
        if self.format != FORMAT:
            raise ValueError(Message("format is not {format}", format=FORMAT))
        for name in self.TEXTS:
            check_text(name, getattr(self, name))
        if not _DIGEST.fullmatch(self.manifest_sha256) or not _RUN.fullmatch(self.run):
            raise ValueError(Message("digest or run is not written in hexadecimal digits"))
        key_of_line(self.public_key)
        if time_of(self.signed_at).strftime(_TIME) != self.signed_at:
            raise ValueError(Message("signed_at is not a time such as 2026-11-30T15:00:00Z"))

    @property
    def key(self) -> bytes:
        """The public key, 32 bytes."""
        return key_of_line(self.public_key)

    @property
    def time(self) -> dt.datetime:
        """When it was signed, by the signer's clock."""
        return time_of(self.signed_at)

    def to_bytes(self) -> bytes:
        """The one form in which it is signed."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return f"{text}\n".encode()

    @property
    def stem(self) -> str:
        """What its files are named by."""
        return hashlib.sha256(self.to_bytes()).hexdigest()[:16]


def parse_statement(data: bytes) -> RunStatement:
    """The statement of these bytes. Raises ValueError for bytes that :meth:`RunStatement.to_bytes` would not write."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise ValueError(Message("statement is not JSON")) from None
    names = {each.name for each in fields(RunStatement)}
    if (
        not isinstance(found, dict)
        or set(found) != names
        or not all(isinstance(one, str) for one in found.values())
    ):
        raise ValueError(Message("statement has not exactly the texts of its format"))
    statement = RunStatement(**found)
    if statement.to_bytes() != data:
        raise ValueError(Message("statement is not written in the one form that is signed"))
    return statement


def check_text(name: str, text: str) -> None:
    """Raises ValueError where a signer, role or purpose could be read as another."""
    if not 1 <= len(text) <= MOST_CHARACTERS:
        raise ValueError(
            Message("{name} has no character, or more than {most}", name=name, most=MOST_CHARACTERS)
        )
    if text != text.strip() or unicodedata.normalize("NFC", text) != text:
        raise ValueError(
            Message("{name} has spaces at an end, or characters that are not composed (NFC)", name=name)
        )
    if any(unicodedata.category(character) in _UNSEEN for character in text):
        raise ValueError(Message("{name} has control or direction characters", name=name))
    if name == "signer" and (_NOT_IN_A_NAME & set(text) or text.startswith("#")):
        raise ValueError(Message('{name} has one of , * ? ! " \\ or begins with #', name=name))


def time_of(text: str) -> dt.datetime:
    """A time as a statement says it, UTC. Raises ValueError for another form."""
    try:
        return dt.datetime.strptime(text, _TIME).replace(tzinfo=dt.UTC)
    except ValueError:
        raise ValueError(Message("signed_at is not a time such as 2026-11-30T15:00:00Z")) from None


def text_of(time: dt.datetime) -> str:
    """A time, with its zone, as a statement says it."""
    return time.astimezone(dt.UTC).strftime(_TIME)
