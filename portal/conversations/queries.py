"""Everything that only reads conversations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal.accounts.models import Account, Customer
from portal.conversations import rules
from portal.conversations.models import Conversation, Message, Promise
from portal.conversations.rating import last_rated
from portal.errors import NotFound

COUNT_UP_TO = 1_000
"""Counts beside lists stop here and say so, so that no page has to count everything."""


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """Which conversations the team wants to see; None is any.

    :param state: a state, or None for all.
    :param assigned_to: id of an account; `unassigned` asks for those nobody answers yet.
    """

    state: str | None = "waiting_team"
    sentiment: str | None = None
    assigned_to: int | None = None
    unassigned: bool = False


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One line of the team's queue. `words` is the masked start of the customer's newest words, None while unread.

    `rating` is what the customer said last in it of how it was.
    """

    conversation: Conversation
    customer_name: str | None
    words: str | None
    message_id: int | None
    rating: int | None = None

    @property
    def place(self) -> list[Any]:
        """The sort key, for keyset paging by urgency and by time."""
        one = self.conversation
        return [bool(one.distress), one.urgency, one.last_at.isoformat(), one.id]


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """A promise, where it was made, to whom (None: somebody known by a receipt code only), and the apology's ref."""

    promise: Promise
    conversation: Conversation
    customer: Customer | None
    apology: str | None


def conversations_of(
    session: Session,
    customer_id: int,
    *,
    state: str | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int = 20,
) -> Sequence[Conversation]:
    """A customer's conversations, the newest word first.

    :param before: `(last_at, id)` of the last one of the page before.
    """
    mine = sa.select(Conversation).where(Conversation.customer_id == customer_id)
    if state is not None:
        mine = mine.where(Conversation.state == state)
    if before is not None:
        mine = mine.where(sa.tuple_(Conversation.last_at, Conversation.id) < sa.tuple_(*_typed(before)))
    return session.scalars(mine.order_by(Conversation.last_at.desc(), Conversation.id.desc()).limit(limit)).all()


def _typed(place: tuple[datetime, int]) -> tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]:
    return sa.literal(place[0], Conversation.last_at.type), sa.literal(place[1])


def conversation_for(session: Session, ref: str, customer_id: int) -> Conversation:
    """The customer's own conversation.

    :raises NotFound: when there is none, or when it is another's.
    """
    found = session.scalars(
        sa.select(Conversation).where(Conversation.ref == ref, Conversation.customer_id == customer_id)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such conversation among yours.")
    return found


def conversation_by_ref(session: Session, ref: str) -> Conversation:
    """Any conversation, for the team.

    :raises NotFound: when there is none.
    """
    found = session.scalars(sa.select(Conversation).where(Conversation.ref == ref)).one_or_none()
    if found is None:
        raise NotFound("There is no such conversation.")
    return found


def conversation_by_receipt(session: Session, code: str) -> Conversation:
    """The conversation of a receipt code, however it is typed.

    :raises NotFound: when no conversation was opened with it.
    """
    found = session.scalars(
        sa.select(Conversation).where(
            Conversation.receipt_code == rules.readable_code(code), Conversation.origin != "import"
        )
    ).one_or_none()
    if found is None:
        raise NotFound("No conversation has this code. Check it letter by letter.", code="no-such-code")
    return found


def thread(session: Session, conversation_id: int, *, internal: bool) -> Sequence[Message]:
    """The messages of a conversation in their order, with their ratings; notes of the team only when `internal`."""
    messages = sa.select(Message).where(Message.conversation_id == conversation_id).options(joinedload(Message.rating))
    if not internal:
        messages = messages.where(Message.internal.is_(False))
    return session.scalars(messages.order_by(Message.written_at, Message.id)).all()


def newest_mark(session: Session, conversation: Conversation) -> str:
    """A mark that changes when the customer's side of a conversation does: by a message, a reading or its state."""
    read = sa.func.count().filter(Message.reading.in_(("read", "not_read", "failed")))
    newest, done = session.execute(
        sa.select(sa.func.max(Message.id), read).where(
            Message.conversation_id == conversation.id, Message.internal.is_(False)
        )
    ).one()
    return f"{newest}-{done}-{conversation.state}"


def promises_of(session: Session, conversation_id: int) -> Sequence[Promise]:
    """What was promised in a conversation, the first due first."""
    return session.scalars(
        sa.select(Promise).where(Promise.conversation_id == conversation_id).order_by(Promise.due_at, Promise.id)
    ).all()


def owed(session: Session, customer_id: int) -> Sequence[Promise]:
    """Promises to a customer that are still open, the first due first."""
    return session.scalars(
        sa.select(Promise).where(Promise.customer_id == customer_id, Promise.state == "open").order_by(Promise.due_at)
    ).all()


def promises_page(
    session: Session, which: str, now: datetime, *, after: tuple[datetime, int] | None = None, limit: int = 50
) -> list[PromiseRow]:
    """Promises to anybody, the first due first.

    :param which: `missed` (not kept by their day, and nobody apologised), `apologised`, `ahead` (their day is still to
        come) or `all`.
    :param after: `(due_at, id)` of the last one of the page before.
    """
    overdue = sa.and_(Promise.state == "open", Promise.due_at < now)
    missed = sa.or_(Promise.state == "broken", overdue)
    lists: dict[str, tuple[sa.ColumnElement[bool], ...]] = {
        "missed": (missed, Promise.apologised_at.is_(None)),
        "apologised": (Promise.apologised_at.is_not(None),),
        "ahead": (Promise.state == "open", Promise.due_at >= now),
        "all": (),
    }
    some = sa.select(Promise, Conversation, Customer, Message.ref).where(*lists[which])
    if after is not None:
        some = some.where(sa.tuple_(Promise.due_at, Promise.id) > sa.tuple_(*_typed(after)))
    whole = (
        some.join(Conversation, Conversation.id == Promise.conversation_id)
        .outerjoin(Customer, Customer.id == Promise.customer_id)
        .outerjoin(Message, Message.id == Promise.apology_id)
    )
    return [PromiseRow(*row) for row in session.execute(whole.order_by(Promise.due_at, Promise.id).limit(limit))]


def promises_beside(session: Session, conversation: Conversation) -> tuple[list[Promise], list[Promise]]:
    """What was promised in a conversation, and what its customer is still owed anywhere; the first due first."""
    wanted: sa.ColumnElement[bool] = Promise.conversation_id == conversation.id
    if conversation.customer_id is not None:
        still = sa.and_(Promise.customer_id == conversation.customer_id, Promise.state == "open")
        wanted = sa.or_(wanted, still)
    found = session.scalars(sa.select(Promise).where(wanted).order_by(Promise.due_at, Promise.id)).all()
    still_open = [one for one in found if one.state == "open" and one.customer_id is not None]
    return [one for one in found if one.conversation_id == conversation.id], still_open


def _asked_for(filters: InboxFilter, among: sa.Select[Any] | None) -> list[sa.ColumnElement[bool]]:
    wanted: list[sa.ColumnElement[bool]] = []
    if filters.state is not None:
        wanted.append(Conversation.state == filters.state)
    if filters.sentiment is not None:
        wanted.append(Conversation.sentiment == filters.sentiment)
    if filters.assigned_to is not None:
        wanted.append(Conversation.assigned_to == filters.assigned_to)
    if filters.unassigned:
        wanted.append(Conversation.assigned_to.is_(None))
    if among is not None:
        wanted.append(Conversation.id.in_(among))
    return wanted


def inbox(
    session: Session,
    filters: InboxFilter,
    cursor: Sequence[Any] | None = None,
    *,
    among: sa.Select[Any] | None = None,
    limit: int = 30,
) -> list[InboxRow]:
    """The team's queue: distress first, then urgency, then the newest word.

    :param cursor: `InboxRow.place` of the last row of the page before.
    :param among: a select of conversation ids, to look only among those (a need, a tag).
    """
    key = (Conversation.distress, Conversation.urgency, Conversation.last_at, Conversation.id)
    wanted = _asked_for(filters, among)
    if cursor is not None:
        after = (bool(cursor[0]), int(cursor[1]), datetime.fromisoformat(cursor[2]), int(cursor[3]))
        typed = [sa.literal(value, column.type) for value, column in zip(after, key, strict=True)]
        wanted.append(sa.tuple_(*key) < sa.tuple_(*typed))
    newest = (
        sa.select(Message.id)
        .where(Message.conversation_id == Conversation.id, Message.author == "customer")
        .order_by(Message.written_at.desc(), Message.id.desc())
        .limit(1)
        .correlate(Conversation)
        .scalar_subquery()
    )
    page = (
        sa.select(Conversation, newest.label("newest"), last_rated().label("rated"))
        .where(*wanted)
        .order_by(*(column.desc() for column in key))
        .limit(limit)
    )
    rows = session.execute(page).all()
    named = sa.select(Customer.id, Customer.name).where(Customer.id.in_({row[0].customer_id for row in rows} - {None}))
    begun = sa.select(Message.id, Message.masked_text).where(Message.id.in_([row.newest for row in rows]))
    names, words = dict(session.execute(named).all()), dict(session.execute(begun).all())
    return [
        InboxRow(one, names.get(one.customer_id), (words.get(newest) or "")[:200] or None, newest, rated)
        for one, newest, rated in rows
    ]


def inbox_count(session: Session, filters: InboxFilter, *, among: sa.Select[Any] | None = None) -> int:
    """How many conversations the filter finds; counting stops at 1,000."""
    some = sa.select(Conversation.id).where(*_asked_for(filters, among)).limit(COUNT_UP_TO).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(some)) or 0


def people_of(session: Session, conversation: Conversation) -> tuple[Account | None, Customer | None]:
    """The team member a conversation is assigned to, and its customer."""
    row = session.execute(
        sa.select(Account, Customer)
        .select_from(Conversation)
        .outerjoin(Account, Account.id == Conversation.assigned_to)
        .outerjoin(Customer, Customer.id == Conversation.customer_id)
        .where(Conversation.id == conversation.id)
    ).one()
    return row[0], row[1]


def message_by_ref(session: Session, ref: str) -> Message:
    """One message.

    :raises NotFound: when there is none.
    """
    found = session.scalars(sa.select(Message).where(Message.ref == ref)).one_or_none()
    if found is None:
        raise NotFound("There is no such message.")
    return found
