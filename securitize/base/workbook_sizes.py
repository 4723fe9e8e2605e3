"""How much a workbook (XLSX) of somebody else would take in memory, counted while it is unpacked, before it is read.

An XLSX file is a ZIP archive of XML. Two megabytes of it can hold gigabytes of text, or elements of four bytes each
that take a hundred in memory; what the archive and the sheets say of their own size is not believed.
"""

from __future__ import annotations

import io
import zipfile
from xml.parsers import expat

from securitize.base.messages import Message

MOST_MEMBERS = 2_000
MOST_UNPACKED = 256 * 2**20
#: Of the table of shared texts alone, every one of which is kept while the workbook is read.
MOST_SHARED = 64 * 2**20
#: Elements that a reader keeps until the end: rows, shared texts, formats; and those of one row or shared text.
MOST_KEPT, MOST_IN_ONE = 2_000_000, 100_000
MOST_DEPTH = 64
_PIECE = 1 << 20
#: What is read piece by piece, and forgotten.
_PASSING = ("row", "si")
#: Members that no reader of values opens.
_NOT_READ = (".bin", ".png", ".jpeg", ".jpg", ".gif", ".emf", ".wmf", ".vml", ".mp4", ".wav")


def check_workbook(data: bytes) -> None:
    """Raises ValueError, with what is too much, where a workbook is larger than is read; the errors of zipfile too."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if len(members) > MOST_MEMBERS:
            raise ValueError(
                Message("{members:,} members; at most {most:,}", members=len(members), most=MOST_MEMBERS)
            )
        if any(one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for one in members):
            raise ValueError(Message("a member is packed otherwise than a spreadsheet packs it"))
        if any(one.flag_bits & 1 for one in members):
            raise ValueError(Message("it is protected by a password"))
        left, kept = MOST_UNPACKED, MOST_KEPT
        for one in members:
            shared = one.filename.lower().endswith("sharedstrings.xml")
            size, elements = _measured(archive, one, min(left, MOST_SHARED) if shared else left, kept)
            left, kept = left - size, kept - elements


def _measured(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int, kept: int) -> tuple[int, int]:
    """Bytes of a member when unpacked, and elements of it that a reader keeps. Raises ValueError where too many."""
    if member.file_size > most:  # Reading ends there, whatever follows.
        raise ValueError(_unpacks_to(member.filename, member.file_size, most))
    counts = (
        None
        if member.filename.lower().endswith(_NOT_READ) or member.is_dir()
        else _Elements(member.filename, kept)
    )
    size = 0
    with archive.open(member) as stream:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if counts is not None:
                counts.feed(piece)
    return size, counts.kept if counts is not None else 0


def _unpacks_to(name: str, size: int, most: int) -> Message:
    return Message("{name} unpacks to {size:,} bytes; at most {most:,}", name=name, size=size, most=most)


class _Elements:
    """Counts the elements of an XML text: those that are kept, and those of each row or shared text."""

    def __init__(self, name: str, most: int) -> None:
        self.kept = 0
        self._name, self._most = name, most
        self._depth = self._passing = self._inside = 0
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = self._refuse_entity

    def feed(self, piece: bytes) -> None:
        """The next bytes. Raises ValueError where there are too many elements, or the text is no XML."""
        try:
            self._parser.Parse(piece, False)
        except expat.ExpatError as error:
            raise ValueError(
                Message("{name} is no XML: {reason}", name=self._name, reason=str(error))
            ) from None

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._passing:
            self._inside += 1
            if self._inside > MOST_IN_ONE:
                self._refuse(self._inside, MOST_IN_ONE)
            return
        self.kept += 1
        if self.kept > self._most:
            self._refuse(self.kept, self._most)
        if self._depth > MOST_DEPTH:
            raise ValueError(
                Message("{name} is nested more than {most} deep", name=self._name, most=MOST_DEPTH)
            )
        if tag.rpartition(":")[2] in _PASSING:
            self._passing, self._inside = self._depth, 0

    def _end(self, tag: str) -> None:
        if self._depth == self._passing:
            self._passing = 0
        self._depth -= 1

    def _refuse(self, found: int, most: int) -> None:
        raise ValueError(
            Message(
                "{name} holds {found:,} elements; at most {most:,}", name=self._name, found=found, most=most
            )
        )

    def _refuse_entity(self, *_: object) -> None:
        raise ValueError(Message("{name} declares entities", name=self._name))
