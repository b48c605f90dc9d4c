"""Writes signals: what a need tag says about a customer, under the consent it rests on. Ended, never deleted."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import consent, db
from portal.accounts.models import Customer
from portal.conversations import Waiting
from portal.conversations.models import Conversation, Message
from portal.needs import rules
from portal.needs.learning.taint import TAKEN_BACK, take_words_back
from portal.needs.models import Review, Signal, Tag

PURPOSE = "needs"


def rest_on_new_tags(session: Session, read: Sequence[Waiting], *, now: datetime) -> int:
    """Make signals for messages just read, for customers who allow it. Locks those customers first."""
    owners = {waiting.customer_id for waiting in read if waiting.customer_id is not None}
    if not owners:
        return 0
    _hold_still(session, owners)
    return _rest(
        session, Message.id.in_([waiting.id for waiting in read]), Conversation.customer_id.in_(owners), now=now
    )


def rest_signals(session: Session, customer_id: int, *, now: datetime, earlier_words: bool) -> int:
    """Make signals for a customer's open need tags under the consent in force now; gives how many are new.

    :param earlier_words: whether what was written before that consent may be used; the consent itself must say so too.
    """
    where = [Conversation.customer_id == customer_id]
    return _rest(session, *where, now=now, earlier_words=earlier_words)


def who_wrote(session: Session, customer_ids: Collection[int]) -> set[int]:
    """Which of these customers ever wrote to us: only of them there can be signals."""
    wrote = sa.select(Conversation.customer_id).where(db.among(Conversation.customer_id, customer_ids)).distinct()
    return {number for number in session.scalars(wrote) if number is not None}


def rest_on_message(session: Session, message_id: int, *, now: datetime) -> int:
    """Make the signals one message gives after a person looked at its tags. The customer must be locked."""
    return _rest(session, Message.id == message_id, now=now)


def hold_owners(session: Session, read: Sequence[Waiting]) -> None:
    """Lock the customers behind these messages, so that no consent and no review comes between."""
    _hold_still(session, {waiting.customer_id for waiting in read if waiting.customer_id is not None})


def rest_again(session: Session, message_ids: Sequence[int], *, now: datetime) -> int:
    """Make the signals these messages give after they were read again; their customers must be locked."""
    return _rest(session, Message.id.in_(message_ids), now=now)


def end_with_tags(session: Session, tag_ids: Sequence[int], *, cause: str, now: datetime) -> int:
    """End the open signals that rest on these tags; gives how many ended. `cause` as for `end_signals`."""
    ended = session.execute(
        sa.update(Signal)
        .where(Signal.tag_id.in_(tag_ids), Signal.ended_at.is_(None))
        .values(ended_at=now, ended_cause=cause)
        .execution_options(synchronize_session=False)
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]  # an UPDATE has a rowcount


def end_signals(session: Session, customer_id: int, *, cause: str, now: datetime, tag_id: int | None = None) -> int:
    """End a customer's open signals; gives how many ended. Words taken back teach nothing any more.

    :param cause: `consent`, `correction`, `reader`, `erasure` or `expiry`.
    :param tag_id: end only what rests on this tag.
    """
    which = [Signal.customer_id == customer_id, Signal.ended_at.is_(None)]
    if tag_id is not None:
        which.append(Signal.tag_id == tag_id)
    elif cause in TAKEN_BACK:
        take_words_back(session, customer_id, now=now)
    ended = session.execute(
        sa.update(Signal)
        .where(*which)
        .values(ended_at=now, ended_cause=cause)
        .execution_options(synchronize_session=False)
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]  # an UPDATE has a rowcount


def _hold_still(session: Session, customer_ids: Iterable[int]) -> None:
    """Lock customers, in order, so that no consent changes between asking and writing (SQLite has one writer)."""
    locked = (
        sa.select(Customer.id).where(Customer.id.in_(customer_ids)).order_by(Customer.id).with_for_update(read=True)
    )
    session.execute(locked).all()


def _rest(session: Session, *which: sa.ColumnElement[bool], now: datetime, earlier_words: bool = True) -> int:
    permitted = consent.permitted(PURPOSE, now).subquery()
    tags = session.execute(
        sa.select(
            Tag.id,
            Tag.value,
            Tag.need_state,
            Tag.confidence,
            Tag.polarity,
            Tag.source,
            Tag.review,
            Tag.reader_version,
            Tag.message_id,
            Message.written_at,
            permitted.c.customer_id,
            permitted.c.entry_id,
            permitted.c.seq,
            permitted.c.earlier_words,
            permitted.c.since,
        )
        .join(Message, Message.id == Tag.message_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(permitted, permitted.c.customer_id == Conversation.customer_id)
        .where(Tag.kind == "need", Tag.ended_at.is_(None), permitted.c.entry_id.is_not(None), *which)
        .where(~_denied(), ~sa.exists().where(Signal.tag_id == Tag.id, Signal.ended_at.is_(None)))
    ).all()
    rows = [
        _signal_row(tag, now)
        for tag in tags
        if rules.makes_signal(tag.confidence, tag.source, tag.review)
        and rules.may_rest(tag.written_at < tag.since, earlier_words and tag.earlier_words)
    ]
    return len(db.insert_new(session, Signal, rows))  # the same tag rests on the same consent once


def _denied() -> sa.ColumnElement[bool]:
    """That the customer's last word about a tag is that it is not right."""
    last = (
        sa.select(sa.func.max(Review.id))
        .where(Review.tag_id == Tag.id, Review.by_type == "customer")
        .correlate(Tag)
        .scalar_subquery()
    )
    return sa.exists().where(Review.id == last, Review.verdict.in_(("correct", "reject")))


def _signal_row(tag: Any, now: datetime) -> dict[str, Any]:
    return {
        "customer_id": tag.customer_id,
        "need": tag.value,
        "need_state": tag.need_state or "unmet",
        "strength": rules.strength_of(tag.confidence, tag.source, tag.review),
        "polarity": tag.polarity,
        "observed_at": tag.written_at,
        "message_id": tag.message_id,
        "tag_id": tag.id,
        "reader_version": tag.reader_version,
        "consent_entry_id": tag.entry_id,
        "consent_seq": tag.seq,
        "created_at": now,
    }
