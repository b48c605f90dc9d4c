"""What stands behind one tag: its words, who looked at it, and what followed from it under which consent."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.consent import Permission
from portal.consent.models import ConsentEntry
from portal.conversations.models import Message
from portal.errors import NotFound
from portal.needs import rules
from portal.needs.models import MessageReading, Review, Signal, Tag


@dataclass(frozen=True, slots=True)
class TagBehind:
    """One tag with everything around it.

    :param reading: what the reader found when the message was read, None while it was not.
    :param reviews: what people said of the message's tags, oldest first.
    :param signals: the signals that rest or rested on the tag, each with its consent, oldest first.
    """

    tag: Tag
    message: Message
    reading: MessageReading | None
    reviews: Sequence[Review]
    signals: Sequence[tuple[Signal, ConsentEntry]]

    @property
    def about_it(self) -> list[Review]:
        """The reviews of this tag, and the one that put it down."""
        return [one for one in self.reviews if self.tag.id in (one.tag_id, one.new_tag_id)]

    @property
    def denied(self) -> bool:
        """Whether the customer's last word is that it is not right."""
        return self.tag.id in rules.denied_by_customer(self._verdicts())

    @property
    def own(self) -> bool:
        """Whether the customer put it down themselves, and has not taken that back."""
        return self.tag.id in rules.said_by_customer(self._verdicts())

    @property
    def stands(self) -> bool:
        """Whether the customer sees it beside their words: their own word stands whatever the team thinks."""
        return not self.denied and (self.tag.ended_at is None or self.own)

    def no_signal(self, permission: Permission | None) -> str | None:
        """Why the tag says nothing about its customer's person; None when nothing stands in the way.

        :param permission: what the customer allows for the purpose `needs`; None when nobody owns the conversation.
        """
        tag = self.tag
        if tag.kind != "need":
            return "not-a-need"
        if permission is None:
            return "nobody"
        if tag.ended_at is not None or self.denied:
            return "wrong"
        if not permission.allowed or permission.since is None:
            return "not-allowed"
        if not rules.may_rest(self.message.written_at < permission.since, permission.earlier_words):
            return "earlier-words"
        return None if rules.makes_signal(tag.confidence, tag.source, tag.review) else "unsure"

    def _verdicts(self) -> list[rules.Verdict]:
        return [
            rules.Verdict(one.id, one.tag_id, one.new_tag_id, one.verdict, one.weight, one.by_type)
            for one in self.reviews
            if one.tag_id is not None
        ]


def tag_behind(session: Session, tag_id: int, conversation_id: int) -> TagBehind:
    """A tag of a customer's message in this conversation, in force or not, with what stands behind it.

    :raises NotFound: when there is none.
    """
    row = session.execute(
        sa.select(Tag, Message, MessageReading)
        .join(Message, Message.id == Tag.message_id)
        .outerjoin(MessageReading, MessageReading.message_id == Message.id)
        .where(Tag.id == tag_id, Message.conversation_id == conversation_id)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such tag in this conversation.")
    reviews = session.scalars(sa.select(Review).where(Review.message_id == row.Message.id).order_by(Review.id)).all()
    signals = session.execute(
        sa.select(Signal, ConsentEntry)
        .join(ConsentEntry, ConsentEntry.global_seq == Signal.consent_entry_id)
        .where(Signal.tag_id == tag_id)
        .order_by(Signal.id)
    )
    return TagBehind(row.Tag, row.Message, row.MessageReading, reviews, [(one, entry) for one, entry in signals])
