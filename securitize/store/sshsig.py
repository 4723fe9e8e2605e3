"""Signatures in the form of OpenSSH, and its public keys: bytes only, no key is used here.

Source: PROTOCOL.sshsig and RFC 4253, section 6.6, of OpenSSH 8.0 and later. Ed25519 alone (RFC 8709).
"""

from __future__ import annotations

import base64
import hashlib
import struct

#: What a signature is for, so that none made for something else passes; the hash of what is signed.
NAMESPACE, HASH = "securitize-run", "sha512"
KEY_TYPE = "ssh-ed25519"
_MAGIC, _VERSION = b"SSHSIG", 1
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_WIDTH = 70
KEY_BYTES, SIGNATURE_BYTES = 32, 64


def public_line(key: bytes) -> str:
    """A public key, 32 bytes, as ``ssh-ed25519 BASE64``."""
    return f"{KEY_TYPE} {base64.b64encode(_public_blob(key)).decode()}"


def key_of_line(line: str) -> bytes:
    """The 32 bytes of ``ssh-ed25519 BASE64``, without a comment.

    Raises ValueError for another type, and for anything that :func:`public_line` would write otherwise.
    """
    kind, _, text = line.partition(" ")
    if kind != KEY_TYPE:
        raise ValueError("not an Ed25519 key")
    try:
        blob = base64.b64decode(text, validate=True)
    except ValueError:
        raise ValueError("not base64") from None
    key = blob[-KEY_BYTES:]
    if blob != _public_blob(key) or public_line(key) != line:
        raise ValueError("not an Ed25519 key")
    return key


def signed_bytes(message: bytes) -> bytes:
    """What the key signs for a message."""
    digest = hashlib.new(HASH, message).digest()
    return _MAGIC + _text(NAMESPACE.encode()) + _text(b"") + _text(HASH.encode()) + _text(digest)


def armoured(key: bytes, signature: bytes) -> bytes:
    """The file of a signature, 64 bytes, by a public key, as ``ssh-keygen -Y sign`` writes it."""
    inner = _text(KEY_TYPE.encode()) + _text(signature)
    blob = b"".join(
        (
            _MAGIC,
            struct.pack(">I", _VERSION),
            _text(_public_blob(key)),
            _text(NAMESPACE.encode()),
            _text(b""),
            _text(HASH.encode()),
            _text(inner),
        )
    )
    text = base64.b64encode(blob).decode()
    lines = [text[k : k + _WIDTH] for k in range(0, len(text), _WIDTH)]
    return "\n".join((_BEGIN, *lines, _END, "")).encode()


def signature_in(file: bytes, key: bytes) -> bytes:
    """The signature, 64 bytes, of a file of :func:`armoured` by this public key.

    Raises ValueError for any other byte: another key, namespace or hash, something behind it, other lines.
    """
    lines = file.decode("ascii", errors="replace").split("\n")
    if len(lines) < 4 or lines[0] != _BEGIN or lines[-2:] != [_END, ""]:
        raise ValueError("not a signature of OpenSSH")
    try:
        blob = base64.b64decode("".join(lines[1:-2]), validate=True)
    except ValueError:
        raise ValueError("not a signature of OpenSSH") from None
    signature = blob[-SIGNATURE_BYTES:]
    if len(signature) != SIGNATURE_BYTES or armoured(key, signature) != file:
        raise ValueError("of another key, namespace, hash or form")
    return signature


def _text(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _public_blob(key: bytes) -> bytes:
    return _text(KEY_TYPE.encode()) + _text(key)
