"""The process that does nothing but run the schedule."""

import signal
import threading

import structlog

from portal import db
from portal.jobs.scheduler import Scheduler
from portal.settings import Settings

log = structlog.get_logger()


def work(settings: Settings) -> None:
    """Run the schedule in this process until SIGTERM or SIGINT, then finish the batch at hand."""
    told = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda _number, _frame: told.set())
    engine = db.make_engine(settings.url)
    scheduler = Scheduler(engine, settings=settings)
    scheduler.start()
    log.info("working on the schedule", worker=scheduler.worker)
    told.wait()
    log.info("finishing the batch at hand")
    scheduler.stop()
    engine.dispose()
