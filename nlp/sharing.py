"""Many texts shared between processes, in order, with little on the way: threads would share one core."""

from __future__ import annotations

import multiprocessing
import os
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from typing import Any, Final

from .reading import Reading

CHUNK: Final = 25
"""Texts that travel together: enough to forget the journey, few enough that no process is left waiting at the end."""
_AHEAD: Final = 3
"""Chunks given out ahead for each process."""
_KEPT: Final = 16
"""Chunks for each process that may be read before their turn, so that a file of any length needs bounded memory."""

Read = Callable[[str], Reading]
_ready: list[Read] = []
"""What reads in this process; set before a fork, or by a new process when it starts."""


def shared(
    texts: Iterable[str], workers: int, read: Read, make: Callable[..., Read], given: tuple[Any, ...]
) -> Iterator[Reading]:
    """The readings of texts in their order, read by ``workers`` processes of which this one is one.

    ``read`` is ready in this process: where it is safe, the others are forked and have it at once. Elsewhere each
    process starts anew and calls ``make(*given)``, which takes about a second.
    """
    context = multiprocessing.get_context("fork" if may_fork() else "spawn")
    remaining = iter(texts)
    chunks = iter(lambda: list(islice(remaining, CHUNK)), [])
    _ready[:] = [read]
    others = workers - 1
    pool = ProcessPoolExecutor(others, context, initializer=_be_ready, initargs=(make, given))
    try:
        waiting: deque[Future[list[Reading]]] = deque()
        with warnings.catch_warnings():
            # Python cannot know that the threads it counts are those of numpy, which looks after itself in a fork.
            warnings.simplefilter("ignore", DeprecationWarning)
            waiting.extend(pool.submit(_read_all, chunk) for chunk in islice(chunks, others * _AHEAD))
        while waiting:
            # What this process reads itself need not travel: half of everything when there are two.
            while not waiting[0].done() and len(waiting) < workers * _KEPT:
                own = next(chunks, None)
                if own is None:
                    break
                waiting.append(_done([read(text) for text in own]))
                waiting.extend(_given_out(pool, chunks, others * _AHEAD - _underway(waiting)))
            readings = waiting.popleft().result()
            waiting.extend(_given_out(pool, chunks, others * _AHEAD - _underway(waiting)))
            yield from readings
    finally:
        pool.shutdown(cancel_futures=True)
        _ready.clear()


def _given_out(pool: ProcessPoolExecutor, chunks: Iterator[list[str]], count: int) -> Iterator[Future[list[Reading]]]:
    return (pool.submit(_read_all, chunk) for chunk in islice(chunks, max(0, count)))


def _underway(waiting: Iterable[Future[list[Reading]]]) -> int:
    return sum(not one.done() for one in waiting)


def _done(readings: list[Reading]) -> Future[list[Reading]]:
    done: Future[list[Reading]] = Future()
    done.set_result(readings)
    return done


def may_fork() -> bool:
    """Whether this process can be copied safely: Linux, and no other thread of Python's that could hold a lock."""
    can = os.name == "posix" and "fork" in multiprocessing.get_all_start_methods()
    return can and os.uname().sysname == "Linux" and threading.active_count() == 1


def _be_ready(make: Callable[..., Read], given: tuple[Any, ...]) -> None:
    if not _ready:
        _ready.append(make(*given))


def _read_all(texts: list[str]) -> list[Reading]:
    return [_ready[0](text) for text in texts]
