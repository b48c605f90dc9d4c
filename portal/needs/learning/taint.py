"""Marks models that learned from words which may not be used any more."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.conversations.models import Conversation, Message
from portal.needs.learning.models import LearntItem, LearntModel

TAKEN_BACK = frozenset({"consent", "erasure", "expiry"})
"""Why signals end when their customer's words may not be used any more."""


def mark_models(session: Session, customer_id: int, *, now: datetime) -> None:
    """Mark every model that learned from this customer's words; the next training leaves them out."""
    learned = (
        sa.select(LearntItem.model_id)
        .join(Message, Message.id == LearntItem.message_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Conversation.customer_id == customer_id)
    )
    session.execute(
        sa.update(LearntModel)
        .where(LearntModel.id.in_(learned), LearntModel.tainted_at.is_(None))
        .values(tainted_at=now)
        .execution_options(synchronize_session=False)
    )
