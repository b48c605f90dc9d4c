"""Reads who is told, who is behind, and how long a withdrawal took to be known everywhere. Nothing here writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from portal import db
from portal.downstream.models import Delivery, DownstreamSystem
from portal.downstream.rules import CONSENT, Standing, fence, wants
from portal.errors import Conflict, NotFound
from portal.sentences import Sentence

UNKNOWN = (Delivery.event == CONSENT, Delivery.acknowledged_at.is_(None))
"""Changes of consent that a system has not acknowledged."""


@dataclass(frozen=True)
class SystemStanding:
    """A system with how far it has come, how many deliveries were given up, and what went wrong last."""

    system: DownstreamSystem
    whole: Standing
    dead: int
    last_error: str | None
    last_acknowledged_at: datetime | None
    fenced: str | None


@dataclass(frozen=True)
class Latency:
    """When a restriction was recorded and when one system knew it; None when it does not yet."""

    system_ref: str
    recorded_at: datetime
    acknowledged_at: datetime | None


def system(session: Session, ref: str) -> DownstreamSystem:
    """The system with this ref.

    :raises NotFound: when there is none.
    """
    found = session.scalars(sa.select(DownstreamSystem).where(DownstreamSystem.ref == ref)).one_or_none()
    if found is None:
        raise NotFound("There is no such system.", code="no-such-system")
    return found


_OF_TOKEN = sa.select(DownstreamSystem).where(
    DownstreamSystem.token_id == sa.bindparam("token"), DownstreamSystem.ended_at.is_(None)
)


def system_of(session: Session, token_id: int) -> DownstreamSystem | None:
    """The system that calls with this token, unless it was switched off."""
    return session.scalars(_OF_TOKEN, {"token": token_id}).one_or_none()


_RUNNING = sa.select(
    DownstreamSystem.id, DownstreamSystem.how, DownstreamSystem.purposes, DownstreamSystem.events
).where(DownstreamSystem.ended_at.is_(None))


def running_systems(session: Session) -> list[Any]:
    """Id, ref, how, purposes and events of every system that is told; one short statement, asked with each act."""
    return list(db.plainly(session).execute(_RUNNING))


def somebody_wants(session: Session, event: str, purpose: str | None) -> bool:
    """Whether any system is told of this event and purpose."""
    return any(wants(purposes, events, event, purpose) for _id, _how, purposes, events in running_systems(session))


def standings(session: Session, now: datetime, *, minutes: int) -> list[SystemStanding]:
    """Every system with how it stands; those switched off last.

    :param minutes: how old the oldest unacknowledged change of a system that sends may be.
    """
    counted = (
        sa.select(
            Delivery.system_id.label("system_id"),
            sa.func.count().filter(*UNKNOWN).label("behind"),
            sa.func.min(Delivery.created_at).filter(*UNKNOWN).label("since"),
            sa.func.count().filter(*UNKNOWN, Delivery.restricts).label("restricting"),
            sa.func.count().filter(Delivery.state == "dead").label("dead"),
            sa.func.max(Delivery.acknowledged_at).label("last"),
            sa.func.max(Delivery.id).filter(Delivery.last_error.is_not(None)).label("erred"),
        )
        .group_by(Delivery.system_id)
        .subquery()
    )
    erred = aliased(Delivery)
    rows = session.execute(
        sa.select(DownstreamSystem, counted, erred.last_error)
        .outerjoin(counted, counted.c.system_id == DownstreamSystem.id)
        .outerjoin(erred, erred.id == counted.c.erred)
        .order_by(DownstreamSystem.ended_at.is_not(None), DownstreamSystem.name, DownstreamSystem.id)
    )
    found = []
    for one, _id, behind, since, restricting, dead, last, _erred, error in rows:
        whole = Standing(behind or 0, since, bool(restricting))
        why = fence(whole, Standing(), now, minutes=minutes) if one.sends and one.ended_at is None else None
        found.append(SystemStanding(one, whole, dead or 0, error, last, why))
    return found


def behind(session: Session, system_id: int, customer_id: int | None = None) -> Standing:
    """How many changes a system has not acknowledged, of everybody or of one customer."""
    columns = (
        sa.func.count(), sa.func.min(Delivery.created_at), sa.func.count().filter(Delivery.restricts),
    )  # fmt: skip
    statement = sa.select(*columns).where(Delivery.system_id == system_id, *UNKNOWN)
    if customer_id is not None:
        statement = statement.where(Delivery.customer_id == customer_id)
    count, since, restricting = session.execute(statement).one()
    return Standing(count, since, bool(restricting))


def check_fence(session: Session, token_id: int, customer_id: int, *, now: datetime, minutes: int) -> None:
    """Let a caller go on to contact a customer, unless it is a system that sends and does not know what changed.

    Call it while the customer is locked, so that no withdrawal comes between this and the claim.

    :param minutes: how old its oldest unacknowledged change may be.
    :raises Conflict: code `fenced`; `why` is `behind` or `behind-withdrawal`, `behind` counts the changes.
    """
    caller = system_of(session, token_id)
    if caller is None or not caller.sends:
        return
    whole = behind(session, caller.id)
    if not whole.behind:
        return
    why = fence(whole, behind(session, caller.id, customer_id), now, minutes=minutes)
    if why is None:
        return
    raise Conflict(
        Sentence("%(name)s is behind by %(count)s changes. Read and acknowledge them first.", name=caller.name,
                 count=whole.behind),
        code="fenced", why=why, behind=whole.behind, acknowledged_up_to=caller.acknowledged_up_to,
    )  # fmt: skip


def deliveries_page(
    session: Session, system_id: int, *, state: str | None = None, before: int | None = None, limit: int = 50
) -> Sequence[Delivery]:
    """What a system was told, newest first.

    :param before: id of the last delivery of the page before.
    """
    statement = sa.select(Delivery).where(Delivery.system_id == system_id)
    if state:
        statement = statement.where(Delivery.state == state)
    if before is not None:
        statement = statement.where(Delivery.id < before)
    return session.scalars(statement.order_by(Delivery.id.desc()).limit(limit)).all()


def delivery(session: Session, system_id: int, delivery_id: int) -> Delivery:
    """One delivery of a system.

    :raises NotFound: when it has none of this number.
    """
    found = session.get(Delivery, delivery_id)
    if found is None or found.system_id != system_id:
        raise NotFound("There is no such delivery.", code="no-such-delivery")
    return found


def latencies(session: Session, since: datetime, until: datetime) -> list[Latency]:
    """For every restriction recorded from `since` to before `until`, when each system knew it, oldest first."""
    rows = session.execute(
        sa.select(DownstreamSystem.ref, Delivery.created_at, Delivery.acknowledged_at)
        .join(DownstreamSystem, DownstreamSystem.id == Delivery.system_id)
        .where(Delivery.event == CONSENT, Delivery.restricts, Delivery.created_at >= since, Delivery.created_at < until)
        .order_by(Delivery.id)
    )
    return [Latency(*row) for row in rows]
