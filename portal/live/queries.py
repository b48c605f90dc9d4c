"""What is new for one customer."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.live.models import LiveEvent


def since(session: Session, customer_id: int, after_id: int, limit: int = 50) -> Sequence[LiveEvent]:
    """Notes after `after_id`, oldest first."""
    statement = (
        select(LiveEvent)
        .where(LiveEvent.customer_id == customer_id, LiveEvent.id > after_id)
        .order_by(LiveEvent.id)
        .limit(limit)
    )
    return session.scalars(statement).all()


def newest_id(session: Session, customer_id: int) -> int:
    """Id of the newest note, 0 when there is none: where a page that opens now starts from."""
    return session.scalar(select(func.max(LiveEvent.id)).where(LiveEvent.customer_id == customer_id)) or 0
