"""Calls webhooks with what waits for them: claims by compare-and-set, calls outside any transaction, settles.

A process that dies between calling and settling leaves the delivery claimed; after the lease it is sent again under the
same number: at least once, never lost.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db
from portal.clock import still_claimed
from portal.downstream.addresses import Resolve, resolve
from portal.downstream.models import Delivery, DownstreamSystem
from portal.downstream.posting import Posted, post
from portal.downstream.rules import LEASE, wait_after
from portal.downstream.signing import secrets_in_force, sign
from portal.settings import Settings, secret_of

BATCH = 20
GONE = 410


def deliver_webhooks(
    engine: Engine,
    *,
    settings: Settings,
    clock: Callable[[], datetime],
    worker: str,
    should_stop: Callable[[], bool] = lambda: False,
    look_up: Resolve = resolve,
) -> tuple[int, int]:
    """Call the webhooks with everything that is due.

    :return: how many calls were taken, and how many were not.
    """
    done = failed = 0
    while not should_stop():
        claimed = _claim(engine, worker=worker, now=clock())
        if not claimed:
            break
        for row, system in claimed:
            if not still_claimed(row.claimed_at, clock(), LEASE):
                break  # somebody is slow: what is left is claimed anew rather than sent by two of us
            posted = _call(row, system, settings, clock(), look_up)
            _settle(engine, row, posted, worker=worker, now=clock())
            done, failed = (done + 1, failed) if posted.good else (done, failed + 1)
    return done, failed


def _claim(engine: Engine, *, worker: str, now: datetime) -> Sequence[tuple[Delivery, DownstreamSystem]]:
    """Take deliveries that are due, the oldest first; two workers never take the same one within the lease."""
    due = sa.or_(
        sa.and_(Delivery.state.in_(("pending", "failed")), Delivery.not_before <= now),
        sa.and_(Delivery.state == "sent", Delivery.claimed_at < now - LEASE),
    )
    called = sa.select(DownstreamSystem.id).where(
        DownstreamSystem.how == "webhook", DownstreamSystem.ended_at.is_(None)
    )
    ahead = sa.and_(Delivery.state == "sent", Delivery.claimed_at > now + LEASE)
    with db.writing(engine) as session:
        # A clock that jumped wrote these: from now on the lease runs, so that they are neither stuck nor sent by two.
        session.execute(sa.update(Delivery).where(ahead).values(claimed_at=now))
        ids = sa.select(Delivery.id).where(due, Delivery.system_id.in_(called)).order_by(Delivery.not_before)
        chosen = ids.limit(BATCH).with_for_update(skip_locked=True)
        taken = session.scalars(
            sa.update(Delivery)
            .where(Delivery.id.in_(chosen), due)
            .values(state="sent", sent_at=now, claimed_by=worker, claimed_at=now)
            .returning(Delivery)
        ).all()
        systems = {one.id: one for one in session.scalars(sa.select(DownstreamSystem))} if taken else {}
    return [(row, systems[row.system_id]) for row in sorted(taken, key=lambda row: row.id)]


def _call(row: Delivery, system: DownstreamSystem, settings: Settings, now: datetime, look_up: Resolve) -> Posted:
    body = body_of(row)
    timestamp = int(now.timestamp())
    secrets = secrets_in_force(
        secret_of(settings), system.ref, system.secret_number, system.old_secret_until, now
    )  # fmt: skip
    headers = {
        "content-type": "application/json",
        "user-agent": "Candour",
        "webhook-id": row.event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(secrets, row.event_id, timestamp, body),
    }
    return post(system.url or "", body, headers, private=settings.webhook_private, look_up=look_up)


def body_of(row: Delivery) -> bytes:
    """What a webhook is sent: the kind of event, when it happened, and its particulars."""
    said = {"type": row.event, "timestamp": row.created_at.isoformat(), "data": row.payload}
    return json.dumps(said, separators=(",", ":"), sort_keys=True).encode()


def _settle(engine: Engine, row: Delivery, posted: Posted, *, worker: str, now: datetime) -> None:
    """Write down how it went, unless another worker has taken it over meanwhile."""
    attempts = row.attempts + 1
    values: dict[str, Any] = {
        "attempts": attempts, "claimed_by": None, "claimed_at": None, "last_status": posted.status,
        "last_error": posted.error,
    }  # fmt: skip
    wait = wait_after(attempts)
    if posted.good:
        first = sa.func.coalesce(Delivery.acknowledged_at, sa.bindparam("at", now, type_=db.UtcDateTime()))
        values |= {"state": "acknowledged", "acknowledged_at": first}
    elif wait is None or posted.status == GONE:
        values["state"] = "dead"
    else:
        values |= {"state": "failed", "not_before": now + wait}
    mine = (Delivery.id == row.id, Delivery.state == "sent", Delivery.claimed_by == worker)
    with db.writing(engine) as session:
        settled = session.execute(sa.update(Delivery).where(*mine).values(**values).returning(Delivery.entry_id))
        known = settled.scalar()
        if posted.good and known is not None:
            _advance(session, row.system_id)


def _advance(session: Session, system_id: int) -> None:
    """Bring up to date up to where a system knows everything: before its oldest change that it has not acknowledged."""
    mine = (Delivery.system_id == system_id, Delivery.entry_id.is_not(None))
    oldest = sa.select(sa.func.min(Delivery.entry_id)).where(*mine, Delivery.acknowledged_at.is_(None))
    newest = sa.select(sa.func.max(Delivery.entry_id)).where(*mine)
    up_to = session.scalar(oldest)
    up_to = (up_to - 1) if up_to is not None else session.scalar(newest)
    further = sa.and_(DownstreamSystem.id == system_id, DownstreamSystem.acknowledged_up_to < (up_to or 0))
    session.execute(sa.update(DownstreamSystem).where(further).values(acknowledged_up_to=up_to))
