"""Everything that only reads tags, readings and reviews."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.conversations.models import Conversation, Message
from portal.errors import NotFound
from portal.needs import rules
from portal.needs.models import MessageReading, Review, Tag

ORDER = {"need": 0, "safety": 1, "intent": 2, "sentiment": 3}


@dataclass(frozen=True, slots=True)
class SeenTag:
    """A tag as its customer sees it. `own` when they said so; `disputed` when the team reads it differently."""

    tag: Tag
    own: bool
    disputed: bool


def readings_of(session: Session, message_ids: Sequence[int]) -> dict[int, MessageReading]:
    """What the reader found, by message; messages not read yet are missing."""
    rows = session.scalars(sa.select(MessageReading).where(MessageReading.message_id.in_(message_ids)))
    return {row.message_id: row for row in rows}


def tags_of(session: Session, message_ids: Sequence[int]) -> dict[int, list[Tag]]:
    """The tags in force, by message: needs first, the surest first."""
    rows = session.scalars(sa.select(Tag).where(Tag.message_id.in_(message_ids), Tag.ended_at.is_(None)))
    return _by_message(message_ids, rows)


def _by_message(message_ids: Sequence[int], tags: Iterable[Tag]) -> dict[int, list[Tag]]:
    found: dict[int, list[Tag]] = {message_id: [] for message_id in message_ids}
    for tag in sorted(tags, key=lambda one: (ORDER[one.kind], -(one.confidence or 1000), one.id)):
        found[tag.message_id].append(tag)
    return found


def verdicts_of(session: Session, message_ids: Sequence[int]) -> list[rules.Verdict]:
    """What people have said about the tags of these messages, oldest first."""
    rows: Iterable[Any] = session.execute(
        sa.select(Review.id, Review.tag_id, Review.new_tag_id, Review.verdict, Review.weight, Review.by_type)
        .where(Review.message_id.in_(message_ids), Review.tag_id.is_not(None))
        .order_by(Review.id)
    )
    return [rules.Verdict(*row) for row in rows]


def reviews_of(session: Session, message_ids: Sequence[int]) -> Sequence[Review]:
    """Every review of these messages' tags, oldest first."""
    return session.scalars(sa.select(Review).where(Review.message_id.in_(message_ids)).order_by(Review.id)).all()


def tags_for_customer(session: Session, message_ids: Sequence[int]) -> dict[int, list[SeenTag]]:
    """Tags as their author sees them: what they denied is gone, what they said stands, whatever the team thinks."""
    verdicts = verdicts_of(session, message_ids)
    denied, own = rules.denied_by_customer(verdicts), rules.said_by_customer(verdicts)
    rows = session.scalars(
        sa.select(Tag).where(Tag.message_id.in_(message_ids), sa.or_(Tag.ended_at.is_(None), Tag.id.in_(own)))
    ).all()
    shown = _by_message(message_ids, (tag for tag in rows if tag.id not in denied))
    return {
        message_id: [SeenTag(tag, tag.id in own, tag.ended_at is not None) for tag in tags]
        for message_id, tags in shown.items()
    }


def tag_in(session: Session, tag_id: int, conversation_id: int) -> Tag:
    """A tag of a message in this conversation.

    :raises NotFound: when there is none.
    """
    found = session.scalars(
        sa.select(Tag)
        .join(Message, Message.id == Tag.message_id)
        .where(Tag.id == tag_id, Message.conversation_id == conversation_id)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such tag in this conversation.")
    return found


def conversations_about(need: str, *, state: str | None = None) -> sa.Select[Any]:
    """A select of ids of conversations with an open tag for a need, to filter the inbox with."""
    about = (
        sa.select(Message.conversation_id)
        .join(Tag, Tag.message_id == Message.id)
        .where(Tag.kind == "need", Tag.value == need, Tag.ended_at.is_(None))
    )
    return about.where(Tag.need_state == state) if state is not None else about


def conversations_to_review() -> sa.Select[Any]:
    """A select of ids of conversations with a need tag too unsure to be used and not looked at by anybody."""
    return (
        sa.select(Message.conversation_id)
        .join(Tag, Tag.message_id == Message.id)
        .where(
            Tag.kind == "need",
            Tag.ended_at.is_(None),
            Tag.review == "none",
            Tag.source != rules.HUMAN,
            Tag.confidence < rules.SIGNAL_THRESHOLD,
        )
    )


def owner_of(session: Session, message_id: int) -> tuple[int, int | None]:
    """The conversation of a message, and its customer.

    :raises NotFound: when there is no such message.
    """
    row = session.execute(
        sa.select(Conversation.id, Conversation.customer_id).join(Message).where(Message.id == message_id)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such message.")
    return row.id, row.customer_id


def newest_review_id(session: Session, conversation_id: int) -> int:
    """Id of the newest review in a conversation, 0 when there is none: it changes when somebody corrects a tag."""
    reviewed = sa.select(sa.func.max(Review.id)).join(Message, Message.id == Review.message_id)
    return session.scalar(reviewed.where(Message.conversation_id == conversation_id)) or 0
