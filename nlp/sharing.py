"""Many texts shared between processes, in order, with little on the way: threads would share one core.

No thread stands between them either: whoever asked reads as well, and looks after each few texts for what others did.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import Any, Final

from .reading import Reading

CHUNK: Final = 20
"""Texts that travel together: enough to forget the journey, few enough that no process is left waiting at the end."""
_OWN: Final = 5
"""Texts that this process reads before it looks again for what others have read."""
_AHEAD: Final = 2
"""Chunks that another process has at once: one to read, and one to begin with when it is done."""
_LIGHT: Final = 8_000
"""Characters of a chunk that may be sent ahead: what no pipe has room for would make both ends wait for each other."""
_KEPT: Final = 16
"""Chunks for each process that may be read before their turn, so that a file of any length needs bounded memory."""

Read = Callable[[str], Reading]
_ready: list[Read] = []
"""What reads in this process; set before a fork."""
_ends: set[Connection] = set()
"""This process's ends of the pipes to others. Who is forked lets go of them, or none would see that this one died."""


def shared(
    texts: Iterable[str], workers: int, read: Read, make: Callable[..., Read], given: tuple[Any, ...]
) -> Iterator[Reading]:
    """The readings of texts in their order, read by ``workers`` processes of which this one is one.

    ``read`` is ready in this process: where it is safe, the others are forked and have it at once. Elsewhere each
    process starts anew and calls ``make(*given)``, which takes about a second.
    """
    context = multiprocessing.get_context("fork" if may_fork() else "spawn")
    _ready[:] = [read]
    work = _Work(texts)
    others: list[_Other] = []
    try:
        others += [_Other(context, make, given) for _ in range(workers - 1)]
        yield from _in_turn(work, others, read, workers * _KEPT)
        for other in others:
            other.end()
    finally:
        _ready.clear()
        for other in others:
            other.stop()


def _in_turn(work: _Work, others: list[_Other], read: Read, most: int) -> Iterator[Reading]:
    done: dict[int, list[Reading]] = {}
    turn = 0
    while True:
        for other in others:
            other.serve(work, done)
        if turn in done:
            yield from done.pop(turn)
            turn += 1
        elif len(done) < most and (own := work.take(_OWN)) is not None:
            # What this process reads itself need not travel: half of everything when there are two.
            done[own[0]] = [read(text) for text in own[1]]
        elif not _wait_for(turn, others, work, done):
            return


def _wait_for(turn: int, others: list[_Other], work: _Work, done: dict[int, list[Reading]]) -> bool:
    """Wait for who has the chunk whose turn it is; false when nobody has it, for then all is done."""
    for other in others:
        if turn in other.underway:
            other.serve(work, done, wait=True)
            return True
    return False


class _Work:
    """The texts in chunks that are numbered by their turn."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._remaining = iter(texts)
        self._turn = 0
        self._next: list[str] = []

    def take(self, count: int) -> tuple[int, list[str]] | None:
        """The next so many texts, or those that were put back; ``None`` when there are no more."""
        chunk = self._next or list(islice(self._remaining, count))
        self._next = []
        if not chunk:
            return None
        self._turn += 1
        return self._turn - 1, chunk

    def put_back(self, chunk: list[str]) -> None:
        """Give back what was taken last."""
        self._turn -= 1
        self._next = chunk


class _Other:
    """Another process that reads."""

    def __init__(self, context: BaseContext, make: Callable[..., Read], given: tuple[Any, ...]) -> None:
        self.underway: deque[int] = deque()
        self._here, there = context.Pipe()
        _ends.add(self._here)
        told = None if context.get_start_method() == "fork" else (make, given)
        process: Any = context.Process  # type: ignore[attr-defined]  # every context has one
        self._process = process(target=_read_beside, args=(there, told), daemon=True)
        with warnings.catch_warnings():
            # Python cannot know that the threads it counts are those of numpy, which looks after itself in a fork.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process.start()
        there.close()

    def serve(self, work: _Work, done: dict[int, list[Reading]], *, wait: bool = False) -> None:
        """Take what was read, and give out what is to be read next.

        Raises what reading raised, and ``ChildProcessError`` when the process died.
        """
        while self.underway and (wait or self._here.poll()):
            done[self.underway.popleft()] = self._received()
            wait = False
        while len(self.underway) < _AHEAD and (chunk := work.take(CHUNK)) is not None:
            if self.underway and sum(map(len, chunk[1])) > _LIGHT:
                work.put_back(chunk[1])
                break
            self._here.send(chunk[1])
            self.underway.append(chunk[0])

    def _received(self) -> list[Reading]:
        try:
            readings, fault = self._here.recv()
        except (EOFError, ConnectionError) as ended:
            raise ChildProcessError("another process that reads has ended before it was done") from ended
        if fault is not None:
            raise fault
        read: list[Reading] = readings
        return read

    def end(self) -> None:
        """Say that there is nothing more to read."""
        self._here.send(None)
        self._process.join()

    def stop(self) -> None:
        """End at once, whatever it does."""
        if self._process.is_alive():
            self._process.terminate()
            self._process.join()
        _ends.discard(self._here)
        self._here.close()


def may_fork() -> bool:
    """Whether this process can be copied safely: Linux, and no other thread of Python's that could hold a lock."""
    can = os.name == "posix" and "fork" in multiprocessing.get_all_start_methods()
    return can and os.uname().sysname == "Linux" and threading.active_count() == 1


def _read_beside(there: Connection, told: tuple[Callable[..., Read], tuple[Any, ...]] | None) -> None:
    """Read what comes until nothing more does. An interrupt at the keyboard is for the process that asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for end in _ends:
        end.close()
    read = _ready[0] if told is None else told[0](*told[1])
    with suppress(EOFError):  # Who asked has died.
        while (texts := there.recv()) is not None:
            try:
                there.send(([read(text) for text in texts], None))
            except Exception as fault:  # to be raised where the texts come from
                there.send(([], fault))
