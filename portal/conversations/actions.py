"""Everything that writes conversations: somebody says something, the team answers and promises."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import consent, live
from portal.accounts.models import Account, Customer
from portal.conversations import rules
from portal.conversations.models import Conversation, Message, Promise, Rating
from portal.db import random_ref
from portal.errors import Conflict, Invalid, NotAllowed


class Speaker(NamedTuple):
    """Somebody of the team who speaks through another system: their account, when it is known, and their name."""

    id: int | None
    name: str


def submit(
    session: Session,
    *,
    customer: Customer | None,
    text: str,
    now: datetime,
    submission_key: str | None = None,
    may_reply: bool = True,
    conversation: Conversation | None = None,
    origin: str = "portal",
    external_id: str | None = None,
    written_at: datetime | None = None,
    rating: int | None = None,
) -> Message:
    """Take what somebody says: opens a conversation with a receipt, or adds to the one given.

    The same `submission_key` or `external_id` again has no second effect and gives the first message back.

    :param customer: who says it; None for somebody known only by a receipt code.
    :param written_at: when it was written, if earlier than `now`.
    :param rating: how it was for them, 1 to 5, when they said.
    :raises Invalid: when the text cannot be kept; `detail["field"]` is `text`.
    :raises Conflict: when the key was used by somebody else.
    """
    kept = _accepted(text)
    customer_id = customer.id if customer is not None else None
    try:
        with session.begin_nested():
            message = _write(session, kept, customer_id, now, written_at or now, submission_key)
            if conversation is None:
                conversation = _open(session, kept, customer_id, message.written_at, origin, external_id, may_reply)
                _give_receipt(session, conversation, now)
            else:
                _turn(conversation, "waiting_team", message.written_at)
            message.conversation = conversation
            session.add(message)
            session.flush()
            if rating is not None:
                session.add(_rated(message, rating))
    except IntegrityError:
        session.expire_all()
        return _said_before(session, customer_id, submission_key, external_id)
    return message


def _accepted(text: str) -> str:
    fault = rules.fault_in_text(text)
    if fault:
        raise Invalid(rules.fault_message(fault), code=f"text-{fault}", field="text")
    return rules.cleaned(text)


def _write(
    session: Session, text: str, customer_id: int | None, now: datetime, written_at: datetime, key: str | None
) -> Message:
    name = ""
    if customer_id is not None:
        name = session.scalars(sa.select(Customer.name).where(Customer.id == customer_id)).one()
    return Message(
        ref=random_ref("M"),
        author="customer",
        author_name=name,
        text=text,
        written_at=written_at,
        recorded_at=now,
        submission_key=key,
        reading="waiting",
    )


def _rated(message: Message, score: int) -> Rating:
    """How it was for them, said with the words."""
    source = "api" if message.conversation.origin == "api" else "portal"
    at = message.written_at
    return Rating(message_id=message.id, score=score, given_at=at, recorded_at=message.recorded_at, source=source)


def _open(
    session: Session,
    text: str,
    customer_id: int | None,
    at: datetime,
    origin: str,
    external_id: str | None,
    may_reply: bool,
) -> Conversation:
    ref = random_ref("T")
    conversation = Conversation(
        ref=ref,
        receipt_code=ref,
        customer_id=customer_id,
        title=rules.title_of(text),
        origin=origin,
        external_id=external_id,
        may_reply=may_reply,
        opened_at=at,
        last_at=at,
        state="waiting_team" if may_reply else "open",
    )
    session.add(conversation)
    session.flush()
    return conversation


def _give_receipt(session: Session, conversation: Conversation, now: datetime) -> None:
    """The receipt names the conversation, never its words, so that erasing the words leaves nothing behind."""
    receipt = consent.issue_receipt(
        session,
        kind="conversation",
        subject=conversation.ref,
        customer_id=conversation.customer_id,
        now=now,
        body={
            "conversation": conversation.ref,
            "may_reply": conversation.may_reply,
            "opened_at": conversation.opened_at.isoformat(),
        },
    )
    conversation.receipt_code = receipt.code


def _said_before(session: Session, customer_id: int | None, key: str | None, external_id: str | None) -> Message:
    found = None
    if key is not None:
        found = session.scalars(sa.select(Message).where(Message.submission_key == key)).one_or_none()
    if found is None and external_id is not None:
        found = session.scalars(
            sa.select(Message)
            .join(Conversation)
            .where(Conversation.external_id == external_id)
            .order_by(Message.id)
            .limit(1)
        ).one_or_none()
    if found is None or found.conversation.customer_id != customer_id:
        raise Conflict("This was sent before by somebody else. Reload the page and send it again.", code="key-taken")
    return found


def _turn(conversation: Conversation, state: str, at: datetime) -> None:
    conversation.state = state
    conversation.last_at = max(conversation.last_at, at)


def reply(
    session: Session,
    account: Account | Speaker,
    conversation: Conversation,
    *,
    text: str,
    now: datetime,
    internal: bool = False,
    promise_due: datetime | None = None,
    promise_text: str | None = None,
    submission_key: str | None = None,
) -> Message:
    """The team writes: an answer the customer reads, or an internal note that never leaves the team.

    :param promise_due: when given, a promise is kept track of; `promise_text` says what was promised, else its
        last sentence that says what will be done.
    :raises NotAllowed: when the author asked not to be answered.
    """
    if not internal and not conversation.may_reply:
        raise NotAllowed("They asked not to be answered. You can leave an internal note.", code="no-reply-wanted")
    kept = _accepted(text)
    message = Message(
        ref=random_ref("M"),
        conversation_id=conversation.id,
        author="team",
        author_id=account.id,
        author_name=account.name,
        internal=internal,
        text=kept,
        written_at=now,
        recorded_at=now,
        submission_key=submission_key,
        reading="none",
    )
    try:
        with session.begin_nested():
            session.add(message)
            session.flush()
    except IntegrityError:
        return session.scalars(sa.select(Message).where(Message.submission_key == submission_key)).one()
    if not internal:
        _answered(session, conversation, message, promise_due, promise_text)
    session.flush()
    return message


def _answered(
    session: Session,
    conversation: Conversation,
    message: Message,
    promise_due: datetime | None,
    promise_text: str | None,
) -> None:
    now = message.written_at
    conversation.answered_at = now
    conversation.urgency = 0
    _turn(conversation, rules.state_after_answer(message.text, promised=promise_due is not None), now)
    if promise_due is not None:
        session.add(
            Promise(
                conversation_id=conversation.id,
                message_id=message.id,
                customer_id=conversation.customer_id,
                text=(promise_text or "").strip() or rules.promise_of(message.text),
                due_at=promise_due,
                state="open",
            )
        )
    if conversation.customer_id is not None:
        live.tell(session, conversation.customer_id, "reply", {"conversation": conversation.ref}, now)


def settle(session: Session, conversation: Conversation, *, now: datetime) -> None:
    """Either side says that this is settled."""
    _turn(conversation, "closed", now)
    session.flush()


def reopen(session: Session, conversation: Conversation, *, now: datetime) -> None:
    """It was not settled after all: it waits for the team again (or stays unanswered, when no answer is wanted)."""
    _turn(conversation, "waiting_team" if conversation.may_reply else "open", now)
    session.flush()


def assign(session: Session, conversation: Conversation, account: Account | None, *, now: datetime) -> None:
    """Say who answers; None gives it back to everybody."""
    conversation.assigned_to = account.id if account is not None else None
    session.flush()


def say_product_line(session: Session, conversation: Conversation, line: str | None) -> None:
    """Say which product line this is about: empty for every one, None to leave it to its words."""
    conversation.product_line = line
    session.flush()


def acknowledge(session: Session, conversation_id: int, text: str, *, author_name: str, now: datetime) -> bool:
    """Let the portal itself say what it understood, once per conversation. True when it was said now."""
    try:
        with session.begin_nested():
            session.add(
                Message(
                    ref=random_ref("M"),
                    conversation_id=conversation_id,
                    author="portal",
                    author_name=author_name,
                    text=text,
                    written_at=now,
                    recorded_at=now,
                    submission_key=f"understood:{conversation_id}",
                    reading="none",
                )
            )
            session.flush()
    except IntegrityError:
        return False
    return True
