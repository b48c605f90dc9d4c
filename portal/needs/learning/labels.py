"""What people said, as labels to learn from: built from the present state of tags and reviews, words with permission.

Training uses a customer's words, so it needs what a signal needs: their consent to `needs` in force, and for words
older than it, that earlier words are allowed. Words of somebody unknown belong to nobody and are used masked.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import consent
from portal.conversations.models import Conversation, Message
from portal.needs import rules as review_rules
from portal.needs.in_force import in_force
from portal.needs.learning.models import QueueItem
from portal.needs.learning.rules import Learnable, Spoken, Standing, learnable
from portal.needs.models import MessageReading, Review, Tag
from portal.needs.rules import KINDS

PURPOSE = "needs"


def permitted_words(now: datetime) -> tuple[sa.Subquery, sa.ColumnElement[bool]]:
    """A join on customers who allow it, and the condition under which a message's words may be learned from.

    To be joined (outer) on `Conversation.customer_id`.
    """
    allowed = consent.permitted(PURPOSE, now).subquery()
    may = sa.or_(
        Conversation.customer_id.is_(None),
        sa.and_(
            allowed.c.entry_id.is_not(None),
            sa.or_(Message.written_at >= allowed.c.since, allowed.c.earlier_words),
        ),
    )
    return allowed, may


def labels(session: Session, now: datetime) -> list[Learnable]:
    """Every message people settled something about and whose words may be learned from at `now`, oldest first."""
    messages = session.execute(_messages(now)).all()
    tags, reviews = _tags(session), _reviews(session)
    needs = in_force().taxonomy.needs
    found = []
    for row in messages:
        taught = learnable(_spoken(row, tags[row.id], reviews[row.id]), needs)
        if taught is not None:
            found.append(taught)
    return found


def _spoken_of() -> sa.Select[Any]:
    """Ids of messages that people said something about."""
    finished = sa.select(QueueItem.message_id).where(QueueItem.state == "done")
    return sa.union(sa.select(Review.message_id), finished).subquery().select()


def _messages(now: datetime) -> Any:
    allowed, may = permitted_words(now)
    return (
        sa.select(
            Message.id,
            Message.masked_text,
            Message.conversation_id,
            Conversation.customer_id,
            Conversation.origin,
            MessageReading.language,
            QueueItem.state,
            QueueItem.frozen,
            QueueItem.done_at,
            QueueItem.kinds,
        )
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(MessageReading, MessageReading.message_id == Message.id)
        .outerjoin(QueueItem, QueueItem.message_id == Message.id)
        .outerjoin(allowed, allowed.c.customer_id == Conversation.customer_id)
        .where(Message.id.in_(_spoken_of()), Message.masked_text.is_not(None), MessageReading.readable, may)
        .order_by(Message.id)
    )


def _tags(session: Session) -> dict[int, list[Standing]]:
    rows: Sequence[Any] = session.execute(
        sa.select(Tag.message_id, Tag.kind, Tag.value, Tag.review, Tag.source).where(
            Tag.ended_at.is_(None), Tag.message_id.in_(_spoken_of())
        )
    ).all()
    found: dict[int, list[Standing]] = defaultdict(list)
    for row in rows:
        settled = row.review == "accepted" or row.source == review_rules.HUMAN
        found[row.message_id].append(Standing(row.kind, row.value, settled))
    return found


def _reviews(session: Session) -> dict[int, list[tuple[str, bool, datetime]]]:
    """By message: the kind of tag it is about, whether the team said it, and when."""
    rows: Sequence[Any] = session.execute(
        sa.select(Review.message_id, Tag.kind, Review.by_type, Review.at).join(Tag, Tag.id == Review.tag_id)
    ).all()
    found: dict[int, list[tuple[str, bool, datetime]]] = defaultdict(list)
    for row in rows:
        found[row.message_id].append((row.kind, row.by_type == "team", row.at))
    return found


def _finished(row: Any) -> frozenset[str]:
    if row.state != "done":
        return frozenset()
    return frozenset(KINDS if row.kinds is None else row.kinds.split(","))


def _spoken(row: Any, tags: list[Standing], reviews: list[tuple[str, bool, datetime]]) -> Spoken:
    moments = [at for _kind, _team, at in reviews] + ([row.done_at] if row.done_at else [])
    who = f"customer:{row.customer_id}" if row.customer_id is not None else f"conversation:{row.conversation_id}"
    return Spoken(
        message_id=row.id,
        text=row.masked_text,
        language=row.language,
        origin=row.origin,
        giver=who,
        finished=_finished(row),
        frozen=bool(row.frozen),
        reviewed=frozenset(kind for kind, _team, _at in reviews),
        by_team=any(team for _kind, team, _at in reviews),
        at=max(moments).date().isoformat(),
        tags=tuple(tags),
    )
