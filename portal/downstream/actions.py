"""Everything that adds systems, writes what they shall be told, and keeps what they said they know."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import db
from portal.downstream.models import Delivery, DownstreamSystem
from portal.downstream.queries import running_systems
from portal.downstream.rules import BOTH_SECRETS, CONSENT, TEST, wants
from portal.errors import Conflict, Invalid


def add_system(
    session: Session,
    *,
    name: str,
    how: str,
    by: str,
    started_after: int,
    now: datetime,
    purposes: Sequence[str] = (),
    events: Sequence[str] = (CONSENT,),
    sends: bool = False,
    url: str | None = None,
    token_id: int | None = None,
    submission_key: str | None = None,
) -> DownstreamSystem:
    """Add a system; it is told of everything that is written from this transaction on.

    :param how: `feed` or `webhook`. :param url: where a webhook is called; checked before.
    :param started_after: position of the ledger up to which it is not told.
    :param submission_key: of the form it is made with; the same key again makes nothing.
    :raises Conflict: code `system-added`, when this form added its system already.
    """
    made = DownstreamSystem(
        ref=db.random_ref("Y"), name=name, how=how, purposes=list(purposes), events=list(events), sends=sends,
        token_id=token_id, url=url if how == "webhook" else None, started_after=started_after,
        acknowledged_up_to=started_after, submission_key=submission_key, created_at=now, created_by=by,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        raise Conflict("This form has added its system already.", code="system-added") from None
    return made


def tell(
    session: Session,
    event: str,
    event_id: str,
    *,
    payload: dict[str, Any],
    now: datetime,
    purpose: str | None = None,
    customer_id: int | None = None,
    entry_id: int | None = None,
    restricts: bool = False,
) -> int:
    """Write, in this transaction, what every system that wants to know shall be told; gives how many.

    :param event: one of `rules.EVENTS`. :param event_id: the same however often and to whomever it is told.
    :param payload: public refs, keys and numbers alone; never a name, an address or a text.
    """
    rows = [
        {
            "system_id": system_id, "event": event, "event_id": event_id, "entry_id": entry_id,
            "customer_id": customer_id, "restricts": restricts, "payload": payload if how == "webhook" else {},
            "state": "pending", "attempts": 0, "not_before": now, "created_at": now,
        }
        for system_id, how, purposes, events in running_systems(session)
        if wants(purposes, events, event, purpose)
    ]  # fmt: skip
    return len(db.insert_new(session, Delivery, rows))


class Told(NamedTuple):
    """One thing to tell: see `tell`."""

    event_id: str
    payload: dict[str, Any]
    now: datetime
    purpose: str
    customer_id: int
    entry_id: int
    restricts: bool


def tell_all(session: Session, event: str, things: Iterable[Told]) -> None:
    """The same as `tell` for many things at once; nobody looks at them when there is no system."""
    systems = running_systems(session)
    if not systems:
        return
    rows = [
        {
            "system_id": system_id, "event": event, "event_id": one.event_id, "entry_id": one.entry_id,
            "customer_id": one.customer_id, "restricts": one.restricts,
            "payload": one.payload if how == "webhook" else {}, "state": "pending", "attempts": 0,
            "not_before": one.now, "created_at": one.now,
        }
        for one in things
        for system_id, how, purposes, events in systems
        if wants(purposes, events, event, one.purpose)
    ]  # fmt: skip
    db.insert_new(session, Delivery, rows)


def forget_untold(session: Session, event: str, customer_id: int) -> None:
    """Take out what no system was told of a customer yet: the consent it rested on is gone."""
    untold = (Delivery.event == event, Delivery.customer_id == customer_id, Delivery.acknowledged_at.is_(None))
    session.execute(sa.delete(Delivery).where(*untold))


def mark_sent(session: Session, system_id: int, up_to: int, now: datetime) -> None:
    """Note that a system was given every change up to a position."""
    given = (Delivery.system_id == system_id, Delivery.entry_id <= up_to, Delivery.acknowledged_at.is_(None))
    waiting = Delivery.state.in_(("pending", "failed"))
    session.execute(
        sa.update(Delivery).where(*given, waiting).values(state="sent", sent_at=now, attempts=Delivery.attempts + 1)
    )


def acknowledge(session: Session, system: DownstreamSystem, up_to: int, *, now: datetime) -> DownstreamSystem:
    """Keep that a system knows every change up to a position. Said again, or less far, nothing changes.

    :raises Conflict: code `not-a-feed`, when the system is called at its address: its answer acknowledges.
    """
    if system.how != "feed":
        raise Conflict("This system acknowledges by answering its webhooks.", code="not-a-feed")
    known = (Delivery.system_id == system.id, Delivery.entry_id <= up_to, Delivery.acknowledged_at.is_(None))
    session.execute(
        sa.update(Delivery)
        .where(*known)
        .values(
            state="acknowledged", acknowledged_at=now, sent_at=sa.func.coalesce(Delivery.sent_at, now), last_error=None
        )
    )
    further = sa.and_(DownstreamSystem.id == system.id, DownstreamSystem.acknowledged_up_to < up_to)
    session.execute(sa.update(DownstreamSystem).where(further).values(acknowledged_up_to=up_to))
    session.refresh(system)
    return system


def tell_again(session: Session, delivery: Delivery, *, now: datetime) -> None:
    """Tell once more what was told or given up, under the same number, by which its receiver knows it."""
    delivery.state, delivery.attempts, delivery.not_before = "pending", 0, now
    delivery.claimed_by = delivery.claimed_at = None
    session.flush()


def revive(session: Session, system_id: int, *, now: datetime) -> int:
    """Tell a system again everything that was given up; gives how much that is."""
    dead = (Delivery.system_id == system_id, Delivery.state == "dead")
    again = session.execute(
        sa.update(Delivery)
        .where(*dead)
        .values(state="pending", attempts=0, not_before=now, claimed_by=None, claimed_at=None)
        .returning(Delivery.id)
    )
    return len(again.all())


def try_out(session: Session, system: DownstreamSystem, *, now: datetime) -> Delivery:
    """Send a webhook something that means nothing, to see whether it arrives.

    :raises Invalid: code `not-a-webhook`.
    """
    if system.how != "webhook":
        raise Invalid("This system asks by itself; there is nothing to call.", code="not-a-webhook")
    made = Delivery(
        system_id=system.id, event=TEST, event_id=db.random_ref("test"), payload={"system": system.ref}, not_before=now,
        created_at=now, restricts=False,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def renew_secret(session: Session, system: DownstreamSystem, *, now: datetime) -> None:
    """Let a new secret sign; the one before signs too for a day, so that nothing is refused meanwhile."""
    system.secret_number += 1
    system.old_secret_until = now + BOTH_SECRETS
    session.flush()


def switch_off(session: Session, system: DownstreamSystem, *, now: datetime) -> None:
    """Tell a system nothing any more; what was told stays readable."""
    if system.ended_at is None:
        system.ended_at = now
        session.flush()
