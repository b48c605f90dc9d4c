"""What privacy asks across the capabilities."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.consent.models import ConsentState
from portal.conversations.models import Conversation, Message
from portal.needs.models import Signal


def expired_cells(session: Session, now: datetime, *, after: int = 0, limit: int = 200) -> Sequence[int]:
    """Ids of customers with a grant whose time is over but not yet written down, above `after`."""
    over = (ConsentState.state == "granted", ConsentState.valid_until <= now, ConsentState.customer_id > after)
    statement = select(ConsentState.customer_id).where(*over).distinct().order_by(ConsentState.customer_id)
    return session.scalars(statement.limit(limit)).all()


def _first_words(customer_id: int) -> Select[datetime | None]:
    return (
        select(func.min(Message.written_at))
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Conversation.customer_id == customer_id, Message.author == "customer")
    )


def first_words_at(session: Session, customer_id: int) -> datetime | None:
    """When the customer first wrote something; None when never."""
    return session.scalar(_first_words(customer_id))


def resting_on(session: Session, customer_id: int) -> int:
    """How many signals rest on the customer's consent to `needs` now."""
    return words_and_signals(session, customer_id)[1]


def words_and_signals(session: Session, customer_id: int) -> tuple[datetime | None, int]:
    """When the customer first wrote something, and how many signals rest on their consent to `needs` now."""
    mine = (Signal.customer_id == customer_id, Signal.ended_at.is_(None))
    resting = select(func.count()).select_from(Signal).where(*mine)
    first, number = session.execute(
        select(_first_words(customer_id).scalar_subquery(), resting.scalar_subquery())
    ).one()
    return first, number or 0
