"""Writes to the ledger. Every act on a cell comes through `record`, which changes the state in the same transaction."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import accounts, db
from portal.accounts import Customer
from portal.clock import months_later
from portal.consent.chain import START, entry_hash, salted
from portal.consent.models import ACTIONS, ConsentEntry, ConsentState, Notice, NoticeServed, Preference, Purpose
from portal.consent.notices import scope_of
from portal.consent.passing import begin_entry, pass_on
from portal.consent.published import notice_in_force
from portal.consent.queries import cell_of, changed_by, preference_of
from portal.consent.rules import AFFIRMATIVE, ANY, NewEntry, after, check
from portal.consent.stops import end_of_pause
from portal.errors import Conflict, Invalid, NotFound
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
        `max_per_week`, `channel`.
    :raises Invalid: a value that is not a preference.
    """
    allowed = {"language", "time_zone", "quiet_from", "quiet_until", "max_per_week", "channel"}
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
    if purpose is None:
        raise NotFound(Sentence("There is no purpose “%(purpose)s”.", purpose=entry.purpose), code="no-such-purpose")
    if purpose.retired_at is not None and entry.action in AFFIRMATIVE:
        raise Invalid("We do not ask for this any more.", code="retired")
    if entry.channel not in (ANY, *purpose.channels) and entry.action in AFFIRMATIVE:
        raise Invalid("This purpose does not use this channel.", code="no-such-channel")
    if entry.topic not in (ANY, *purpose.topics) and entry.action in AFFIRMATIVE:
        raise Invalid("This purpose has no such topic.", code="no-such-topic")
    return purpose


def _notice(session: Session, entry: NewEntry, purpose: Purpose | None, now: datetime) -> Notice | None:
    if entry.notice_id is not None:
        notice = session.get(Notice, entry.notice_id)
        if notice is None or notice.published_at is None or purpose is None or notice.purpose_key != purpose.key:
            raise Invalid("These words belong to another purpose or are not published.", code="bad-notice")
        return notice
    if purpose is None or entry.action not in AFFIRMATIVE:
        return None
    return notice_in_force(session, purpose.key, entry.language, now=now)


def _append(
    session: Session,
    customer: Customer,
    entry: NewEntry,
    newest: ConsentEntry | None,
    purpose: Purpose | None,
    notice: Notice | None,
    now: datetime,
) -> ConsentEntry:
    purpose_key, channel, topic = entry.key
    salt, proof = salted(entry.evidence) if entry.evidence is not None else (None, None)
    values: dict[str, Any] = {
        "customer_id": customer.id,
        "seq": (newest.seq if newest else 0) + 1,
        "event_id": entry.event_id or str(uuid.uuid4()),
        "purpose": purpose_key,
        "channel": channel,
        "topic": topic,
        "action": entry.action,
        "basis": purpose.lawful_basis if purpose else "consent",
        **_words(entry, notice),
        "scope": _scope(entry, purpose, notice),
        "occurred_at": entry.occurred_at or now,
        "recorded_at": now,
        "valid_until": _ends(entry, purpose, now),
        "actor_type": entry.actor_type,
        "actor": customer.ref if entry.actor_type == "customer" else entry.actor,  # a name could not be erased
        "method": entry.method,
        "evidence_sha256": proof,
        "source_system": entry.source_system,
        "authority": entry.authority,
        "grade": entry.grade,
        "prev_hash": newest.entry_hash if newest else START,
    }
    row = ConsentEntry(**values, evidence=entry.evidence, evidence_salt=salt, entry_hash=entry_hash(values))
    session.add(row)
    session.flush()
    return row


def _words(entry: NewEntry, notice: Notice | None) -> dict[str, Any]:
    """The words an act rests on: which version, in which language, and exactly which."""
    return {
        "notice_id": notice.id if notice else None,
        "notice_version": notice.version if notice else None,
        "notice_sha256": notice.sha256 if notice else None,
        "language": notice.language if notice else entry.language,
    }


def _ends(entry: NewEntry, purpose: Purpose | None, now: datetime) -> datetime | None:
    """When the act's effect is over: as given, else as long after a yes as its purpose says."""
    if entry.valid_until is None and purpose is not None and purpose.expires_months and entry.action in AFFIRMATIVE:
        return months_later(entry.occurred_at or now, purpose.expires_months)
    return entry.valid_until


def _scope(entry: NewEntry, purpose: Purpose | None, notice: Notice | None) -> dict[str, Any]:
    """What an affirmative act covers, in the words of its day: a wider purpose later does not widen it."""
    if purpose is None or entry.action not in AFFIRMATIVE:
        return {}
    scope = scope_of(notice, purpose)
    return {**scope, "earlier_words": True} if entry.earlier_words else scope


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
