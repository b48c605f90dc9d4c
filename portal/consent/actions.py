"""Writes to the ledger. Every act on a cell comes through `record`, which changes the state in the same transaction."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import accounts, db
from portal.accounts import Customer
from portal.consent.chain import START
from portal.consent.models import ACTIONS, ConsentEntry, ConsentState, Notice, NoticeServed, Preference, Purpose
from portal.consent.passing import begin_entry, pass_on
from portal.consent.published import notice_in_force
from portal.consent.queries import cell_of, changed_by, preference_of
from portal.consent.rules import AFFIRMATIVE, ANY, NewEntry, after, check
from portal.consent.stops import end_of_pause
from portal.consent.writing import check_notice, check_purpose, entry_values
from portal.errors import Conflict, Invalid
from portal.sentences import Sentence


def record(session: Session, customer: Customer, entry: NewEntry, *, now: datetime) -> ConsentEntry:
    """Append one act to the customer's ledger and bring the state of its cell up to date, in this transaction.

    Holds the customer's row until the transaction ends. An `event_id` that is already in the ledger
    gives the entry back.

    :raises Conflict: code `stale`, when there are entries after `entry.expected_seq`; `changes` lists them.
    :raises Invalid: unknown purpose, channel, topic or action, or a time that cannot be.
    :raises NotAllowed: code `needs-evidence`.
    """
    check(entry, actions=ACTIONS, now=now)
    accounts.lock_customer(session, customer.id)
    if entry.event_id is not None:
        known = session.scalars(select(ConsentEntry).where(ConsentEntry.event_id == entry.event_id)).one_or_none()
        if known is not None:
            return _the_same(known, customer, entry)
    newest = _newest(session, customer.id)
    if entry.expected_seq is not None and entry.expected_seq != (newest.seq if newest else 0):
        raise _stale(session, customer.id, entry.expected_seq)
    purpose = _purpose(session, entry)
    notice = _notice(session, entry, purpose, now)
    begin_entry(session)
    row = _append(session, customer, entry, newest, purpose, notice, now)
    _bring_up_to_date(session, row)
    pass_on(session, customer, row)
    return row


def serve(session: Session, customer_id: int, notice: Notice, place: str, now: datetime) -> bool:
    """Note that these words were shown to a customer, once per place. Gives whether it is the first time."""
    row = {"customer_id": customer_id, "notice_id": notice.id, "place": place, "at": now}
    return bool(db.insert_new(session, NoticeServed, [row]))


def set_preference(session: Session, customer: Customer, *, now: datetime, **values: Any) -> Preference:
    """Change how, when and how often a customer wants to hear from us. Values not named stay.

    :param values: `language`, `time_zone` (IANA name), `quiet_from`, `quiet_until` (local times),
        `max_per_week`, `channel`, `digest`.
    :raises Invalid: a value that is not a preference.
    """
    allowed = {"language", "time_zone", "quiet_from", "quiet_until", "max_per_week", "channel", "digest"}
    if set(values) - allowed:
        raise Invalid(
            Sentence("These can be chosen: %(allowed)s.", allowed=", ".join(sorted(allowed))), code="no-such-preference"
        )
    preference = _preference_row(session, customer)
    for name, value in values.items():
        setattr(preference, name, value)
    for name in {"language", "time_zone"} & set(values):
        if values[name]:  # what a person says about themselves is what we know from now on
            setattr(customer, name, values[name])
    preference.updated_at = now
    session.flush()
    return preference


def pause(
    session: Session,
    customer: Customer,
    *,
    until: date,
    now: datetime,
    zone: str | None = None,
    actor: str = "",
    actor_type: str = "customer",
    method: str = "web_form",
    expected_seq: int | None = None,
    evidence: str | None = None,
) -> ConsentEntry:
    """Hold everything we would send on our own account until a day begins, in the customer's time zone.

    :param zone: IANA name of the zone to use if the customer named none.
    :raises Invalid: code `bad-pause`, when the day is not after today.
    """
    accounts.lock_customer(session, customer.id)
    preference = _preference_row(session, customer)
    ends = end_of_pause(session, customer, until, zone)
    if ends <= now:
        raise Invalid("A pause ends on a later day.", code="bad-pause")
    entry = record(
        session,
        customer,
        NewEntry(
            purpose=ANY, action="paused", valid_until=ends, actor=actor, actor_type=actor_type, method=method,
            expected_seq=expected_seq, evidence=evidence,
        ),
        now=now,
    )  # fmt: skip
    preference.paused_until, preference.updated_at = until, now
    session.flush()
    return entry


def resume(
    session: Session,
    customer: Customer,
    *,
    now: datetime,
    actor: str = "",
    actor_type: str = "customer",
    method: str = "web_form",
    expected_seq: int | None = None,
) -> ConsentEntry:
    """End a pause before its day."""
    accounts.lock_customer(session, customer.id)
    preference = _preference_row(session, customer)
    new = NewEntry(
        purpose=ANY, action="resumed", actor=actor, actor_type=actor_type, method=method, expected_seq=expected_seq
    )
    entry = record(session, customer, new, now=now)
    preference.paused_until, preference.updated_at = None, now
    session.flush()
    return entry


def _preference_row(session: Session, customer: Customer) -> Preference:
    """The stored preferences, made first if there are none; two at once make one row."""
    accounts.lock_customer(session, customer.id)
    preference = preference_of(session, customer.id)
    if preference not in session:
        session.add(preference)
        preference.updated_at = customer.created_at
        session.flush()
    return preference


def _newest(session: Session, customer_id: int) -> ConsentEntry | None:
    statement = select(ConsentEntry).where(ConsentEntry.customer_id == customer_id).order_by(ConsentEntry.seq.desc())
    return session.scalars(statement.limit(1)).one_or_none()


def _the_same(known: ConsentEntry, customer: Customer, entry: NewEntry) -> ConsentEntry:
    if (known.customer_id, known.action, known.purpose) != (customer.id, entry.action, entry.purpose):
        raise Conflict("This event was already recorded as something else.", code="event-reused")
    return known


def _stale(session: Session, customer_id: int, seen: int) -> Conflict:
    newer = (ConsentEntry.customer_id == customer_id, ConsentEntry.seq > seen)
    entries = session.scalars(select(ConsentEntry).where(*newer).order_by(ConsentEntry.seq)).all()
    changes = [
        {
            "seq": row.seq,
            "purpose": row.purpose,
            "channel": row.channel,
            "topic": row.topic,
            "action": row.action,
            "recorded_at": row.recorded_at.isoformat(),
        }
        for row in entries
    ]
    head = entries[-1].seq if entries else 0
    return Conflict("Something changed since you opened this page.", code="stale", seq=head, changes=changes)


def _purpose(session: Session, entry: NewEntry) -> Purpose | None:
    if entry.purpose == ANY:
        return None
    purpose = session.get(Purpose, entry.purpose)
    check_purpose(entry, purpose)
    return purpose


def _notice(session: Session, entry: NewEntry, purpose: Purpose | None, now: datetime) -> Notice | None:
    if entry.notice_id is not None:
        return check_notice(session.get(Notice, entry.notice_id), purpose, now)
    if purpose is None or entry.action not in AFFIRMATIVE or entry.again is not None:
        return None
    return notice_in_force(session, purpose.key, entry.language, now=entry.occurred_at or now)


def _append(
    session: Session,
    customer: Customer,
    entry: NewEntry,
    newest: ConsentEntry | None,
    purpose: Purpose | None,
    notice: Notice | None,
    now: datetime,
) -> ConsentEntry:
    at = (newest.seq, newest.entry_hash) if newest else (0, START)
    row = ConsentEntry(**entry_values(customer, entry, at, purpose, notice, now))
    session.add(row)
    session.flush()
    return row


def _bring_up_to_date(session: Session, row: ConsentEntry) -> None:
    key = (row.customer_id, row.purpose, row.channel, row.topic)
    state = session.get(ConsentState, key, populate_existing=True)
    before = cell_of(state) if state else None
    cell = after(before, row.action, changed_by(row), occurred_at=row.occurred_at)
    if cell is None or cell == before:
        return
    if state is None:
        state = ConsentState(customer_id=row.customer_id, purpose=row.purpose, channel=row.channel, topic=row.topic)
        session.add(state)
    for name in ("state", "seq", "entry_id", "since", "notice_version", "earlier_words", "valid_until", "grade"):
        setattr(state, name, getattr(cell, name))
    session.flush()
