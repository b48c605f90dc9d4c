"""Needs in numbers: signals with their lineage, weekly counts, and how much of what is said may be used."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import consent
from portal.accounts.models import Customer
from portal.conversations.models import Conversation, Message
from portal.needs.models import MessageReading, Signal, Tag

WEEK = 7 * 86_400
THURSDAY = 3 * 86_400
"""1970 began on a Thursday: weeks that begin on Monday are shifted by three days."""


@dataclass(frozen=True, slots=True)
class SignalRow:
    """A signal with everything it rests on."""

    signal: Signal
    customer_ref: str
    message_ref: str
    conversation_ref: str
    text: str
    spans: list[Any]
    pii: list[Any]
    sureness: tuple[int | None, bool, str]

    @property
    def quotes(self) -> list[tuple[int, int]]:
        """Where in the text the evidence stands."""
        return [(int(span[0]), int(span[1])) for span in self.spans]


@dataclass(frozen=True, slots=True)
class WeekCount:
    """How many messages spoke of a need in the week that begins on `week` (a Monday, UTC)."""

    week: datetime
    need: str
    messages: int
    unmet: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far consent and the reader reach. Counts of customers and of customers' messages."""

    customers: int
    customers_allowing: int
    customers_speaking: int
    customers_speaking_allowing: int
    messages: int
    messages_read: int
    messages_not_read: int
    messages_waiting: int
    messages_failed: int
    messages_without_customer: int
    need_tags: int
    signals: int


def signals_page(
    session: Session,
    *,
    now: datetime,
    need: str | None = None,
    state: str | None = None,
    customer_ref: str | None = None,
    since: datetime | None = None,
    after: int | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[SignalRow]:
    """Open signals of customers who allow it at `now`, with lineage.

    :param since: only what was observed (written) at or after this instant.
    :param after: id of the last signal of the page before, oldest first; the order when `before` is not given.
    :param before: id of the last signal of the page before, for newest first (0 asks for the first page).
    """
    wanted = _wanted(need, state, customer_ref, since, after, before)
    order = Signal.id.desc() if before is not None else Signal.id
    return [_signal_row(row) for row in session.execute(_with_lineage(now).where(*wanted).order_by(order).limit(limit))]


def _with_lineage(now: datetime) -> sa.Select[Any]:
    """Signals of customers who allow it, joined with what they rest on."""
    permitted = consent.permitted("needs", now).subquery()
    return (
        sa.select(
            Signal, Customer.ref, Message.ref, Conversation.ref, Message.text, Tag.spans, MessageReading.pii,
            Tag.confidence, Tag.is_estimate, Tag.source,
        )
        .join(permitted, permitted.c.customer_id == Signal.customer_id)
        .join(Customer, Customer.id == Signal.customer_id)
        .join(Message, Message.id == Signal.message_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Tag, Tag.id == Signal.tag_id)
        .outerjoin(MessageReading, MessageReading.message_id == Message.id)
    )  # fmt: skip


def _signal_row(row: Any) -> SignalRow:
    return SignalRow(
        signal=row[0], customer_ref=row[1], message_ref=row[2], conversation_ref=row[3], text=row[4], spans=row[5],
        pii=row[6] or [], sureness=(row[7], row[8], row[9]),
    )  # fmt: skip


def _wanted(
    need: str | None,
    state: str | None,
    customer_ref: str | None,
    since: datetime | None,
    after: int | None,
    before: int | None,
) -> list[sa.ColumnElement[bool]]:
    conditions: list[tuple[Any, sa.ColumnElement[bool]]] = [
        (need, Signal.need == need),
        (state, Signal.need_state == state),
        (customer_ref, Customer.ref == customer_ref),
        (since, Signal.observed_at >= sa.literal(since, Signal.observed_at.type)),
        (after, Signal.id > sa.literal(after or 0)),
        (before, Signal.id < sa.literal(before or 0)),
    ]
    return [Signal.ended_at.is_(None), *(condition for given, condition in conditions if given)]


def need_series(
    session: Session, *, since: datetime, until: datetime, need: str | None = None, consented_only: bool = False
) -> list[WeekCount]:
    """Weekly counts of messages by need; weeks without any are missing.

    :param consented_only: count only what became a signal that still stands.
    """
    week = week_of(session).label("week")
    counted = (
        sa.select(
            week,
            Tag.value,
            sa.func.count(sa.distinct(Tag.message_id)),
            sa.func.sum(sa.case((Tag.need_state == "unmet", 1), else_=0)),
        )
        .join(Message, Message.id == Tag.message_id)
        .where(Tag.kind == "need", Tag.ended_at.is_(None), Message.written_at >= since, Message.written_at < until)
        .group_by(week, Tag.value)
        .order_by(week, Tag.value)
    )
    if need is not None:
        counted = counted.where(Tag.value == need)
    if consented_only:
        counted = counted.where(sa.exists().where(Signal.tag_id == Tag.id, Signal.ended_at.is_(None)))
    return [
        WeekCount(monday(int(number)), key, count, int(unmet)) for number, key, count, unmet in session.execute(counted)
    ]


def messages_per_week(session: Session, *, since: datetime, until: datetime) -> dict[datetime, int]:
    """How many messages of customers were read, by week: what the counts of needs are a share of."""
    week = week_of(session).label("week")
    counted = (
        sa.select(week, sa.func.count())
        .select_from(Message)
        .where(
            Message.author == "customer",
            Message.reading == "read",
            Message.written_at >= since,
            Message.written_at < until,
        )
        .group_by(week)
    )
    return {monday(int(number)): count for number, count in session.execute(counted)}


def week_of(session: Session) -> sa.ColumnElement[int]:
    """Number of the week a message was written in; the database counts, so that no row has to leave it."""
    if session.get_bind().dialect.name == "postgresql":
        seconds: sa.ColumnElement[Any] = sa.cast(sa.func.floor(sa.extract("epoch", Message.written_at)), sa.BigInteger)
    else:
        seconds = sa.cast(sa.func.strftime("%s", Message.written_at), sa.BigInteger)
    return sa.cast((seconds + THURSDAY) // WEEK, sa.Integer)


def monday(number: int) -> datetime:
    """The instant the week of that number begins, in UTC."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=number * WEEK - THURSDAY)


def coverage(session: Session, now: datetime) -> Coverage:
    """How many customers speak, how many of them allow their words to be used, and what became of the messages."""
    permitted = consent.permitted("needs", now).subquery()
    speaking = sa.select(Conversation.customer_id).where(Conversation.customer_id.is_not(None)).distinct().subquery()
    allowing = sa.select(permitted.c.customer_id).where(permitted.c.entry_id.is_not(None)).subquery()
    both = (
        sa.select(speaking.c.customer_id)
        .where(speaking.c.customer_id.in_(sa.select(allowing.c.customer_id)))
        .subquery()
    )
    alive = sa.select(Customer.id).where(Customer.erased_at.is_(None)).subquery()
    nobody = (
        sa.select(Message.id)
        .join(Conversation)
        .where(Message.author == "customer", Conversation.customer_id.is_(None))
        .subquery()
    )
    open_tags = sa.select(Tag.id).where(Tag.kind == "need", Tag.ended_at.is_(None)).subquery()
    standing = (
        sa.select(Signal.id)
        .where(Signal.ended_at.is_(None), Signal.customer_id.in_(sa.select(allowing.c.customer_id)))
        .subquery()
    )
    counts = session.execute(
        sa.select(*(_count(part) for part in (alive, allowing, speaking, both, nobody, open_tags, standing)))
    ).one()
    by_reading = _by_reading(session)
    return Coverage(
        customers=counts[0],
        customers_allowing=counts[1],
        customers_speaking=counts[2],
        customers_speaking_allowing=counts[3],
        messages=sum(by_reading.values()),
        messages_read=by_reading.get("read", 0),
        messages_not_read=by_reading.get("not_read", 0),
        messages_waiting=by_reading.get("waiting", 0) + by_reading.get("claimed", 0),
        messages_failed=by_reading.get("failed", 0),
        messages_without_customer=counts[4],
        need_tags=counts[5],
        signals=counts[6],
    )


def _count(part: sa.Subquery) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(part).scalar_subquery()


def _by_reading(session: Session) -> dict[str, int]:
    counted = sa.select(Message.reading, sa.func.count()).where(Message.author == "customer").group_by(Message.reading)
    return dict(session.execute(counted).all())
