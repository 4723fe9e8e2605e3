"""What ``validate FOLDER`` has read, and what it has not."""

from __future__ import annotations

import os
from pathlib import Path

from securitize.base.messages import Listing, Message
from securitize.reports.terminal import Column, print_line, print_table
from securitize.studies.validate.folder import CheckedFolder


def print_folder(found: CheckedFolder, root: Path) -> None:
    """Each file with what it is and what was done with it, then the names of what was not read."""
    columns = [Column(Message("File")), Column(Message("Kind")), Column(Message("Checked"), wraps=True)]
    rows = [(os.path.relpath(one.file, root), one.what, one.done) for one in found.files]
    print_line("")
    print_table(Message("Files"), columns, rows)
    if found.not_read:
        names = Listing([os.path.relpath(one, root) for one in found.not_read])
        print_line("not read, since no command reads them: {names}", names=names)
