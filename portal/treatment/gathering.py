"""Reads, in a few questions, all that a decision about one customer rests on. Each statement is built once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time
from functools import cache
from importlib import resources
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import consent, db, gateways
from portal.accounts.models import ContactPoint, Customer
from portal.consent.models import ConsentEntry, Preference
from portal.conversations.models import Conversation, Message
from portal.errors import NotFound
from portal.needs.models import MessageReading
from portal.treatment import registers, standing
from portal.treatment.facts import Facts, IntentFacts
from portal.treatment.models import CampaignPace, TrustIndex
from portal.treatment.policy import CALLS, OWED


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


_HEAD = sa.select(sa.func.max(ConsentEntry.seq)).where(ConsentEntry.customer_id == sa.bindparam("customer"))
_READ_LAST = (
    sa.select(sa.func.max(Message.id))
    .join(Conversation, Conversation.id == Message.conversation_id)
    .where(Conversation.customer_id == sa.bindparam("customer"))
    .where(Message.reading.concat(sa.literal_column("''")) == "read")
    .scalar_subquery()
)
"""As the highest number, not as the first of a list in order, and by a reading that no index has: or it would be sought
among everybody's messages."""
_READER = sa.select(MessageReading.reader_version).where(MessageReading.message_id == _READ_LAST)
PROOF = ("grade", "actor_type", "method", "notice_sha256")
"""What of an entry tells how well it is proved, see `consent.proof_of`."""
_PERSON = (
    sa.select(
        Customer.erased_at, Customer.merged_into_id, Customer.email, Customer.email_verified_at, Customer.time_zone,
        Customer.country,
        Preference.time_zone.label("chosen_zone"), Preference.quiet_from, Preference.quiet_until,
        Preference.max_per_week, sa.func.coalesce(_HEAD.scalar_subquery(), 0).label("head"),
        ConsentEntry.occurred_at, ConsentEntry.authority, *(getattr(ConsentEntry, name) for name in PROOF),
        TrustIndex.value, TrustIndex.floors,
        _READER.scalar_subquery().label("reader"),
    )
    .outerjoin(Preference, Preference.customer_id == Customer.id)
    .outerjoin(TrustIndex, TrustIndex.customer_id == Customer.id)
    .outerjoin(ConsentEntry, ConsentEntry.global_seq == sa.bindparam("entry"))
    .where(Customer.id == sa.bindparam("customer"))
)  # fmt: skip
_POINT = sa.select(ContactPoint.value, ContactPoint.verified_at, ContactPoint.proof_at).where(
    ContactPoint.customer_id == sa.bindparam("customer"), ContactPoint.kind == sa.bindparam("kind")
)
_PACE = sa.select(CampaignPace.sent, CampaignPace.left, CampaignPace.usual).where(
    CampaignPace.campaign == sa.bindparam("campaign")
)


def gather(session: Session, intent: IntentFacts, policy: Mapping[str, Any], now: datetime) -> tuple[Facts, int]:
    """The facts as they are now, and the position of the customer's ledger they were read at.

    :raises NotFound: when there is no such customer.
    """
    connection = db.plainly(session)
    permission = consent.allows(
        session, intent.customer_id, intent.purpose, now=now, channel=intent.channel, topic=intent.topic,
        uses=intent.data_used or None,
    )  # fmt: skip
    stands = _stands(permission)
    bound = {"customer": intent.customer_id, "entry": permission.entry_id if stands else None}
    person = connection.execute(_PERSON, bound).first()
    if person is None:
        raise NotFound("There is no such customer.", code="no-such-customer")
    rows = standing.standing(session, intent.customer_id, intent.key, now)
    zones, source = zones_of(person.chosen_zone or person.time_zone, person.country, policy)
    point, confirmed_at, asked_at = _point(session, intent, person)
    facts = Facts(
        erased=person.erased_at is not None or person.merged_into_id is not None,
        suppressed=standing.told(rows, intent.channel, confirmed_at or asked_at),
        address=_address(intent, point, confirmed_at, asked_at),
        max_per_week=person.max_per_week,
        zones=zones,
        zone_source=source,
        quiet_from=clock_of(person.quiet_from),
        quiet_until=clock_of(person.quiet_until),
        trust=None if person.value is None else person.value / 1000,
        trust_floors=tuple(person.floors or ()),
        complaints=standing.complaints(session, rows),
        control=intent.control,
        reader=person.reader or "",
        **standing.facts_of(rows, now),
        **_ledger(session, intent, permission, person, now),
        **campaign_facts(session, intent),
        **_register(session, intent, point),
    )
    return facts, int(person.head)


def _stands(permission: consent.Permission) -> bool:
    """Whether the purpose is allowed; a pause holds what is, and leaves it allowed."""
    return all(reason == "paused" for reason in permission.restrictions)


def clock_of(value: time | None) -> str | None:
    """A time of day as the facts have it."""
    return None if value is None else value.isoformat("minutes")


def _point(
    session: Session, intent: IntentFacts, person: Any
) -> tuple[str, datetime | None, datetime | None]:  # fmt: skip
    """The address or number we know for the channel, when it was made sure that it is theirs, and when they asked for
    the code to do so, where this brings it."""
    if intent.channel == "email":
        return person.email or "", person.email_verified_at, None
    if intent.channel not in gateways.KINDS:
        return "", None, None
    bound = {"customer": intent.customer_id, "kind": gateways.KINDS[intent.channel]}
    row = session.connection().execute(_POINT, bound).first()
    if row is None:
        return "", None, None
    return row.value, row.verified_at, row.proof_at if intent.proves else None


def _address(intent: IntentFacts, point: str, confirmed_at: datetime | None, asked_at: datetime | None) -> str:
    """How sure we are of where it would go; an address other than the one we know is not confirmed."""
    if intent.channel == "in_app":
        return "not-needed"
    if not point:
        return "none"
    other = intent.contact_point and not _same_point(intent.channel, intent.contact_point, point)
    if other or confirmed_at is None:
        return "proving" if asked_at is not None and not other else "unverified"
    return "verified"


def _same_point(channel: str, one: str, other: str) -> bool:
    if gateways.KINDS.get(channel) == "number":
        return registers.digits_of(one) == registers.digits_of(other)
    return one.strip().lower() == other.strip().lower()


def zones_of(stated: str | None, country: str | None, policy: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
    """The zones somebody may be in, and how that is known."""
    if stated:
        return (stated,), "stated"
    of_country = zones_of_countries().get((country or "").upper(), ())
    if of_country:
        return of_country, "country"
    return _zone_of_strangers(policy)


def _zone_of_strangers(policy: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
    return ((str(policy["zone_if_unknown"]),), "policy") if policy["zone_if_unknown"] else ((), "unknown")


def facts_under(facts: Facts, policy: Mapping[str, Any]) -> Facts:
    """The same facts as another policy would have gathered them: it may say where people are whose zone is unknown."""
    if facts.zone_source not in ("policy", "unknown"):
        return facts
    zones, source = _zone_of_strangers(policy)
    return replace(facts, zones=zones, zone_source=source)


def _ledger(
    session: Session, intent: IntentFacts, permission: consent.Permission, person: Any, now: datetime
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "restrictions": permission.restrictions,
        "carries": permission.carries,
        "allowed_since": permission.since if _stands(permission) else None,
        "allowed_seq": permission.seq,
        "affirmed_at": person.occurred_at,
        "notice_version": permission.notice_version,
        "grade": _grade(session, intent, permission, person),
        "authority": person.authority or "self",
        "paused": "paused" in permission.restrictions,
    }
    if found["paused"]:
        found["paused_until"] = permission.paused_until
    if intent.segment_key is not None:
        found["profiling"] = consent.allows(session, intent.customer_id, "needs", now=now).restrictions
    return found


def _grade(session: Session, intent: IntentFacts, permission: consent.Permission, person: Any) -> str:
    """How well a yes that stands is proved, where that is written down, or where nothing shows it (C)."""
    if permission.state != "granted" or not _stands(permission) or permission.reason == "contract":
        return ""
    bare = permission.grade is None and consent.proof_of(person) == "C"
    return "C" if bare and consent.is_unproven(session, intent.customer_id, intent.purpose) else permission.grade or ""


def campaign_facts(session: Session, intent: IntentFacts) -> dict[str, Any]:
    """How fast people leave because of the campaign, as the job counted last."""
    if not intent.campaign or intent.message_class in OWED:
        return {}
    row = session.execute(_PACE, {"campaign": intent.campaign}).first()
    if row is None:
        return {}
    usual = None if row.usual is None else row.usual / 1_000_000
    return {"campaign_sent": row.sent, "campaign_left": row.left, "campaign_usual": usual}


def _register(session: Session, intent: IntentFacts, point: str) -> dict[str, Any]:
    if intent.channel not in CALLS or intent.message_class in OWED:
        return {}
    state, taken_at = registers.standing_of(session, intent.contact_point or point)
    return {"call_register": state, "call_list_at": taken_at}
