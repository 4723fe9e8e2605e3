"""What stands in the folder of a run: what belongs there, and everything that does not."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

from securitize.base.messages import Message
from securitize.store.manifest import MANIFEST, SEAL

#: The report of a run and its digest, made when somebody asks for it.
REPORTS, PAGE, DIGESTS = "reports", "report.html", "reports.sha256"
REPORT_FILES = frozenset({f"{REPORTS}/{PAGE}", f"{REPORTS}/{DIGESTS}"})
#: A statement and its two signatures; what is in these files is not for integrity to say.
SIGNATURES, SIGNATURE_ENDS = "signatures", (".json", ".json.sig", ".openssl.sig")
_BESIDE = frozenset({MANIFEST, SEAL}) | REPORT_FILES


def strangers(root: Path, listed: Collection[str]) -> Iterator[tuple[str, str]]:
    """What does not belong to the run in ``root``: where inside, and what is wrong with it.

    listed : the files of the manifest. A link in place of a listed file is a stranger too, whatever it leads to.
    """
    known = _BESIDE.union(listed)
    yield from _in_folder(root, "", known)


def _in_folder(folder: Path, inside: str, known: frozenset[str]) -> Iterator[tuple[str, str]]:
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
            states = [entry.stat(follow_symlinks=False) for entry in entries]
    except OSError as error:
        reason = Message(error.strerror or str(error))
        yield inside or ".", Message("cannot be looked into ({reason})", reason=reason)
        return
    if inside and not entries:
        yield inside, "is an empty folder"
    for entry, state in zip(entries, states, strict=True):
        at = f"{inside}/{entry.name}" if inside else entry.name
        if stat.S_ISDIR(state.st_mode) and inside != SIGNATURES:
            yield from _in_folder(Path(entry.path), at, known)
        elif stat.S_ISLNK(state.st_mode):
            yield at, "is a link, not a file of the run"
        elif not stat.S_ISREG(state.st_mode):
            yield at, "is no file: a folder, pipe, socket or device"
        elif not (at in known or (inside == SIGNATURES and entry.name.endswith(SIGNATURE_ENDS))):
            yield at, "does not belong to the run"
        elif state.st_nlink > 1:
            yield at, "has a second name elsewhere (a hard link)"
