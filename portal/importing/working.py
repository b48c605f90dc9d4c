"""What the background does for imports of consents: read, apply and undo what waits, in the order it came."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.engine import Engine

from portal import db
from portal.importing.actions import stage
from portal.importing.carrying import apply, undo
from portal.importing.models import ConsentBatch
from portal.importing.queries import at_work
from portal.settings import Settings, secret_of


def work_on_batches(
    engine: Engine,
    *,
    settings: Settings,
    clock: Callable[[], datetime],
    worker: str,
    should_stop: Callable[[], bool] = lambda: False,
) -> tuple[int, int]:
    """Bring every batch that waits one step on. Two at once do nothing twice.

    :return: how many rows were looked at, and how many batches turned out to be unusable.
    """
    done = failed = 0
    with db.reading(engine) as session:
        waiting = at_work(session)
    for batch_id in waiting:
        count, fine = bring_on(engine, batch_id, settings=settings, clock=clock, should_stop=should_stop)
        done, failed = done + count, failed + (not fine)
    return done, failed


def bring_on(
    engine: Engine,
    batch_id: int,
    *,
    settings: Settings,
    clock: Callable[[], datetime],
    should_stop: Callable[[], bool] = lambda: False,
) -> tuple[int, bool]:
    """Bring one batch one step on, if it waits for any; gives the rows looked at, and whether it is usable."""
    key = secret_of(settings)
    done = stage(engine, batch_id, key=key, clock=clock, should_stop=should_stop)
    done += apply(engine, batch_id, key=key, clock=clock, should_stop=should_stop)
    done += undo(engine, batch_id, key=key, clock=clock, should_stop=should_stop)
    with db.reading(engine) as session:
        return done, session.get_one(ConsentBatch, batch_id).state != "unusable"
