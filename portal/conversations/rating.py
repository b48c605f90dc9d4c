"""What customers say of how it was: given with a message or below our answer, changed, and taken back."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.conversations import rules
from portal.conversations.models import Conversation, Message, Rating
from portal.errors import Conflict, Invalid, NotFound
from portal.sentences import Sentence


def rate(session: Session, message: Message, score: int, *, now: datetime, source: str = "portal") -> Rating:
    """The author says how it was for them, 1 to 5: of their own message, or of an answer of ours.

    What they said of it before ends. The same again changes nothing. A bad one of an answer opens the conversation.

    :raises Invalid: when there is no such score.
    :raises NotFound: when this is nothing that they could rate.
    :raises Conflict: when they said another at the same moment.
    """
    if score not in rules.SCORES:
        raise Invalid(Sentence("Choose one of the five."), code="no-such-rating", field="rating")
    if message.internal or message.author == "portal":
        raise NotFound("There is no such message to rate.")
    before = _in_force(session, message.id)
    if before is not None and before.score == score:
        return before
    made = Rating(message_id=message.id, score=score, given_at=now, recorded_at=now, source=source)
    try:
        with session.begin_nested():
            if before is not None:
                before.ended_at = now
                session.flush()
            session.add(made)
    except IntegrityError:
        raise Conflict("This was rated at the same moment. Look at it again.", code="rated-meanwhile") from None
    if message.author == "team" and score <= rules.BAD:
        _open_again(session.get_one(Conversation, message.conversation_id))
    session.flush()
    session.expire(message, ["rating"])
    return made


def _open_again(conversation: Conversation) -> None:
    """What did not help is not settled: it waits for us."""
    if conversation.state in ("answered", "closed") and conversation.may_reply:
        conversation.state = "waiting_team"


def take_rating_back(session: Session, message: Message, *, now: datetime) -> None:
    """They do not say any more how it was; what was said stays readable as ended. Twice changes nothing."""
    before = _in_force(session, message.id)
    if before is not None:
        before.ended_at = now
        session.flush()
        session.expire(message, ["rating"])


def _in_force(session: Session, message_id: int) -> Rating | None:
    return session.scalars(
        sa.select(Rating).where(Rating.message_id == message_id, Rating.ended_at.is_(None)).with_for_update()
    ).one_or_none()


def rated_in(session: Session, conversation: Conversation, message_ref: str) -> Message:
    """The message of this conversation that its author rates.

    :raises NotFound: when it has none of that ref that the author reads.
    """
    read = (Message.conversation_id == conversation.id, ~Message.internal)
    found = session.scalars(sa.select(Message).where(Message.ref == message_ref, *read)).one_or_none()
    if found is None:
        raise NotFound("There is no such message in this conversation.")
    return found


def last_rated() -> sa.ScalarSelect[int]:
    """What was said last in a conversation of how it was."""
    said = sa.select(Rating.score).join(Message, Message.id == Rating.message_id)
    here = said.where(Message.conversation_id == Conversation.id, Rating.ended_at.is_(None)).correlate(Conversation)
    return here.order_by(Rating.given_at.desc(), Rating.id.desc()).limit(1).scalar_subquery()
