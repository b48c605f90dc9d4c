"""Reads what waits for gateways and what became of it."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.gateways.models import GatewayMessage


def due(session: Session, channel: str, now: datetime, limit: int) -> list[tuple[int, int]]:
    """Id and customer of what may be asked for now, the oldest first: it waits, or its lease ran out unused."""
    rows = sa.select(GatewayMessage.id, GatewayMessage.customer_id).where(
        GatewayMessage.channel == channel, _is_due(now)
    )
    return [(row.id, row.customer_id) for row in session.execute(rows.order_by(GatewayMessage.id).limit(limit))]


def found(session: Session, message_id: int, now: datetime) -> GatewayMessage | None:
    """One message, its row held, if it may still be asked for."""
    which = sa.and_(GatewayMessage.id == message_id, _is_due(now))
    fresh = sa.select(GatewayMessage).where(which).with_for_update().execution_options(populate_existing=True)
    return session.scalar(fresh)


def _is_due(now: datetime) -> sa.ColumnElement[bool]:
    waits = sa.and_(GatewayMessage.state == "waiting", GatewayMessage.not_before <= now)
    unused = sa.and_(GatewayMessage.state == "leased", GatewayMessage.leased_until <= now)
    return sa.or_(waits, unused)


def gateway_message(session: Session, ref: str, *, lock: bool = False) -> GatewayMessage:
    """One message by its ref.

    :raises NotFound: when there is none.
    """
    statement = sa.select(GatewayMessage).where(GatewayMessage.ref == ref)
    one = session.scalar(statement.with_for_update() if lock else statement)
    if one is None:
        raise NotFound("There is no such message.", code="no-such-message")
    return one


def messages_page(
    session: Session, *, channel: str = "", state: str = "", before: int | None = None, limit: int = 50
) -> Sequence[GatewayMessage]:
    """Messages, newest first, of one way or state if given.

    :param before: id of the last one of the page before.
    """
    statement = sa.select(GatewayMessage).order_by(GatewayMessage.id.desc()).limit(limit)
    if channel:
        statement = statement.where(GatewayMessage.channel == channel)
    if state:
        statement = statement.where(GatewayMessage.state == state)
    if before is not None:
        statement = statement.where(GatewayMessage.id < before)
    return session.scalars(statement).all()


def waiting_page(session: Session, channel: str, *, after: int = 0, limit: int = 50) -> Sequence[GatewayMessage]:
    """What waits for gateways of one way or was given out and not told of yet, the oldest first, after one id."""
    statement = sa.select(GatewayMessage).where(
        GatewayMessage.channel == channel, GatewayMessage.state.in_(("waiting", "leased")), GatewayMessage.id > after
    )
    return session.scalars(statement.order_by(GatewayMessage.id).limit(limit)).all()


def state_counts(session: Session, channel: str = "") -> dict[str, int]:
    """How many messages are in each state."""
    statement = sa.select(GatewayMessage.state, sa.func.count()).group_by(GatewayMessage.state)
    if channel:
        statement = statement.where(GatewayMessage.channel == channel)
    return {state: int(count) for state, count in session.execute(statement)}
