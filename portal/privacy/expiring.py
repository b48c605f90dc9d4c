"""Writes down that a yes has come to its end. It stopped counting before: the end is looked at when deciding."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import accounts, consent, db, needs, segments
from portal.audit import PORTAL
from portal.consent import NewEntry
from portal.errors import CandourError
from portal.privacy.queries import expired_cells

NEEDS = "needs"


def expire_consents(
    engine: Engine,
    *,
    clock: Callable[[], datetime],
    worker: str,
    should_stop: Callable[[], bool] = lambda: False,
) -> tuple[int, int]:
    """Write the `expired` entry of every grant whose time is over, with what follows. They stopped counting before.

    :return: how many entries were written, and how many customers failed (they are tried again at the next run).
    """
    done = failed = after = 0
    while not should_stop():
        with db.reading(engine) as session:
            batch = expired_cells(session, clock(), after=after)
        if not batch:
            break
        for customer_id in batch:
            try:
                with db.writing(engine) as session:
                    done += expire_of(session, customer_id, now=clock())
            except CandourError:
                failed += 1
        after = batch[-1]
    return done, failed


def expire_of(session: Session, customer_id: int, *, now: datetime) -> int:
    """Write the `expired` entries of one customer; gives how many. Two at once write each of them once."""
    customer = accounts.lock_customer(session, customer_id)
    over = [
        key
        for key, cell in sorted(consent.cells_of(session, customer_id).items())
        if cell.state == "granted" and not cell.in_force(now)
    ]
    for purpose, channel, topic in over:
        new = NewEntry(
            purpose=purpose,
            channel=channel,
            topic=topic,
            action="expired",
            actor_type=PORTAL.type,
            actor=PORTAL.name,
            method="rule",
        )
        consent.record(session, customer, new, now=now)
    if any(purpose == NEEDS for purpose, _channel, _topic in over):
        needs.end_signals(session, customer.id, cause="expiry", now=now)
        segments.place_customer(session, customer.id, cause="consent", now=now)
    return len(over)
