"""Measures how we have treated each person, from what is written down anyway, some hundred people at a time."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db
from portal.accounts.models import Customer
from portal.consent import LedgerAgain
from portal.consent.models import ConsentEntry, Preference
from portal.conversations.models import Conversation, Message, Promise
from portal.entitlements.models import Grant
from portal.needs.models import Review, Tag
from portal.rights.models import RightsRequest
from portal.treatment import trust
from portal.treatment.models import ContactEvent, Decision, TrustIndex
from portal.treatment.policy import NOT_OWED
from portal.treatment.queries import policy_in_force
from portal.treatment.trust import Conduct, floors_after

BATCH = 200
LOOK_BACK = timedelta(days=730)
"""What is older weighs next to nothing."""
AGAIN = timedelta(hours=20)
"""After so long an index is measured anew, as weights halve; sooner when something happened."""
NO = ("refused", "withdrawn", "revoked", "objected", "suppressed")
AGAINST = ("stopped", "objected", "denied", "channel-off", "topic-off")
"""What of a permission is a no that somebody said; that nobody was asked, or that a yes ran out, is none."""
Told = Iterable[tuple[int, Conduct]]


def measure_trust(
    engine: Engine, *, clock: Callable[[], datetime], worker: str, should_stop: Callable[[], bool] = lambda: False
) -> tuple[int, int]:
    """Measure the index of everybody whose last measuring is old, or to whom something happened since.

    :returns: how many were measured, and 0.
    """
    done, after = 0, 0
    now = clock()
    while not should_stop():
        with db.reading(engine) as session:
            ids = list(session.scalars(_due(after, now)))
            conduct = conduct_towards(session, ids, now)
        if not ids:
            break
        with db.writing(engine) as session:
            _store(session, conduct, now)
        done, after = done + len(ids), ids[-1]
    return done, 0


def _due(after: int, now: datetime) -> sa.Select[Any]:
    last = TrustIndex.measured_at
    since: list[sa.Select[Any]] = [
        _happened(Conversation, Conversation.last_at > last),
        _happened(Promise, sa.or_(Promise.settled_at > last, sa.and_(Promise.due_at > last, Promise.due_at <= now))),
        _happened(Decision, Decision.decided_at > last),
        _happened(ContactEvent, ContactEvent.recorded_at > last),
        _happened(Grant, sa.and_(Grant.source == "compensation", Grant.granted_at > last)),
        _happened(
            RightsRequest,
            sa.or_(RightsRequest.settled_at > last, sa.and_(RightsRequest.due_at > last, RightsRequest.due_at <= now)),
        ),
        _reviewed(Review.at > last),
    ]
    old = sa.or_(TrustIndex.customer_id.is_(None), last < now - AGAIN, last > now)
    return (
        sa.select(Customer.id)
        .outerjoin(TrustIndex, TrustIndex.customer_id == Customer.id)
        .where(Customer.id > after, Customer.erased_at.is_(None))
        .where(sa.or_(old, Customer.id.in_(sa.union_all(*since))))
        .order_by(Customer.id)
        .limit(BATCH)
    )


def _happened(table: Any, where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(table.customer_id).join(TrustIndex, TrustIndex.customer_id == table.customer_id).where(where)


def _reviewed(where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return (
        sa.select(Conversation.customer_id)
        .join(TrustIndex, TrustIndex.customer_id == Conversation.customer_id)
        .join(Message, Message.conversation_id == Conversation.id)
        .join(Review, Review.message_id == Message.id)
        .where(where)
    )


def _store(session: Session, conduct: Mapping[int, Sequence[Conduct]], now: datetime) -> None:
    policy = policy_in_force(session).settings
    there = {row.customer_id: row for row in session.scalars(_rows(conduct))}
    for customer_id, happened in conduct.items():
        found = trust.index(happened, now)
        row = there.get(customer_id)
        if row is None:
            row = TrustIndex(customer_id=customer_id, floors=[])
            session.add(row)
        row.value, row.measured_at = found.value, now
        row.components = [part.as_json() for part in found.components]
        row.floors = list(floors_after(row.floors, found.value / 1000, policy))


def _rows(ids: Iterable[int]) -> sa.Select[TrustIndex]:
    return sa.select(TrustIndex).where(TrustIndex.customer_id.in_(ids))


def conduct_towards(session: Session, ids: Sequence[int], now: datetime) -> dict[int, list[Conduct]]:
    """What we did towards each of these customers until `now`, as far as it counts; everybody asked for is in it."""
    found: dict[int, list[Conduct]] = {customer_id: [] for customer_id in ids}
    if ids:
        for gathered in (_answers, _promises, _made_good, _contacts, _after_no, _spam, _corrections, _rights):
            for customer_id, conduct in gathered(session, ids, now):
                if conduct.kind and conduct.at > now - LOOK_BACK:
                    found[customer_id].append(conduct)
    return found


def _answers(session: Session, ids: Sequence[int], now: datetime) -> Told:
    complains = (
        sa.select(Tag.id)
        .join(Message, Message.id == Tag.message_id)
        .where(Message.conversation_id == Conversation.id, Tag.kind == "intent", Tag.value == "complaint")
        .where(Tag.ended_at.is_(None), Tag.review != "rejected")
        .exists()
    )
    answer = (
        sa.select(sa.func.min(Message.written_at))
        .where(Message.conversation_id == Conversation.id, Message.author == "team", ~Message.internal)
        .where(Message.written_at <= now)
        .correlate(Conversation)
        .scalar_subquery()
    )
    rows: Iterable[Any] = session.execute(
        sa.select(
            Conversation.customer_id,
            Conversation.ref,
            Conversation.opened_at,
            Conversation.state,
            complains.label("complains"),
            answer.label("answered_at"),
        ).where(Conversation.customer_id.in_(ids), Conversation.may_reply, Conversation.origin != "import")
    )
    for customer_id, ref, opened_at, state, complaint, answered_at in rows:
        if answered_at is None and state in ("answered", "closed"):
            continue  # settled without words from us: by the customer, or on the phone
        yield customer_id, trust.answered(opened_at, answered_at, now, complaint=bool(complaint), ref=ref)


def _promises(session: Session, ids: Sequence[int], now: datetime) -> Told:
    rows: Iterable[Any] = session.execute(
        sa.select(Promise.customer_id, Promise.state, Promise.due_at, Promise.settled_at, Conversation.ref)
        .join(Conversation, Conversation.id == Promise.conversation_id)
        .where(Promise.customer_id.in_(ids))
    )
    for customer_id, state, due_at, settled_at, ref in rows:
        yield customer_id, trust.promised(state, due_at, settled_at, now, ref)


def _made_good(session: Session, ids: Sequence[int], now: datetime) -> Told:
    given = sa.select(Grant.customer_id, Grant.granted_at).where(Grant.source == "compensation")
    for customer_id, at in session.execute(given.where(Grant.customer_id.in_(ids))):
        yield customer_id, Conduct("made_good", at)


def _contacts(session: Session, ids: Sequence[int], now: datetime) -> Told:
    rows: Iterable[Any] = session.execute(
        sa.select(
            Decision.customer_id, Decision.decided_at, Decision.ref, Preference.max_per_week, Preference.updated_at
        )
        .join(Preference, Preference.customer_id == Decision.customer_id)
        .where(*_written_to(ids, now), Decision.message_class.in_(NOT_OWED), Preference.max_per_week.is_not(None))
    )
    contacts: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    budgets: dict[int, tuple[int, datetime]] = {}
    for customer_id, at, ref, most, since in rows:
        contacts[customer_id].append((at, ref))
        budgets[customer_id] = (most, since)
    for customer_id, moments in contacts.items():
        for conduct in trust.over_budget(moments, *budgets[customer_id]):
            yield customer_id, conduct


def _after_no(session: Session, ids: Sequence[int], now: datetime) -> Told:
    """What was let through although they had said no to it: to its purpose, way or topic, or to everything."""
    said_no = sa.exists().where(
        ConsentEntry.customer_id == Decision.customer_id,
        ConsentEntry.action.in_(NO),
        ConsentEntry.recorded_at < Decision.decided_at,
    )
    sent = sa.select(
        Decision.customer_id, Decision.decided_at, Decision.ref, Decision.purpose, Decision.channel, Decision.topic
    )
    rows = session.execute(sent.where(*_written_to(ids, now), said_no)).all()
    ledger = LedgerAgain(session, {row.customer_id for row in rows}) if rows else None
    for customer_id, at, ref, purpose, channel, topic in rows:
        if ledger is not None:
            seq = ledger.position(customer_id, at, before=True)
            stood = ledger.permission(customer_id, purpose, seq, at, channel=channel, topic=topic)
            if any(code in AGAINST for code in stood.restrictions):
                yield customer_id, Conduct("contact_after_no", at, ref)


def _written_to(ids: Sequence[int], now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Decision.customer_id.in_(ids),
        Decision.mode == "claim",
        Decision.outcome == "allow",
        Decision.decided_at > now - LOOK_BACK,
        Decision.decided_at <= now,
    )


def _spam(session: Session, ids: Sequence[int], now: datetime) -> Told:
    told = sa.select(ContactEvent.customer_id, ContactEvent.occurred_at).where(ContactEvent.kind == "spam_complaint")
    for customer_id, at in session.execute(told.where(ContactEvent.customer_id.in_(ids))):
        yield customer_id, Conduct("spam_reported", at)


def _corrections(session: Session, ids: Sequence[int], now: datetime) -> Told:
    rows: Iterable[Any] = session.execute(
        sa.select(Conversation.customer_id, Review.at, Conversation.ref)
        .join(Message, Message.conversation_id == Conversation.id)
        .join(Review, Review.message_id == Message.id)
        .where(Conversation.customer_id.in_(ids), Review.by_type == "customer", Review.verdict != "accept")
    )
    for customer_id, at, ref in rows:
        yield customer_id, Conduct("correction_honoured", at, ref)


def _rights(session: Session, ids: Sequence[int], now: datetime) -> Told:
    rows = session.scalars(
        sa.select(RightsRequest).where(RightsRequest.customer_id.in_(ids), RightsRequest.state != "taken_back")
    )
    for row in rows:
        held = row.state == "held"
        yield row.customer_id, trust.served(row.due_at, row.settled_at, now, held=held, ref=row.ref)
