"""What the team records about a customer that stops or limits what we send: marks, and who holds something together."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import accounts
from portal.accounts.models import Customer
from portal.errors import Conflict, Invalid, NotFound
from portal.treatment.models import MARKS, JointHolder, Mark

HOLDS = ("asked", "approved", "revoked", "left")
GUARDED = ("minor", "guardian")
"""Marks with which a guardian says yes, not the customer."""


def set_mark(
    session: Session,
    customer_id: int,
    kind: str,
    *,
    by: str,
    now: datetime,
    note: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> Mark:
    """Record that a customer is bereaved, a minor, …; it counts in the next decision.

    :param since: from when it counts, if that is not now, such as the day of a court order.
    :param until: from when it does not count any more, such as the day a minor is of age.
    :raises Invalid: for a kind that is not in `MARKS`, or an end that is over.
    :raises Conflict: when it is recorded already.
    """
    if kind not in MARKS:
        raise Invalid("There is no such mark.", code="bad-mark")
    if until is not None and until <= max(now, since or now):
        raise Invalid("It would end before it counts.", code="mark-over")
    accounts.lock_customer(session, customer_id)
    there = session.scalar(sa.select(Mark).where(_open(customer_id), Mark.kind == kind))
    if there is not None and (there.until is None or there.until > now):
        raise Conflict("This is recorded already.", code="mark-exists")
    if there is not None:
        there.ended_at, there.ended_by = there.until, "portal"
        session.flush()
    made = Mark(customer_id=customer_id, kind=kind, note=note, set_at=now, set_by=by, since=since, until=until)
    session.add(made)
    session.flush()
    return made


def end_mark(session: Session, mark_id: int, *, by: str, now: datetime) -> Mark:
    """Record that a mark does not hold any more; ending it twice changes nothing.

    :raises NotFound: when there is no such mark.
    """
    found = session.get(Mark, mark_id)
    if found is None:
        raise NotFound("There is no such mark.", code="no-such-mark")
    accounts.lock_customer(session, found.customer_id)
    if found.ended_at is None:
        found.ended_at, found.ended_by = now, by
        session.flush()
    return found


def end_mark_of(session: Session, customer_id: int, kind: str, *, by: str, now: datetime) -> Mark:
    """End the mark of this kind that a customer has; ended before, it stays as it was ended.

    :raises NotFound: when there never was one.
    """
    theirs = sa.select(Mark).where(Mark.customer_id == customer_id, Mark.kind == kind).order_by(Mark.id.desc())
    found = session.scalars(theirs.limit(1)).first()
    if found is None:
        raise NotFound("There is no such mark.", code="no-such-mark")
    return end_mark(session, found.id, by=by, now=now)


def set_holder(
    session: Session, customer_id: int, name: str, state: str, *, by: str, now: datetime, note: str = ""
) -> JointHolder:
    """Record who holds the relationship together with others, and whether they agree.

    :param note: where that is written down.
    :param state: `asked`, `approved`, `revoked`, or `left` for one who does not hold it any more.
    :raises Invalid: for another state, or no name.
    """
    if state not in HOLDS or not name.strip():
        raise Invalid("Say who it is, and whether they agree.", code="bad-holder")
    accounts.lock_customer(session, customer_id)
    mine = sa.and_(JointHolder.customer_id == customer_id, JointHolder.name == name.strip())
    found = session.scalar(sa.select(JointHolder).where(mine)) or JointHolder(
        customer_id=customer_id, name=name.strip()
    )
    found.state, found.said_at, found.recorded_by, found.note = state, now, by, note
    session.add(found)
    session.flush()
    return found


def marks(session: Session, *, ended: bool = False, limit: int = 200) -> Sequence[tuple[Mark, Customer]]:
    """Marks with their customers, newest first; those that ended only if asked for."""
    statement = sa.select(Mark, Customer).join(Customer, Customer.id == Mark.customer_id)
    statement = statement if ended else statement.where(Mark.ended_at.is_(None))
    return [(mark, customer) for mark, customer in session.execute(statement.order_by(Mark.id.desc()).limit(limit))]


def marks_of(session: Session, customer_id: int) -> Sequence[Mark]:
    """Everything recorded about one customer, also what ended, newest first."""
    return session.scalars(sa.select(Mark).where(Mark.customer_id == customer_id).order_by(Mark.id.desc())).all()


def marks_in_force(session: Session, customer_id: int, now: datetime) -> Sequence[Mark]:
    """The marks of one customer that count at `now`."""
    begun = sa.or_(Mark.since.is_(None), Mark.since <= now)
    lasting = sa.or_(Mark.until.is_(None), Mark.until > now)
    return session.scalars(sa.select(Mark).where(_open(customer_id), begun, lasting).order_by(Mark.id)).all()


def has_guardian(session: Session, customer_id: int, now: datetime) -> bool:
    """Whether a guardian says yes for this customer, and not they themselves."""
    return any(mark.kind in GUARDED for mark in marks_in_force(session, customer_id, now))


def holders_of(session: Session, customer_id: int) -> Sequence[JointHolder]:
    """Who holds the relationship together with others, also those who left, by name."""
    theirs = sa.select(JointHolder).where(JointHolder.customer_id == customer_id)
    return session.scalars(theirs.order_by(JointHolder.name)).all()


def _open(customer_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(Mark.customer_id == customer_id, Mark.ended_at.is_(None))
