"""Reads, in a few questions, all that a decision about one customer rests on."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import consent, rights
from portal.accounts.models import Customer
from portal.conversations.models import Conversation, Message, Promise
from portal.errors import NotFound
from portal.needs.models import Tag
from portal.treatment.facts import COUNTED, Facts, IntentFacts
from portal.treatment.models import ContactEvent, Decision

SETTLED = ("answered", "closed")
LOOK_BACK = timedelta(days=366)


@cache
def zones_of_countries() -> dict[str, tuple[str, ...]]:
    """Time zones by ISO country code, from the tz database."""
    found: dict[str, list[str]] = {}
    text = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            country, _place, zone = line.split("\t")[:3]
            found.setdefault(country, []).append(zone)
    return {country: tuple(zones) for country, zones in found.items()}


def gather(session: Session, intent: IntentFacts, policy: Mapping[str, Any], now: datetime) -> Facts:
    """The facts as they are now.

    :raises NotFound: when there is no such customer.
    """
    customer = session.get(Customer, intent.customer_id)
    if customer is None:
        raise NotFound("There is no such customer.", code="no-such-customer")
    preference = consent.preference_of(session, customer.id)
    zones, source = _zones(customer, preference.time_zone, policy)
    return Facts(
        erased=customer.erased_at is not None,
        suppressed=_suppressed(session, customer, intent.channel),
        address=_address(customer, intent.channel),
        claims=_claims(session, customer.id, now),
        max_per_week=preference.max_per_week,
        zones=zones,
        zone_source=source,
        quiet_from=_clock(preference.quiet_from),
        quiet_until=_clock(preference.quiet_until),
        **_ledger(session, intent, now),
        **_complaints(session, customer.id),
        **_rights(session, customer.id),
        **_distress(session, customer.id),
        **_promises(session, customer.id, now),
    )


def _suppressed(session: Session, customer: Customer, channel: str) -> str:
    """What a provider told last that stops a channel, unless the address was confirmed after it; else nothing."""
    told = sa.select(ContactEvent.kind).where(
        ContactEvent.customer_id == customer.id,
        ContactEvent.channel == channel,
        ContactEvent.kind.in_(("hard_bounce", "spam_complaint")),
    )
    if channel == "email" and customer.email_verified_at is not None:
        told = told.where(ContactEvent.recorded_at >= customer.email_verified_at)
    return session.scalar(told.order_by(ContactEvent.id.desc()).limit(1)) or ""


def _clock(value: time | None) -> str | None:
    return None if value is None else value.isoformat("minutes")


def _address(customer: Customer, channel: str) -> str:
    if channel == "in_app":
        return "not-needed"
    if channel != "email" or not customer.email:
        return "none"
    return "verified" if customer.email_verified_at is not None else "unverified"


def _zones(customer: Customer, preferred: str | None, policy: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
    stated = preferred or customer.time_zone
    if stated:
        return (stated,), "stated"
    of_country = zones_of_countries().get((customer.country or "").upper(), ())
    if of_country:
        return of_country, "country"
    return ((str(policy["zone_if_unknown"]),), "policy") if policy["zone_if_unknown"] else ((), "unknown")


def _ledger(session: Session, intent: IntentFacts, now: datetime) -> dict[str, Any]:
    permission = consent.allows(
        session, intent.customer_id, intent.purpose, now=now, channel=intent.channel, topic=intent.topic
    )
    found: dict[str, Any] = {
        "restrictions": permission.restrictions,
        "allowed_since": permission.since if permission.allowed else None,
        "allowed_seq": permission.seq,
        "paused": "paused" in permission.restrictions,
    }
    if found["paused"]:
        cell = consent.cells_of(session, intent.customer_id).get(consent.PAUSE)
        found["paused_until"] = cell.valid_until if cell is not None else None
    if intent.segment_key is not None:
        found["profiling"] = consent.allows(session, intent.customer_id, "needs", now=now).restrictions
    return found


def _claims(session: Session, customer_id: int, now: datetime) -> tuple[tuple[datetime, str], ...]:
    rows = session.execute(
        sa.select(Decision.decided_at, Decision.message_class)
        .where(
            Decision.customer_id == customer_id,
            Decision.decided_at > now - LOOK_BACK,
            Decision.mode == "claim",
            Decision.outcome == "allow",
            Decision.message_class.in_(COUNTED),
        )
        .order_by(Decision.decided_at)
    )
    return tuple((at, kind) for at, kind in rows)


def _complaints(session: Session, customer_id: int) -> dict[str, Any]:
    complains = (
        sa.select(Tag.id)
        .join(Message, Message.id == Tag.message_id)
        .where(Message.conversation_id == Conversation.id, Tag.kind == "intent", Tag.value == "complaint")
        .where(Tag.ended_at.is_(None), Tag.review != "rejected")
        .exists()
    )
    rows = session.execute(
        sa.select(
            Conversation.ref, Conversation.state, Conversation.opened_at, Conversation.answered_at, Conversation.last_at
        )
        .where(Conversation.customer_id == customer_id, complains)
        .order_by(Conversation.opened_at)
    ).all()
    still_open = [row for row in rows if row.state not in SETTLED]
    answered = max(
        (row for row in rows if row.state in SETTLED), key=lambda row: row.answered_at or row.last_at, default=None
    )
    found: dict[str, Any] = {}
    if answered is not None:
        found = {"complaint_answered_at": answered.answered_at or answered.last_at, "complaint_ref": answered.ref}
    if still_open:
        found |= {"complaint_open_since": still_open[0].opened_at, "complaint_ref": still_open[0].ref}
    return found


def _rights(session: Session, customer_id: int) -> dict[str, Any]:
    oldest = rights.oldest_open(session, customer_id)
    return {} if oldest is None else {"rights_open_since": oldest.asked_at, "rights_ref": oldest.ref}


def _distress(session: Session, customer_id: int) -> dict[str, Any]:
    row = session.execute(
        sa.select(Conversation.ref, Conversation.opened_at)
        .where(Conversation.customer_id == customer_id, Conversation.distress, Conversation.state != "closed")
        .order_by(Conversation.opened_at)
        .limit(1)
    ).first()
    return {} if row is None else {"distress_since": row.opened_at, "distress_ref": row.ref}


def _promises(session: Session, customer_id: int, now: datetime) -> dict[str, Any]:
    row = session.execute(
        sa.select(Promise.due_at, Conversation.ref)
        .join(Conversation, Conversation.id == Promise.conversation_id)
        .where(Promise.customer_id == customer_id, Promise.state.in_(("open", "broken")), Promise.due_at < now)
        .order_by(Promise.due_at.desc())
        .limit(1)
    ).first()
    return {} if row is None else {"promise_broken_at": row.due_at, "promise_ref": row.ref}
