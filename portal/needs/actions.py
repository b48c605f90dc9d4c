"""What people do with tags: accept, correct, reject, add. Each act is kept; the strongest reviewer's newest word wins.

A team member weighs 3, a customer 1, where tags are counted and learned from. About the customer's own person both have
a veto: a signal stands only while neither says that its tag is wrong. What the customer sees always shows their own
word (see `queries.tags_for_customer`).
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import accounts
from portal.accounts.models import Account
from portal.conversations.models import Conversation, Message
from portal.errors import Conflict, Invalid, NotFound
from portal.needs import rules, signals
from portal.needs.claims import taxonomy
from portal.needs.models import Review, Tag
from portal.needs.queries import verdicts_of
from portal.sentences import Sentence

ANONYMOUS = "holder of the receipt"
ALREADY = {
    "need": Sentence("This need is on the message already."),
    "intent": Sentence("This is on the message already."),
}


@dataclass(frozen=True, slots=True)
class _Reviewer:
    type: str
    account_id: int | None
    name: str
    weight: int


def _reviewer(by: Account | None) -> _Reviewer:
    if by is None:
        return _Reviewer("customer", None, ANONYMOUS, rules.CUSTOMER_WEIGHT)
    if by.role is None:
        return _Reviewer("customer", by.id, by.name, rules.CUSTOMER_WEIGHT)
    return _Reviewer("team", by.id, by.name, rules.TEAM_WEIGHT)


def review(
    session: Session,
    tag_id: int,
    *,
    verdict: str,
    by: Account | None,
    now: datetime,
    corrected_to: str | None = None,
    corrected_state: str | None = None,
    note: str = "",
) -> Review:
    """Say about a tag that it is right (`accept`), something else (`correct`) or wrong (`reject`).

    A correction or rejection ends the signal that rested on the tag; a correction makes a tag of its own, and a signal
    when the customer allows it. Whether the reviewer may touch this tag is for the caller to know (own conversation,
    team, receipt).

    :param corrected_to: the need, sentiment or intent it is instead; the same as before when only the state is wrong.
    :param corrected_state: `unmet`, `met` or `wished`, for needs; as before when left out.
    :param by: an account of a customer or of the team; None for who holds the conversation's receipt.
    :raises NotFound: when there is no such tag.
    :raises Conflict: when somebody has decided about it meanwhile.
    :raises Invalid: when the correction is not a value of this kind.
    """
    tag, customer_id = _locked(session, tag_id)
    if tag.ended_at is not None:
        raise Conflict("Somebody has corrected this meanwhile. Look at it again.", code="already-reviewed")
    who = _reviewer(by)
    _check(tag, verdict, corrected_to, corrected_state)
    earlier = [one for one in verdicts_of(session, [tag.message_id]) if one.tag_id == tag.id]
    decides = not rules.outranked(earlier, who.weight)
    kept = _written(session, tag, who, verdict, corrected_to or tag.value, corrected_state or tag.need_state, note, now)
    if verdict == "accept":
        if decides:
            tag.review = "accepted"
    else:
        _set_aside(session, tag, customer_id, decides=decides, verdict=verdict, now=now)
        if verdict == "correct":
            kept.new_tag_id = _put_instead(session, tag, kept, now)
    session.flush()
    if tag.kind == "need" and customer_id is not None:
        signals.rest_on_message(session, tag.message_id, now=now)
    if tag.kind == "sentiment" and decides and verdict == "correct":
        _feel(session, tag.message_id, kept.corrected_to)
    return kept


def add_tag(session: Session, message_id: int, *, need: str, state: str, by: Account | None, now: datetime) -> Tag:
    """Say that a message speaks of a need nobody has seen in it; for messages the reader could not read, above all.

    :raises Invalid: when there is no such need or state.
    :raises Conflict: when the message has that need already.
    """
    if not rules.has_value("need", need, taxonomy().needs) or state not in rules.STATES:
        raise Invalid("Choose a need and how it stands.", field="need")
    customer_id = _lock_owner(session, message_id)
    tag = _put_down(session, message_id, "need", need, state, by, now)
    if customer_id is not None:
        signals.rest_on_message(session, message_id, now=now)
    return tag


def add_intent(session: Session, message_id: int, *, intent: str, by: Account | None, now: datetime) -> Tag:
    """Say that a message wants something nobody has seen in it: that it is a complaint, an idea, a question.

    :raises Invalid: when there is no such intent.
    :raises Conflict: when the message has it already.
    """
    if not rules.has_value("intent", intent, taxonomy().needs):
        raise Invalid("Choose what is wanted.", field="intent")
    _lock_owner(session, message_id)
    return _put_down(session, message_id, "intent", intent, None, by, now)


def _put_down(
    session: Session, message_id: int, kind: str, value: str, state: str | None, by: Account | None, now: datetime
) -> Tag:
    who = _reviewer(by)
    tag = Tag(
        message_id=message_id,
        kind=kind,
        value=value,
        need_state=state,
        confidence=None,
        is_estimate=False,
        polarity=0,
        source=rules.HUMAN,
        reader_version=rules.HUMAN,
        spans=[],
        review="accepted" if who.type == "team" else "none",
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(tag)
            session.flush()
    except IntegrityError:
        raise Conflict(ALREADY[kind], code="already-tagged") from None
    kept = _written(session, tag, who, "add", value, state, "", now)
    kept.new_tag_id = tag.id
    session.flush()
    return tag


def _locked(session: Session, tag_id: int) -> tuple[Tag, int | None]:
    """The tag as it is now; its customer is locked, so that consent and reviews come one after another."""
    message_id = session.scalar(sa.select(Tag.message_id).where(Tag.id == tag_id))
    if message_id is None:
        raise NotFound("There is no such tag.")
    customer_id = _lock_owner(session, message_id)
    tag = session.scalars(
        sa.select(Tag).where(Tag.id == tag_id).with_for_update(), execution_options={"populate_existing": True}
    ).one()
    return tag, customer_id


def _lock_owner(session: Session, message_id: int) -> int | None:
    row = session.execute(
        sa.select(Conversation.customer_id).join(Message).where(Message.id == message_id)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such message.")
    if row.customer_id is not None:
        accounts.lock_customer(session, row.customer_id)
    customer_id: int | None = row.customer_id
    return customer_id


def _check(tag: Tag, verdict: str, corrected_to: str | None, corrected_state: str | None) -> None:
    if verdict not in ("accept", "correct", "reject"):
        raise Invalid("Say whether it is right, something else or wrong.", field="verdict")
    if verdict != "correct":
        return
    value = corrected_to or tag.value
    if not rules.has_value(tag.kind, value, taxonomy().needs):
        raise Invalid("Choose what it is instead.", field="corrected_to")
    if corrected_state is not None and corrected_state not in rules.STATES:
        raise Invalid("Choose whether it is met, not met or wished.", field="corrected_state")
    if value == tag.value and (corrected_state or tag.need_state) == tag.need_state:
        raise Invalid("That is what it says already. Choose something else.", field="corrected_to")


def _written(
    session: Session, tag: Tag, who: _Reviewer, verdict: str, value: str, state: str | None, note: str, now: datetime
) -> Review:
    kept = Review(
        message_id=tag.message_id,
        tag_id=tag.id,
        verdict=verdict,
        corrected_to=value if verdict in ("correct", "add") else None,
        corrected_state=state if verdict in ("correct", "add") else None,
        by_type=who.type,
        by_account=who.account_id,
        by_name=who.name,
        weight=who.weight,
        note=note,
        at=now,
    )
    session.add(kept)
    session.flush()
    return kept


def _set_aside(
    session: Session, tag: Tag, customer_id: int | None, *, decides: bool, verdict: str, now: datetime
) -> None:
    """End the tag's signal, and the tag itself when the reviewer outranks who spoke before."""
    if customer_id is not None:
        signals.end_signals(session, customer_id, cause="correction", now=now, tag_id=tag.id)
    if decides:
        tag.review = "corrected" if verdict == "correct" else "rejected"
        tag.ended_at = now
    session.flush()


def _put_instead(session: Session, tag: Tag, kept: Review, now: datetime) -> int | None:
    """The tag a correction stands for: a new one, or the open one that says the same; None if a stronger one stays."""
    there = session.scalars(
        sa.select(Tag).where(
            Tag.message_id == tag.message_id,
            Tag.kind == tag.kind,
            Tag.value == kept.corrected_to,
            Tag.ended_at.is_(None),
        )
    ).one_or_none()
    if there is not None:
        if there.id == tag.id:
            return None
        there.review = "accepted" if there.review == "none" else there.review
        return there.id
    new = Tag(
        message_id=tag.message_id,
        kind=tag.kind,
        value=kept.corrected_to,
        need_state=kept.corrected_state,
        confidence=None,
        is_estimate=False,
        polarity=tag.polarity,
        source=rules.HUMAN,
        reader_version=rules.HUMAN,
        spans=tag.spans,
        review="accepted" if kept.by_type == "team" else "none",
        created_at=now,
    )
    session.add(new)
    session.flush()
    return new.id


def _feel(session: Session, message_id: int, sentiment: str | None) -> None:
    session.execute(
        sa.update(Conversation)
        .where(Conversation.id == sa.select(Message.conversation_id).where(Message.id == message_id).scalar_subquery())
        .values(sentiment=sentiment)
    )
