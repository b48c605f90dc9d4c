"""What happened between us and customers in a span of time, each at the moment from which nothing later changes it.

A conversation counts when the day has come by which it was to be answered, a promise when it was kept or its day went
by. So a day measured anew long afterwards gives what it gave the morning after.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, TypeGuard

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.consent.models import ANY, ConsentEntry
from portal.conversations.models import Conversation, Message, Promise
from portal.downstream.models import Delivery
from portal.insight.rules import Observation
from portal.needs.models import Tag
from portal.outreach.models import Dispatch, Intent, MessageTemplate
from portal.rights.models import RightsRequest
from portal.treatment import business_days_later

WEEKS_8 = timedelta(weeks=8)
TOLD_WITHIN = timedelta(days=7)
HOUR = timedelta(hours=1)
Span = tuple[datetime, datetime]


def within(at: datetime | None, span: Span) -> TypeGuard[datetime]:
    """Whether a moment lies in a span, its beginning included."""
    return at is not None and span[0] <= at < span[1]


def answers(session: Session, span: Span) -> Iterator[Observation]:
    """Words that wanted an answer: in 5 business days, how soon; complaints in 3 and 15 of them, and in 8 weeks."""
    for customer_id, opened_at, complaint, first in _talks(session, span):
        due = business_days_later(opened_at, 5)
        if within(due, span):
            yield Observation("answered", "", due, int(first is not None and first <= due), customer_id)
        if within(first, span):
            hours = (first - opened_at) / HOUR
            yield Observation("first_answer", "", first, int(hours <= 24), customer_id, value=hours)
        if complaint:
            days = {"3bd": business_days_later(opened_at, 3), "15bd": business_days_later(opened_at, 15)}
            for part, by in {**days, "8w": opened_at + WEEKS_8}.items():
                if within(by, span):
                    yield Observation("complaints", part, by, int(first is not None and first <= by), customer_id)


def _talks(session: Session, span: Span) -> Iterable[Any]:
    complains = (
        sa.select(Tag.id)
        .join(Message, Message.id == Tag.message_id)
        .where(Message.conversation_id == Conversation.id, Tag.kind == "intent", Tag.value == "complaint")
        .where(Tag.ended_at.is_(None), Tag.review != "rejected")
        .exists()
    )
    first = (
        sa.select(sa.func.min(Message.written_at))
        .where(Message.conversation_id == Conversation.id, Message.author == "team", ~Message.internal)
        .correlate(Conversation)
        .scalar_subquery()
    )
    return session.execute(
        sa.select(Conversation.customer_id, Conversation.opened_at, complains.label("complains"), first.label("first"))
        .where(Conversation.may_reply, Conversation.origin != "import", Conversation.opened_at < span[1])
        .where(Conversation.opened_at >= span[0] - timedelta(days=366))
    )


def promises(session: Session, span: Span) -> Iterator[Observation]:
    """Promises kept by their day or not, and by how many days those kept late were late."""
    rows: Iterable[Any] = session.execute(
        sa.select(Promise.customer_id, Promise.state, Promise.due_at, Promise.settled_at).where(
            sa.or_(
                sa.and_(Promise.due_at >= span[0], Promise.due_at < span[1]),
                sa.and_(Promise.settled_at >= span[0], Promise.settled_at < span[1]),
            )
        )
    )
    for customer_id, state, due_at, settled_at in rows:
        early = settled_at is not None and settled_at <= due_at
        counts = settled_at if early else due_at
        if within(counts, span):
            yield Observation("promises", "", counts, int(early and state == "kept"), customer_id)
        if state == "late" and within(settled_at, span):
            days = (settled_at - due_at) / timedelta(days=1)
            yield Observation("lateness", "", settled_at, int(days <= 7), customer_id, value=days)


def rights(session: Session, span: Span) -> Iterator[Observation]:
    """Requests about personal data that were late by their day, of those whose day came or that were settled before."""
    rows: Iterable[Any] = session.execute(
        sa.select(RightsRequest.customer_id, RightsRequest.due_at, RightsRequest.settled_at, RightsRequest.kind).where(
            RightsRequest.state.not_in(("taken_back", "held")), RightsRequest.asked_at < span[1]
        )
    )
    for customer_id, due_at, settled_at, _kind in rows:
        early = settled_at is not None and settled_at <= due_at
        counts = settled_at if early else due_at
        if within(counts, span):
            yield Observation("rights", "", counts, int(not early), customer_id)


def outcomes(session: Session, span: Span) -> Iterator[Observation]:
    """Closing the loop: of those owed the outcome of an idea, who was told within 7 days."""
    rows: Iterable[Any] = session.execute(
        sa.select(Intent.customer_id, Intent.channel, Intent.created_at, Dispatch.sent_at)
        .join(MessageTemplate, MessageTemplate.id == Intent.template_id)
        .outerjoin(Dispatch, Dispatch.intent_id == Intent.id)
        .where(MessageTemplate.key.in_(("idea_outcome", "idea_outcome_yours")))
        .where(Intent.created_at >= span[0] - TOLD_WITHIN, Intent.created_at < span[1] - TOLD_WITHIN)
    )
    for customer_id, channel, created_at, sent_at in rows:
        due = created_at + TOLD_WITHIN
        yield Observation("closed_loop", "", due, int(sent_at is not None and sent_at <= due), customer_id, channel)


KNOWN_WITHIN = timedelta(hours=24)


def acknowledged(session: Session, span: Span) -> Iterator[Observation]:
    """How soon the last system that had to know of a restriction had said that it knows; a day later it counts."""
    last = sa.case((sa.func.count() == sa.func.count(Delivery.acknowledged_at), sa.func.max(Delivery.acknowledged_at)))
    rows: Iterable[Any] = session.execute(
        sa.select(ConsentEntry.customer_id, ConsentEntry.recorded_at, last.label("last"))
        .join(Delivery, Delivery.entry_id == ConsentEntry.global_seq)
        .where(Delivery.restricts)
        .where(ConsentEntry.recorded_at >= span[0] - KNOWN_WITHIN, ConsentEntry.recorded_at < span[1] - KNOWN_WITHIN)
        .group_by(ConsentEntry.global_seq, ConsentEntry.customer_id, ConsentEntry.recorded_at)
    )
    for customer_id, recorded_at, known_at in rows:
        due = recorded_at + KNOWN_WITHIN
        in_time = known_at is not None and known_at <= due
        hours = (known_at - recorded_at) / HOUR if in_time else None
        yield Observation("to_last", "", due, int(in_time), customer_id, value=hours)


LEAVING = ("withdrawn", "objected")


def restraints(session: Session, span: Span) -> Iterator[Observation]:
    """How people hold us back: a pause instead of leaving; and how soon a no stood in the ledger."""
    rows: Iterable[Any] = session.execute(
        sa.select(
            ConsentEntry.customer_id,
            ConsentEntry.action,
            ConsentEntry.channel,
            ConsentEntry.occurred_at,
            ConsentEntry.recorded_at,
        )
        .where(ConsentEntry.action.in_((*LEAVING, "paused")))
        .where(ConsentEntry.recorded_at >= span[0], ConsentEntry.recorded_at < span[1])
    )
    for customer_id, action, channel, occurred_at, recorded_at in rows:
        by = "" if channel == ANY else channel
        yield Observation("pauses", "", recorded_at, int(action == "paused"), customer_id, by)
        if action in LEAVING:
            hours = (recorded_at - occurred_at) / HOUR
            yield Observation("to_ledger", "", recorded_at, int(hours <= 24), customer_id, by, value=hours)
