"""So many customers as a company has: what they allow, where they are, and what happened to some of them.

Rows are written directly: what is measured is reading them. Of everybody, two in three said yes, one in thirty of these
longer than 24 months ago; one in twenty has no confirmed address; one in ten got one message within a year and one in
fifty three, the last of which was an offer for every second of them; one in a hundred told us of quiet hours, another
zone or how much is too much; one in forty pauses. For the rest see `SHARES`. Everybody's trust index was measured.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from machine import NOW
from sqlalchemy.engine import Engine

from portal import accounts, consent, db, treatment
from portal.accounts import Customer
from portal.consent import ConsentEntry, ConsentState, Preference
from portal.conversations.models import Conversation, Message, Promise
from portal.needs.models import MessageReading, Tag
from portal.rights.models import RightsRequest
from portal.treatment import ContactEvent, Decision, JointHolder, Mark, TrustIndex

BATCH = 50_000
PURPOSE = "marketing"
DAY = timedelta(days=1)
SHARES = {
    "complaint": 300, "promise": 700, "negative": 700, "distress": 900, "rights": 900, "mark": 400, "holder": 1_500,
    "spam": 2_000, "low_trust": 250, "merged": 5_000,
}  # fmt: skip
"""Of so many one: an open complaint, a broken promise, confirmed negative words, distress, an open request, a mark that
calls for care, others who hold the account too, a report as spam, little trust, another record that was merged."""
PLACES = ("America/New_York", "Asia/Tokyo", "Europe/Rome", "Pacific/Auckland", "America/Los_Angeles", "Asia/Taipei")
Rows = dict[Any, list[dict[str, Any]]]


def people(engine: Engine, size: int, *, busy: bool = False) -> None:
    """Write so many customers down.

    :param busy: whether every second of them got two offers in a row besides.
    """
    with db.writing(engine) as session:
        consent.add_purpose(
            session, now=NOW, key=PURPOSE, sentence="Tell you about offers", lawful_basis="consent", data_used="name",
            recipients="us", retention_days=730, honours_gpc=False, asks=True, channels=["email"], topics=["savings"],
        )  # fmt: skip
        words = consent.draft_notice(
            session, purpose=PURPOSE, change="first", title="May we?", summary="May we?", text="May we?", now=NOW
        )
        consent.publish_notice(session, words.id, now=NOW)
        treatment.set_policy(session, treatment.DEFAULT_POLICY, by="bench", note="What we ship", now=NOW)
        first = accounts.add_customer(session, name="First", email="first@example.org", email_verified=True, now=NOW)
        consent.record(session, first, consent.NewEntry(purpose=PURPOSE, action="granted"), now=NOW)
    for begin in range(2, size + 1, BATCH):
        rows: Rows = defaultdict(list)
        for number in range(begin, min(begin + BATCH, size + 1)):
            one_of_many(rows, number, busy=busy)
        with db.writing(engine) as session:
            for table, some in rows.items():
                session.execute(sa.insert(table), some)
    with engine.connect() as connection:  # a company's past is in the file itself, not in what was written just now
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def one_of_many(rows: Rows, number: int, *, busy: bool) -> None:
    """Everything about one of them."""
    zone = PLACES[number // 11 % len(PLACES)] if number % 11 == 0 else "Europe/London"
    rows[Customer].append({
        "id": number, "ref": f"C-{number}", "name": f"Customer {number}", "email": f"c{number}@example.org",
        "email_verified_at": None if number % 20 == 0 else NOW, "time_zone": None if number % 7 == 0 else zone,
        "country": "IT" if number % 7 == 0 else "GB", "created_at": NOW, "language": "en",
        "merged_into_id": number - 1 if is_one(number, "merged") else None,
    })  # fmt: skip
    rows[TrustIndex].append({
        "customer_id": number, "value": 300 if is_one(number, "low_trust") else 700, "measured_at": NOW,
        "floors": ["offers"] if is_one(number, "low_trust") else [],
        "components": [{"kind": "answered_in_time", "weight": 40, "count": 2}, {"kind": "promise_kept", "weight": 30}],
    })  # fmt: skip
    said(rows, number)
    claims(rows, number, 2 if busy and number % 2 else 3 if number % 50 == 4 else 1 if number % 10 == 2 else 0)
    if number % 100 == 7:
        rows[Preference].append({
            "customer_id": number, "updated_at": NOW, "max_per_week": 1 if number % 3 == 0 else None,
            "quiet_from": time(21) if number % 4 == 0 else None, "quiet_until": time(9) if number % 4 == 0 else None,
            "time_zone": "Europe/Rome" if number % 5 == 0 else None,
        })  # fmt: skip
    what_happened(rows, number)


def is_one(number: int, share: str) -> bool:
    """Whether somebody is the one of so many; who is so for one share is not so for another more often than chance."""
    return hash((number, SHARES[share])) % SHARES[share] == 5


def said(rows: Rows, number: int) -> None:
    """What a customer allows; each yes and no rests on an entry of its own."""
    like = {"customer_id": number, "notice_version": 1, "channel": "*", "topic": "*", "purpose": PURPOSE}
    old = number % 30 == 11
    at = NOW - timedelta(days=740 if old else number % 700)
    rows[ConsentEntry].append({
        **like, "global_seq": number, "seq": 1, "event_id": f"E-{number}", "action": "granted", "occurred_at": at,
        "recorded_at": at, "actor_type": "customer", "actor": f"C-{number}", "method": "web_form",
        "notice_sha256": "0" * 64,
        "prev_hash": "0" * 64, "entry_hash": "0" * 64, "scope": {"data_used": "name", "recipients": "us"},
    })  # fmt: skip
    cell = {**like, "seq": 1, "since": at, "entry_id": number, "earlier_words": False}
    rows[ConsentState].append({**cell, "state": "denied" if number % 3 == 0 else "granted"})
    for every, what in (
        (10, {"channel": "email"}), (12, {"topic": "savings"}), (50, {"purpose": "*"}),
        (40, {"purpose": "*", "topic": "pause", "state": "paused"}),
    ):  # fmt: skip
        if number % every == 1:
            rows[ConsentState].append({**cell, "state": "denied", **what})


def claims(rows: Rows, number: int, count: int) -> None:
    """What was sent within the year."""
    for place in range(count):
        at = NOW - timedelta(days=3 + 40 * place + number % 20, seconds=number % 86_399)
        rows[Decision].append({
            "ref": f"D-{number}-{place}", "intent_key": f"I-{number}-{place}", "attempt": 1, "intent": {"key": "I"},
            "intent_sha256": "0" * 64, "customer_id": number, "channel": "email", "topic": "*", "purpose": PURPOSE,
            "message_class": "marketing" if place or number // 50 % 2 or count == 2 else "research", "mode": "claim",
            "outcome": "allow", "rules": RESULTS, "facts": {}, "ledger_seq": 1, "policy_version": 1,
            "policy_sha256": "0" * 64, "decided_at": at, "prev_hash": "0" * 64, "entry_hash": "0" * 64,
        })  # fmt: skip


RESULTS = [{"rule": rule, "number": 1, "result": "pass", "code": "owed", "params": {}} for rule in treatment.RULES]


def what_happened(rows: Rows, number: int) -> None:
    """What happened to few."""
    if is_one(number, "mark"):
        rows[Mark].append({
            "customer_id": number, "kind": "vulnerable" if number % 2 else "minor", "note": "", "set_at": NOW - DAY,
            "set_by": "Ines",
        })  # fmt: skip
    if is_one(number, "holder"):
        rows[JointHolder].append({
            "customer_id": number, "name": "Ben", "state": "asked", "said_at": NOW - DAY, "recorded_by": "Ines"
        })  # fmt: skip
    if is_one(number, "rights"):
        rows[RightsRequest].append({
            "customer_id": number, "ref": f"R-{number}", "kind": "access", "asked_at": NOW - DAY, "due_at": NOW,
        })  # fmt: skip
    if is_one(number, "spam"):
        rows[ContactEvent].append({
            "source": "esp", "event_id": f"S-{number}", "kind": "spam_complaint", "channel": "sms",
            "customer_id": number, "occurred_at": NOW - DAY, "recorded_at": NOW - DAY,
        })  # fmt: skip
    for what in ("complaint", "promise", "negative", "distress"):
        if is_one(number, what):
            talk(rows, number, what, NOW - timedelta(days=number % 9, hours=1, seconds=number % 3_599))
    if number % 60 == 0:  # most who talked to us did so about something else
        talk(rows, number, "", NOW - DAY)


def talk(rows: Rows, number: int, what: str, at: datetime) -> None:
    """A conversation about something."""
    key = 10 * number + ("", "complaint", "promise", "negative", "distress").index(what)
    rows[Conversation].append({
        "id": key, "ref": f"T-{key}", "receipt_code": f"T-{key}", "customer_id": number, "title": "?", "opened_at": at,
        "last_at": at, "distress": what == "distress",
    })  # fmt: skip
    rows[Message].append({
        "id": key, "ref": f"M-{key}", "conversation_id": key, "author": "customer", "text": "?" * 98, "written_at": at,
        "recorded_at": at, "reading": "read",
    })  # fmt: skip
    if what == "promise":
        rows[Promise].append({
            "conversation_id": key, "message_id": key, "customer_id": number, "text": "Soon", "due_at": at,
            "state": "open",
        })  # fmt: skip
    rows[Tag].extend(tags(key, what, at))
    rows[MessageReading].append({
        "message_id": key, "reader_version": "r1", "language": "en", "readable": True, "urgency": 1, "read_at": at,
        "actionability": "response_needed", "aspects": [{"kind": "product", "aspect": "savings"}],
    })  # fmt: skip


def tags(message: int, what: str, at: datetime) -> Iterator[dict[str, Any]]:
    """What a message was read as."""
    like = {"message_id": message, "source": "rule", "reader_version": "r1", "created_at": at}
    yield {**like, "kind": "need", "value": "cost", "need_state": "unmet", "review": "none"}
    if what == "complaint":
        yield {**like, "kind": "intent", "value": "complaint", "need_state": None, "review": "none"}
    if what == "negative":
        yield {**like, "kind": "sentiment", "value": "negative", "need_state": None, "review": "accepted"}
