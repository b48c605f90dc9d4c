"""Reads requests, holds and certificates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from portal.accounts import Customer
from portal.errors import NotFound
from portal.rights.models import Erasure, LegalHold, RightsRequest, RightsStep
from portal.rights.rules import NEAR, OPEN, held_parts


@dataclass(frozen=True)
class Clocks:
    """How the open requests stand with their days."""

    open: int
    near: int
    late: int


def requests_of(session: Session, customer_id: int) -> Sequence[RightsRequest]:
    """What a customer asked for, the newest first."""
    mine = select(RightsRequest).where(RightsRequest.customer_id == customer_id)
    return session.scalars(mine.order_by(RightsRequest.id.desc()).limit(50)).all()


def request(session: Session, ref: str, *, customer_id: int | None = None) -> RightsRequest:
    """One request.

    :param customer_id: whose it must be, when a customer asks.
    :raises NotFound: when there is none, or it is somebody else's.
    """
    statement = select(RightsRequest).where(RightsRequest.ref == ref)
    if customer_id is not None:
        statement = statement.where(RightsRequest.customer_id == customer_id)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound("There is no such request.", code="no-such-request")
    return found


def request_by_key(session: Session, key: str) -> RightsRequest | None:
    """The request a form made."""
    return session.scalars(select(RightsRequest).where(RightsRequest.submission_key == key)).one_or_none()


def open_erasure(session: Session, customer_id: int) -> RightsRequest | None:
    """The wish to be erased that is not settled; there is at most one."""
    mine = and_(RightsRequest.customer_id == customer_id, RightsRequest.kind == "erase", RightsRequest.state.in_(OPEN))
    return session.scalars(select(RightsRequest).where(mine)).one_or_none()


def oldest_open(session: Session, customer_id: int) -> RightsRequest | None:
    """The request that has been open for longest."""
    mine = (RightsRequest.customer_id == customer_id, RightsRequest.state.in_(OPEN))
    return session.scalars(select(RightsRequest).where(*mine).order_by(RightsRequest.asked_at).limit(1)).first()


def desk(
    session: Session, *, kind: str | None = None, settled: bool = False, before: int | None = None, limit: int = 50
) -> list[tuple[RightsRequest, Customer]]:
    """Requests with their customers: open ones by the day that comes next, settled ones the newest first.

    :param before: id of the last settled one of the page before.
    """
    statement = select(RightsRequest, Customer).join(Customer, Customer.id == RightsRequest.customer_id).limit(limit)
    if kind:
        statement = statement.where(RightsRequest.kind == kind)
    if before is not None:
        statement = statement.where(RightsRequest.id < before)
    if settled:
        statement = statement.where(RightsRequest.state.not_in(OPEN)).order_by(RightsRequest.id.desc())
    else:
        statement = statement.where(RightsRequest.state.in_(OPEN)).order_by(_next_day(), RightsRequest.id)
    return [(row, customer) for row, customer in session.execute(statement)]


def ticking(session: Session, now: datetime, limit: int = 200) -> Sequence[RightsRequest]:
    """Open requests that are late or nearly late, the most urgent first. Those under a hold have no clock."""
    near = and_(RightsRequest.state.in_(OPEN), RightsRequest.state != "held", _next_day() < now + NEAR)
    return session.scalars(select(RightsRequest).where(near).order_by(_next_day(), RightsRequest.id).limit(limit)).all()


def standing(session: Session, now: datetime) -> Clocks:
    """How many requests are open, nearly late and late, in one query. Those under a hold have no clock."""
    ticking = and_(RightsRequest.state.in_(OPEN), RightsRequest.state != "held")
    late = and_(ticking, _next_day() < now)
    near = and_(ticking, _next_day() >= now, _next_day() < now + NEAR)
    found = session.execute(
        select(*(func.count().filter(which) for which in (RightsRequest.state.in_(OPEN), near, late)))
    ).one()
    return Clocks(open=found[0], near=found[1], late=found[2])


def _next_day() -> ColumnElement[datetime]:
    waits = and_(RightsRequest.acknowledge_by.is_not(None), RightsRequest.acknowledged_at.is_(None))
    return case((waits, RightsRequest.acknowledge_by), else_=RightsRequest.due_at)


def steps_of(session: Session, request_id: int) -> Sequence[RightsStep]:
    """The history of a request, the oldest first."""
    return session.scalars(select(RightsStep).where(RightsStep.request_id == request_id).order_by(RightsStep.id)).all()


def holds_of(session: Session, customer_id: int) -> Sequence[LegalHold]:
    """The holds set on a customer, the newest first."""
    return session.scalars(
        select(LegalHold).where(LegalHold.customer_id == customer_id).order_by(LegalHold.id.desc())
    ).all()


def hold(session: Session, hold_id: int) -> LegalHold:
    """One hold.

    :raises NotFound: when there is none.
    """
    found = session.get(LegalHold, hold_id)
    if found is None:
        raise NotFound("There is no such hold.", code="no-such-hold")
    return found


def held(session: Session, customer_id: int, now: datetime) -> dict[str, datetime]:
    """What must be kept of a customer at `now`, each part with the last day on which it must."""
    rows = holds_of(session, customer_id)
    return held_parts([(row.covers, row.until, row.lifted_at) for row in rows], now)


def erasures_due(session: Session, now: datetime, *, after: int = 0, limit: int = 20) -> Sequence[RightsRequest]:
    """Wishes to be erased whose day has come, or that waited for a hold, above the id `after`."""
    due = and_(
        RightsRequest.kind == "erase",
        RightsRequest.id > after,
        RightsRequest.acts_at <= now,
        RightsRequest.state.in_(OPEN),
    )
    return session.scalars(select(RightsRequest).where(due).order_by(RightsRequest.id).limit(limit)).all()


def certificate(session: Session, code: str) -> Erasure:
    """The certificate under a code.

    :raises NotFound: when there is none.
    """
    found = session.scalars(select(Erasure).where(Erasure.code == code)).one_or_none()
    if found is None:
        raise NotFound("There is no certificate with this code.", code="no-such-certificate")
    return found


def last_certificate(session: Session, customer_id: int) -> Erasure | None:
    """The newest certificate of a customer."""
    mine = select(Erasure).where(Erasure.customer_id == customer_id)
    return session.scalars(mine.order_by(Erasure.id.desc()).limit(1)).first()
