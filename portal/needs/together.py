"""Reading by several processes when very much waits, as after an import: threads would share one core.

They share nothing but the database. Each claims messages of its own and writes what it read, just as several servers
would; one that dies harms no other, and its messages are claimed anew after two minutes.
"""

import multiprocessing
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from multiprocessing.context import BaseContext
from multiprocessing.synchronize import Event

from sqlalchemy.engine import Engine
from sqlalchemy.pool import QueuePool

from nlp.sharing import may_fork
from portal import conversations, db
from portal.needs.reading import read_waiting

WORTH = 5_000
"""So many messages must wait: a process that begins anew takes as long to start as another to read two thousand."""
_told: list[Event] = []
"""In a process that reads beside another: what tells it to stop."""


def read_together(
    engine: Engine,
    *,
    clock: Callable[[], datetime],
    worker: str,
    should_stop: Callable[[], bool],
    limit: int,
    processes: int,
    worth: int = WORTH,
) -> tuple[int, int]:
    """As `read_waiting`, by up to so many processes when more than `worth` messages wait.

    Where that is safe they are forked, and begin at once: Linux, one thread, and no connection but those in the pool,
    which are closed before. Elsewhere they begin anew.

    :param clock: a function of a module, since another process has to find it.
    """
    if processes < 2 or not _is_worth(engine, worth):
        return read_waiting(engine, clock=clock, worker=worker, should_stop=should_stop, limit=limit)
    context = _context(engine)
    stop = context.Event()
    address = engine.url.render_as_string(hide_password=False)
    with ProcessPoolExecutor(processes - 1, context, initializer=_begin, initargs=(stop,)) as pool:
        others = [
            pool.submit(_read_beside, address, clock, f"{worker}+{number}", limit) for number in range(1, processes)
        ]
        try:
            counts = [read_waiting(engine, clock=clock, worker=worker, should_stop=should_stop, limit=limit)]
        finally:
            stop.set()
        counts += [other.result() for other in others]
    return sum(done for done, _ in counts), sum(failed for _, failed in counts)


def _is_worth(engine: Engine, worth: int) -> bool:
    with db.reading(engine) as session:
        return conversations.more_wait_than(session, worth)


def _context(engine: Engine) -> BaseContext:
    """How another process begins. One that is forked must find no connection of this one, open or in use."""
    pool = engine.pool
    if not may_fork() or not isinstance(pool, QueuePool) or pool.checkedout():
        return multiprocessing.get_context("spawn")
    engine.dispose()
    return multiprocessing.get_context("fork")


def _begin(stop: Event) -> None:
    """Remember what tells to stop, and leave an interrupt at the keyboard to the process that began this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _told[:] = [stop]


def _read_beside(address: str, clock: Callable[[], datetime], worker: str, limit: int) -> tuple[int, int]:
    engine = db.make_engine(address)
    try:
        return read_waiting(engine, clock=clock, worker=worker, should_stop=_told[0].is_set, limit=limit)
    finally:
        engine.dispose()
