"""Work on several threads whose results come in order, while few wait for their turn."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

Task = TypeVar("Task")
T = TypeVar("T")
#: Results that may wait, for each thread: so many blocks are drawn while a range of paths is written.
AHEAD = 8


def in_order(work: Callable[[Task], T], tasks: Iterable[Task], workers: int) -> Generator[T]:
    """``work(task)`` of every task, in order; one thread does it in the caller's own.

    At most ``AHEAD`` results a thread are there that were not asked for yet. Whoever stops asking ends the work.
    """
    if workers == 1:
        yield from map(work, tasks)
        return
    left = iter(tasks)
    waiting: deque[Future[T]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            waiting.extend(pool.submit(work, task) for task in islice(left, workers * AHEAD))
            while waiting:
                found = waiting.popleft().result()
                waiting.extend(pool.submit(work, task) for task in islice(left, 1))
                yield found
        finally:
            for future in waiting:
                future.cancel()
