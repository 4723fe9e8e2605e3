"""The one callback by which a public function reports how far it has come."""

from __future__ import annotations

from collections.abc import Callable

#: What is being done, how much of it is done, and of how much; 0 where the total is not known.
Progress = Callable[[str, int, int], None]


def silent(what: str, done: int, of: int) -> None:
    """Report to nobody."""
