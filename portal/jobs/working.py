"""The process that does nothing but run the schedule."""

import gc
import queue
import signal

import structlog

from portal import db
from portal.jobs.scheduler import Scheduler
from portal.settings import Settings

log = structlog.get_logger()
LOOK_SECONDS = 0.5


def work(settings: Settings) -> None:
    """Run the schedule in this process until SIGTERM or SIGINT, then finish the batch at hand."""
    told: queue.SimpleQueue[int] = queue.SimpleQueue()  # its put may interrupt its get; an event's set may not
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda number, _frame: told.put(number))
    gc.freeze()  # what is loaded stays: the collector need not go through it again with each thousand rows
    engine = db.make_engine(settings.url)
    scheduler = Scheduler(engine, settings=settings)
    scheduler.start()
    log.info("working on the schedule", worker=scheduler.worker)
    _wait_for(told)
    log.info("finishing the batch at hand")
    scheduler.stop()
    engine.dispose()


def _wait_for(told: "queue.SimpleQueue[int]") -> None:
    """Wait until something is in the queue.

    A signal may reach any thread of the process, but Python runs its handler in this one, and only when it wakes.
    """
    while True:
        try:
            told.get(timeout=LOOK_SECONDS)
            return
        except queue.Empty:
            continue
