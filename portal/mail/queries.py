"""Reads the outbox."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.mail.models import OutboxMessage


def outbox_page(
    session: Session, *, state: str | None = None, kind: str | None = None, before: int | None = None, limit: int = 50
) -> Sequence[OutboxMessage]:
    """Mails, newest first, of one state or kind if given.

    :param before: id of the last mail of the page before.
    """
    statement = select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(limit)
    if state:
        statement = statement.where(OutboxMessage.state == state)
    if kind:
        statement = statement.where(OutboxMessage.kind == kind)
    if before is not None:
        statement = statement.where(OutboxMessage.id < before)
    return session.scalars(statement).all()


def state_counts(session: Session) -> dict[str, int]:
    """How many mails are in each state."""
    rows = session.execute(select(OutboxMessage.state, func.count().label("number")).group_by(OutboxMessage.state))
    return {row.state: row.number for row in rows}


def message(session: Session, message_id: int) -> OutboxMessage:
    """One mail.

    :raises NotFound: when there is none with this id.
    """
    found = session.get(OutboxMessage, message_id)
    if found is None:
        raise NotFound("There is no such mail in the outbox.")
    return found
