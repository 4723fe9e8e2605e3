"""Text from bytes whose encoding nobody says."""

from __future__ import annotations

#: How much of the bytes is looked at to tell GB18030 from Latin-1.
_SAMPLE = 1 << 20
#: Share of letters that must be in everyday use for bytes to be taken for Chinese.
_EVERYDAY = 0.9


#: How packed files begin, and what they are called.
_PACKED = (
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "ZIP"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"Rar!", "RAR"),
    (b"PAR1", "Parquet"),
    (b"\xd0\xcf\x11\xe0", "OLE"),
    (b"%PDF-", "PDF"),
)


def packed_as(data: bytes) -> str:
    """What a file is that is no text, by how it begins; empty where that is not known."""
    return next((name for begins, name in _PACKED if data.startswith(begins)), "")


def decode(data: bytes) -> tuple[str, str]:
    """Text and encoding: ``utf-8``, ``utf-16``, ``gb18030`` or ``latin-1``, which reads everything.

    GB18030 is taken only where the letters that it gives are everyday ones: nearly any pair of Latin-1 letters is
    some rare character in it.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16"), "utf-16"
        except UnicodeDecodeError:
            return data.decode("latin-1"), "latin-1"
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"
    foreign = [letter for letter in text[:_SAMPLE] if letter > "\x7f"] or [x for x in text if x > "\x7f"]
    everyday = sum(1 for letter in foreign if _is_everyday(letter))
    return (text, "gb18030") if everyday >= _EVERYDAY * len(foreign) else (data.decode("latin-1"), "latin-1")


def _is_everyday(letter: str) -> bool:
    try:
        letter.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
