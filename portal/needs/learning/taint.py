"""What a withdrawal means for learning: models are marked, and nobody is asked about those words any more."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.conversations.models import Conversation, Message
from portal.needs.learning.models import LearntItem, LearntModel, QueueItem

TAKEN_BACK = frozenset({"consent", "erasure", "expiry"})
"""Why signals end when their customer's words may not be used any more."""


def take_words_back(session: Session, customer_id: int, *, now: datetime) -> None:
    """Mark every model that learned from this customer's words, and take what still waits out of the queue.

    The next training leaves the words out. What people said about the tags stands: it serves the answer.
    """
    theirs = (
        sa.select(Message.id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Conversation.customer_id == customer_id)
    )
    learned = sa.select(LearntItem.model_id).where(LearntItem.message_id.in_(theirs))
    session.execute(
        sa.update(LearntModel)
        .where(LearntModel.id.in_(learned), LearntModel.tainted_at.is_(None))
        .values(tainted_at=now)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        sa.delete(QueueItem)
        .where(QueueItem.state == "open", QueueItem.message_id.in_(theirs))
        .execution_options(synchronize_session=False)
    )
